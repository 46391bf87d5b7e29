package console

import (
	"context"
	"net/http"

	"visnyk/bot"
)

// Allowed reports whether the request is that of somebody who is signed in and has
// the permission, for doors beside the pages. Whoever cannot be asked says no.
func (c *Console) Allowed(r *http.Request, p bot.Permission) bool {
	token, err := r.Cookie(c.cookieName(r, sessionName))
	if err != nil || token.Value == "" || c.cfg.Staff != nil && c.cfg.Staff() == nil {
		return false
	}
	may := false
	err = c.concurrency.Do(r.Context(), func(ctx context.Context) error {
		signed, err := c.cfg.Session(ctx, token.Value)
		if err == nil {
			may = signed.User.Actor().Require(p) == nil
		}
		return err
	})
	return err == nil && may
}
