package console

import (
	"context"
	"net/http"

	"visnyk/bot"
)

// Actor returns who the request is of, for doors beside the pages; false where nobody
// is signed in. Whoever cannot be asked is nobody.
func (c *Console) Actor(r *http.Request) (who bot.Actor, signed bool) {
	token, err := r.Cookie(c.cookieName(r, sessionName))
	if err != nil || token.Value == "" || c.cfg.Staff != nil && c.cfg.Staff() == nil {
		return bot.Actor{}, false
	}
	err = c.concurrency.Do(r.Context(), func(ctx context.Context) error {
		session, err := c.cfg.Session(ctx, token.Value)
		who = session.User.Actor()
		return err
	})
	return who, err == nil
}
