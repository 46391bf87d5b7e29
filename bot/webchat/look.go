package webchat

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// lookPath is where the company's colour and logo stand, each under the name of the
// very one.
const lookPath = "/chat/look/"

// lookKept is for how long browsers keep them: others have other names.
const lookKept = "public, max-age=31536000, immutable"

// styleName names the stylesheet of the look; "" where there is none.
func styleName(look bot.Look) string {
	style := look.Style(":root")
	if style == nil {
		return ""
	}
	sum := sha256.Sum256(style)
	return hex.EncodeToString(sum[:8]) + ".css"
}

// showLook serves the colour and the logo that are in force; a replica that has not
// read of them yet has nothing, and the page stays as ours.
func (d *door) showLook(c echo.Context) error {
	look, name := d.look(c.Request().Context()), c.Param("name")
	switch {
	case name == styleName(look) && name != "":
		return web.NewAsset(name, look.Style(":root")).Serve(c.Response(), c.Request(), lookKept)
	case look.Logo != nil && name == look.Logo.Name:
		web.SecureHeaders(c.Response().Header())
		c.Response().Header().Set(echo.HeaderContentSecurityPolicy, web.DataPolicy)
		return web.NewPicture(look.Logo.Kind, look.Logo.Data).Serve(c.Response(), c.Request(), lookKept)
	}
	return c.NoContent(http.StatusNotFound)
}
