package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
)

// MayLook reports whether a request for a file of people is of somebody who is signed
// in and reads what is said with them.
func (c *Console) MayLook(r *http.Request) bool {
	v := &Visit{Context: echo.New().NewContext(r, nil), console: c}
	if err := c.recognise(v, &route{}); err != nil {
		c.cfg.Log.Warn("nobody may look at a file until the database answers", "err", err)
		return false
	}
	return v.Signed() && v.Actor.May(bot.ReadTalks)
}
