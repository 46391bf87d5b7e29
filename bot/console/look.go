package console

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// lookPath is where the company's colour and logo stand, each under the name of the
// very one.
const lookPath = "/look/"

// lookKept is for how long browsers keep them: others have other names.
const lookKept = "public, max-age=31536000, immutable"

// The tab's icons, as the console's files have them.
const (
	calmIcon    = "mark.svg"
	waitingIcon = "mark-waiting.svg"
)

// iconName names one of the tab's icons in the company's colour; "" where that is ours.
func iconName(look bot.Look, file string) string {
	style := look.Address()
	if style == "" {
		return ""
	}
	return strings.TrimSuffix(style, ".css") + "-" + file
}

// showLook serves the colour, the icons and the logo that are in force to anybody: the
// page of the login has them too.
func (c *Console) showLook(e echo.Context) error {
	look, name := c.cfg.Look(e.Request().Context()), e.Param("name")
	web.SecureHeaders(e.Response().Header())
	switch name {
	case "":
	case look.Address():
		return web.NewAsset(name, look.Style(":root")).Serve(e.Response(), e.Request(), lookKept)
	case iconName(look, calmIcon):
		return web.NewAsset(name, look.Painted(c.files[calmIcon])).Serve(e.Response(), e.Request(), lookKept)
	case iconName(look, waitingIcon):
		return web.NewAsset(name, look.Painted(c.files[waitingIcon])).Serve(e.Response(), e.Request(), lookKept)
	}
	if look.Logo == nil || name != look.Logo.Name {
		return e.NoContent(http.StatusNotFound)
	}
	e.Response().Header().Set(echo.HeaderContentSecurityPolicy, web.DataPolicy)
	return web.NewPicture(look.Logo.Kind, look.Logo.Data).Serve(e.Response(), e.Request(), lookKept)
}

// dress puts the company's name, colour and logo on what stands around a page.
func (v *Visit) dress(f *frame) {
	ctx := v.Request().Context()
	f.Company = v.console.cfg.Company(ctx).In(v.Lang)
	look := v.console.cfg.Look(ctx)
	for name, to := range map[string]*string{
		look.Address(): &f.Style, iconName(look, calmIcon): &f.Icon, iconName(look, waitingIcon): &f.Waiting,
	} {
		if name != "" {
			*to = Prefix + lookPath + name
		}
	}
	if look.Logo != nil {
		f.Logo = Prefix + lookPath + look.Logo.Name
	}
}
