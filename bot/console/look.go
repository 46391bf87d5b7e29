package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"visnyk/bot/web"
)

// lookPath is where the company's colour stands, under the name of the very one.
const lookPath = "/look/"

// showLook serves the colour that is in force to anybody: the page of the login has it
// too.
func (c *Console) showLook(e echo.Context) error {
	look, name := c.cfg.Look(e.Request().Context()), e.Param("name")
	if name == "" || name != look.Address() {
		return e.NoContent(http.StatusNotFound)
	}
	return web.NewAsset(name, look.Style(":root")).Serve(e.Response(), e.Request(), "public, max-age=31536000, immutable")
}

// dress puts the company's name and colour on what stands around a page.
func (v *Visit) dress(f *frame) {
	ctx := v.Request().Context()
	f.Company = v.console.cfg.Company(ctx).In(v.Lang)
	if style := v.console.cfg.Look(ctx).Address(); style != "" {
		f.Style = Prefix + lookPath + style
	}
}
