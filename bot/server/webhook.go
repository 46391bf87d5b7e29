package server

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

// retryAfter is when a messenger shall come again, in seconds.
const retryAfter = "2"

// slots bound how much happens at once.
type slots chan struct{}

// take gives false when all slots are taken.
func (s slots) take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) free() { <-s }

// door is the webhook of one bot.
type door struct {
	*Server
	channel bot.Channel
	bodies  *web.Door
	waiting slots // verified updates that wait for the commit
}

// webhook answers what a messenger delivers. All bodies are empty but the
// greeting some channels answer with.
func (s *Server) webhook(c echo.Context) error {
	d, ok := s.doors[c.Param("bot")]
	if !ok {
		s.metrics.updates.WithLabelValues("", "unknown_bot").Inc()
		return refuse(c, http.StatusNotFound)
	}
	began := time.Now()
	d.metrics.inflight.WithLabelValues(d.channel.Name()).Inc()
	defer d.metrics.inflight.WithLabelValues(d.channel.Name()).Dec()
	result, err := d.receive(c)
	d.metrics.updates.WithLabelValues(d.channel.Name(), result).Inc()
	d.metrics.seconds.WithLabelValues(d.channel.Name()).Observe(time.Since(began).Seconds())
	return err
}

// receive takes one request from the first look at its headers to the answer,
// and names how it ended for the figures.
func (d *door) receive(c echo.Context) (result string, err error) {
	r := c.Request()
	switch {
	case r.Method != http.MethodPost:
		c.Response().Header().Set(echo.HeaderAllow, http.MethodPost)
		return "wrong_method", refuse(c, http.StatusMethodNotAllowed)
	case web.Encoded(r.Header):
		return "compressed", refuse(c, http.StatusUnsupportedMediaType)
	case r.ContentLength > d.limits.Body:
		return "too_large", refuse(c, http.StatusRequestEntityTooLarge)
	case d.channel.Admit(r.Header) != nil:
		return "forged", refuse(c, http.StatusUnauthorized)
	}
	body, err := d.bodies.Read(c.Response(), r, d.limits.Body)
	if err != nil {
		return unread(c, err)
	}
	defer body.Close()
	u, err := d.channel.Accept(r.Header, body.Bytes())
	switch {
	case errors.Is(err, bot.ErrPing):
		return "ping", c.NoContent(http.StatusOK)
	case err != nil:
		return "forged", c.NoContent(http.StatusUnauthorized)
	case !d.waiting.take():
		return "busy", later(c).NoContent(http.StatusServiceUnavailable)
	}
	defer d.waiting.free()
	return d.store(c, u)
}

// store waits for the commit and acknowledges.
func (d *door) store(c echo.Context, u bot.Update) (result string, err error) {
	var greeting []byte
	greeted := false
	if g, ok := d.channel.(bot.Greeter); ok && u.Defect == "" {
		greeting, greeted = g.Greet(u)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), d.limits.Commit)
	defer cancel()
	fresh, err := d.committer.commit(ctx, storage.Incoming{Update: u, Source: storage.SourceChannel, Greeted: greeted})
	if err != nil {
		return "unavailable", later(c).NoContent(http.StatusServiceUnavailable)
	}
	switch {
	case !fresh:
		result = "duplicate"
	case u.Defect != "":
		result = "parked"
		d.cfg.Log.Warn("update parked", "bot", u.Bot, "update", u.ID, "err", u.Defect)
	default:
		result = "stored"
	}
	if greeted {
		return result, c.Blob(http.StatusOK, echo.MIMEApplicationJSON, greeting)
	}
	return result, c.NoContent(http.StatusOK)
}

// unread answers a request whose body did not come whole.
func unread(c echo.Context, err error) (result string, _ error) {
	status, wait := web.Unread(err)
	if wait > 0 {
		web.RetryAfter(c.Response().Header(), wait)
	}
	result = map[int]string{
		http.StatusRequestEntityTooLarge: "too_large", http.StatusRequestTimeout: "slow", http.StatusServiceUnavailable: "busy",
	}[status]
	return cmp.Or(result, "broken"), refuse(c, status)
}

// later asks the messenger to come again.
func later(c echo.Context) echo.Context {
	c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
	return c
}

// refuse answers without the rest of the body.
func refuse(c echo.Context, status int) error {
	web.HangUp(c.Response(), c.Request())
	return c.NoContent(status)
}
