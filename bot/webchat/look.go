package webchat

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// lookPath is where the company's colour and logo stand, each under the name of the
// very one.
const lookPath = "/chat/look/"

// lookKept is for how long browsers keep them: others have other names.
const lookKept = "public, max-age=31536000, immutable"

// iconName names the tab's icon in the company's colour; "" where that is ours.
func iconName(look bot.Look) string {
	style := look.Address()
	if style == "" {
		return ""
	}
	return strings.TrimSuffix(style, ".css") + ".svg"
}

// showLook serves the colour and the logo that are in force; a replica that has not
// read of them yet has nothing, and the page stays as ours.
func (d *door) showLook(c echo.Context) error {
	look, name := d.look(c.Request().Context()), c.Param("name")
	switch {
	case name == look.Address() && name != "":
		return web.NewAsset(name, look.Style(":root")).Serve(c.Response(), c.Request(), lookKept)
	case name == iconName(look) && name != "":
		return web.NewAsset(name, look.Painted(d.assets.icon)).Serve(c.Response(), c.Request(), lookKept)
	case look.Logo != nil && name == look.Logo.Name:
		web.SecureHeaders(c.Response().Header())
		c.Response().Header().Set(echo.HeaderContentSecurityPolicy, web.DataPolicy)
		return web.NewPicture(look.Logo.Kind, look.Logo.Data).Serve(c.Response(), c.Request(), lookKept)
	}
	return c.NoContent(http.StatusNotFound)
}
