package webchat

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

const (
	// atOnce is how many requests use the threads at once: messengers' updates
	// must never be kept out of the database.
	atOnce = 8
	// answerTime bounds what a request does there.
	answerTime = 5 * time.Second
	// page of a thread, in lines.
	pageLines = 50
)

// Receive puts an update into the inbox and returns after the commit. An error
// promises nothing.
type Receive = func(ctx context.Context, u bot.Update) (fresh bool, err error)

// door is what pages speak to.
type door struct {
	*Channel
	receive     Receive
	concurrency *web.ConcurrencyLimit
	said        *web.Door // what visitors do
	files       *web.Door // what they attach
}

// Mount adds the page, the widget and what they speak to under /chat.
func (c *Channel) Mount(e *echo.Echo, receive Receive) {
	d := &door{
		Channel: c, receive: receive, concurrency: web.NewConcurrencyLimit(atOnce, -1, answerTime),
		said: c.entrance.Door(c.limits.messageCaps()), files: c.entrance.Door(c.limits.fileCaps()),
	}
	for path, h := range map[string]echo.HandlerFunc{
		"/chat": d.page, "/chat/": d.page, "/chat/widget.js": d.widget, lookPath + ":name": d.showLook,
	} {
		e.GET(path, h)
		e.HEAD(path, h)
	}
	d.assets.Mount(e)
	e.POST("/chat/session", d.guarded(d.session))
	e.GET("/chat/thread", d.guarded(d.thread))
	e.GET("/chat/stream", d.guarded(d.stream))
	e.POST("/chat/messages", d.guarded(d.message))
	e.POST("/chat/files", d.guarded(d.takeFile))
	e.GET("/chat/files/:id", d.guarded(d.file))
	e.POST("/chat/join", d.guarded(d.joinElsewhere))
}

// guarded refuses requests of other sites' pages, and answers errors.
func (d *door) guarded(h echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		header.Set(echo.HeaderCacheControl, "no-store")
		header.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
		header.Set(echo.HeaderVary, "Origin, Accept-Language")
		if d.foreign(c.Request()) {
			return d.refuse(c, newProblem(http.StatusForbidden, codeForeign, 0))
		}
		if err := h(c); err != nil {
			if c.Response().Committed {
				return nil
			}
			return d.refuse(c, err)
		}
		return nil
	}
}

// foreign reports whether the page of another site asks. Sites show our page in a
// frame, so nobody but our own page has business here, and no answer ever
// carries a CORS header.
func (d *door) foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host) && !strings.EqualFold(origin, d.public)
}

// visitorAt returns the address of whoever asks, within the rate of their client.
func (d *door) visitorAt(c echo.Context, r *web.RateLimits) (bot.Address, error) {
	chat, err := d.visitor(c.Request().Header)
	if err != nil {
		return bot.Address{}, stranger()
	}
	if wait := r.Take(d.entrance.Client(c.Request()), d.now()); wait > 0 {
		return bot.Address{}, tooMany(wait)
	}
	return bot.Address{Bot: d.name, Chat: chat}, nil
}

// read returns the body, at most limit bytes of it. It is closed when the request
// has been answered.
func read(c echo.Context, at *web.Door, limit int64) (*web.Body, error) {
	body, err := at.Read(c.Response(), c.Request(), limit)
	if err != nil {
		return nil, unread(err)
	}
	return body, nil
}

// session makes a new visitor.
func (d *door) session(c echo.Context) error {
	if wait := d.rates.sessions.Take(d.entrance.Client(c.Request()), d.now()); wait > 0 {
		return tooMany(wait)
	}
	return c.JSON(http.StatusOK, map[string]any{"token": d.mint(), "now": d.now().UnixMilli()})
}

// message takes one thing that the visitor did. It stands in the thread before
// it is in the inbox, and the page sends it until it hears that it is in both:
// either may be repeated.
func (d *door) message(c echo.Context) error {
	of, err := d.visitorAt(c, d.rates.clients)
	if err != nil {
		return err
	}
	body, err := read(c, d.said, maxBody)
	if err != nil {
		return err
	}
	defer body.Close()
	p, err := parse(body.Bytes())
	if err == nil && p.File != nil && p.File.Key != "" {
		err = errFile
	}
	if err != nil {
		return badly(err)
	}
	rate := d.rates.messages
	if p.Kind == kindReceipt {
		rate = d.rates.receipts
	}
	if wait := rate.Take(of.Chat, d.now()); wait > 0 {
		return tooMany(wait)
	}
	in, _, err := d.Accept(bot.Request{Method: c.Request().Method, URL: c.Request().URL, Header: c.Request().Header, Body: body.Bytes()})
	if err != nil {
		return stranger()
	}
	var seq int64
	err = d.concurrency.Do(c.Request().Context(), func(ctx context.Context) (err error) {
		var key string
		if seq, key, err = d.note(ctx, of, p); err != nil {
			return err
		}
		if key != "" { // who reads it later finds the file by what nobody else has
			p.File.Key = key
			in[0].Payload = encode(p)
		}
		_, err = d.receive(ctx, in[0])
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"seq": seq, "now": d.now().UnixMilli()})
}

// note writes what the visitor did into their thread. key is of the file that they
// sent; "" where there is none.
func (d *door) note(ctx context.Context, of bot.Address, p posted) (seq int64, key string, err error) {
	switch p.Kind {
	case kindReceipt:
		m := Marks{Seen: p.Seen}
		for _, seq := range append(p.Delivered, p.Seen) {
			m.Delivered = max(m.Delivered, seq)
		}
		return 0, "", d.threads.Mark(ctx, of, m)
	case kindFile:
		f, err := d.threads.File(ctx, of, p.File.ID)
		if errors.Is(err, ErrNoFile) || err == nil && (f.Name != p.File.Name || f.Type != p.File.Type || f.Size != p.File.Size) {
			return 0, "", missing()
		}
		if err != nil {
			return 0, "", err
		}
		key = f.Key
	}
	seq, err = d.threads.Append(ctx, of, Line{ID: p.ID, Body: encode(said{p.Kind, p.content})})
	if err == nil {
		d.woken(of.Chat)
	}
	return seq, key, err
}

// said is a visitor's line of the thread.
type said struct {
	Kind string `json:"kind"`
	content
}

// thread gives the last lines, or those before a number.
func (d *door) thread(c echo.Context) error {
	of, err := d.visitorAt(c, d.rates.reads)
	if err != nil {
		return err
	}
	before, err := number(c.QueryParam("before"), 1<<62)
	if err != nil {
		return err
	}
	var lines []Line
	var m Marks
	err = d.concurrency.Do(c.Request().Context(), func(ctx context.Context) (err error) {
		if lines, err = d.threads.Before(ctx, of, before, pageLines+1); err != nil {
			return err
		}
		m, err = d.threads.Marks(ctx, of)
		return err
	})
	if err != nil {
		return err
	}
	more := len(lines) > pageLines
	if more {
		lines = lines[len(lines)-pageLines:]
	}
	return c.JSON(http.StatusOK, map[string]any{
		"lines": shown(lines), "more": more, "delivered": m.Delivered, "seen": m.Seen, "now": d.now().UnixMilli(),
	})
}

// joinElsewhere gives the address where the visitor goes on in another messenger.
func (d *door) joinElsewhere(c echo.Context) error {
	of, err := d.visitorAt(c, d.rates.sessions)
	if err != nil {
		return err
	}
	if d.join == nil {
		return missing()
	}
	var to string
	err = d.concurrency.Do(c.Request().Context(), func(ctx context.Context) (err error) {
		to, err = d.join(ctx, of)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"url": to})
}
