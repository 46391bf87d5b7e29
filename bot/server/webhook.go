package server

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// retryAfter is when a messenger shall come again, in seconds.
const retryAfter = "2"

// slots bound how much happens at once.
type slots chan struct{}

// take returns false when all slots are taken.
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
	channel   bot.Channel
	handshake bool // the messenger also comes by GET
	bodies    *web.Door
	waiting   slots // verified requests that wait for the commit
	figures   figures
}

// webhook answers what a messenger delivers. All bodies are empty but those of
// the channel's own replies.
func (s *Server) webhook(c echo.Context) error {
	d, ok := s.doors[c.Param("bot")]
	if !ok {
		s.metrics.updates.WithLabelValues("", "unknown_bot").Inc()
		return refuse(c, http.StatusNotFound)
	}
	began := time.Now()
	d.figures.inflight.Inc()
	defer d.figures.inflight.Dec()
	result, err := d.receive(c)
	d.count(result)
	d.figures.seconds.Observe(time.Since(began).Seconds())
	return err
}

// receive takes one request from the first look at its headers to the answer,
// and names how it ended for the figures.
func (d *door) receive(c echo.Context) (result string, err error) {
	r := c.Request()
	asked := bot.Request{Method: r.Method, URL: r.URL, Header: r.Header}
	switch {
	case r.Method != http.MethodPost && !(d.handshake && r.Method == http.MethodGet):
		c.Response().Header().Set(echo.HeaderAllow, d.methods())
		return "wrong_method", refuse(c, http.StatusMethodNotAllowed)
	case web.Encoded(r.Header):
		return "compressed", refuse(c, http.StatusUnsupportedMediaType)
	case r.ContentLength > d.limits.Body:
		return "too_large", refuse(c, http.StatusRequestEntityTooLarge)
	case d.channel.Admit(asked) != nil:
		return "forged", refuse(c, http.StatusUnauthorized)
	}
	body, err := d.bodies.Read(c.Response(), r, d.limits.Body)
	if err != nil {
		return unread(c, err)
	}
	defer body.Close()
	asked.Body = body.Bytes()
	updates, reply, err := d.channel.Accept(asked)
	switch {
	case err != nil:
		return "forged", refuse(c, http.StatusUnauthorized)
	case len(updates) == 0:
		return "ping", respond(c, reply)
	case !d.waiting.take():
		return "busy", later(c).NoContent(http.StatusServiceUnavailable)
	}
	defer d.waiting.free()
	return d.store(c, d.bounded(updates, asked.Body), reply)
}

// bounded returns the updates of a delivery, or where they are more than we take
// at once the delivery itself, to be parked: it is the messenger's, which would
// bring it again and again.
func (d *door) bounded(updates []bot.Update, body []byte) []bot.Update {
	if len(updates) <= d.limits.Updates && bytesOf(updates) <= maxBatch {
		return updates
	}
	sum := sha256.Sum256(body)
	return []bot.Update{{
		Bot: d.channel.Name(), ID: "sha256:" + hex.EncodeToString(sum[:]), Payload: body,
		Defect: fmt.Sprintf("%d updates in one delivery, more than %d or than %d MiB", len(updates), d.limits.Updates, maxBatch>>20),
	}}
}

// store waits for the commit and acknowledges. The result is the first update's;
// those of the others are counted here.
func (d *door) store(c echo.Context, updates []bot.Update, reply *bot.Reply) (result string, err error) {
	fresh, err := d.committer.commit(c.Request().Context(), updates, reply != nil && reply.Greets)
	if err != nil {
		return "unavailable", later(c).NoContent(http.StatusServiceUnavailable)
	}
	for i := range updates[1:] {
		d.count(d.became(updates[1+i], fresh[1+i]))
	}
	return d.became(updates[0], fresh[0]), respond(c, reply)
}

// became names how an update ended, once it is committed.
func (d *door) became(u bot.Update, fresh bool) (result string) {
	switch {
	case !fresh:
		return "duplicate"
	case u.Defect != "":
		d.cfg.Log.Warn("update parked", "bot", u.Bot, "update", u.ID, "err", u.Defect)
		return "parked"
	}
	return "stored"
}

func (d *door) count(result string) {
	d.figures.updates.WithLabelValues(result).Inc()
}

// methods are those by which the messenger may come.
func (d *door) methods() string {
	if d.handshake {
		return http.MethodGet + ", " + http.MethodPost
	}
	return http.MethodPost
}

// respond gives the messenger the reply. nil is 200 with nothing to look at: that most
// frequent of all answers goes without the headers that tell browsers how to.
func respond(c echo.Context, r *bot.Reply) error {
	if r == nil {
		return c.NoContent(http.StatusOK)
	}
	secure(c)
	if len(r.Body) == 0 {
		return c.NoContent(cmp.Or(r.Status, http.StatusOK))
	}
	return c.Blob(cmp.Or(r.Status, http.StatusOK), cmp.Or(r.Type, echo.MIMETextPlainCharsetUTF8), r.Body)
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
	secure(c)
	c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
	return c
}

// refuse answers without the rest of the body.
func refuse(c echo.Context, status int) error {
	secure(c)
	web.HangUp(c.Response(), c.Request())
	return c.NoContent(status)
}
