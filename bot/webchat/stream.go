package webchat

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// streamLines is how many lines are read at once.
const streamLines = 100

// shownLine is a line as pages get it.
type shownLine struct {
	Seq  int64           `json:"seq"`
	ID   string          `json:"id,omitempty"`
	Out  bool            `json:"out,omitempty"`
	Body json.RawMessage `json:"body"`
}

func shown(lines []Line) []shownLine {
	all := make([]shownLine, len(lines))
	for i, l := range lines {
		all[i] = shownLine{l.Seq, l.ID, l.Out, l.Body}
	}
	return all
}

// number reads a line's number from a query or a header; without one it is other.
func number(s string, other int64) (int64, error) {
	if s == "" {
		return other, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, badBody()
	}
	return n, nil
}

// stream sends the lines after a number as they come, until the page goes or
// this process stops.
func (d *door) stream(c echo.Context) error {
	of, err := d.visitorAt(c, d.rates.reads)
	if err != nil {
		return err
	}
	last := c.Request().Header.Get("Last-Event-ID")
	if last == "" {
		last = c.QueryParam("after")
	}
	after, err := number(last, 0)
	if err != nil {
		return err
	}
	ear, err := d.hub.Join(of.Chat, d.entrance.Client(c.Request()), of.Chat)
	switch {
	case errors.Is(err, web.ErrEnding):
		return away()
	case err != nil:
		return tooMany(5 * time.Second)
	}
	defer ear.Leave()
	ctx := c.Request().Context()
	lines, err := d.after(ctx, of, after) // the first may still be refused in words
	if err != nil {
		return err
	}
	s := web.NewStream(c.Response(), d.limits.Write)
	s.Follow(ctx, ear, d.limits.KeepAlive, func(news web.News) (err error) {
		if news.Has(topicTyping) {
			s.Event("typing", "", []byte("{}"))
		}
		if lines == nil && (news.All || news.Has(topicLines)) {
			if lines, err = d.after(ctx, of, after); err != nil {
				return err // the page comes again, from where it is
			}
		}
		for _, l := range shown(lines) {
			s.Event("line", strconv.FormatInt(l.Seq, 10), encode(l))
			after = l.Seq
		}
		if len(lines) == streamLines { // there may be more
			ear.Look()
		}
		lines = nil
		return nil
	})
	return nil
}

func (d *door) after(ctx context.Context, of bot.Address, seq int64) (lines []Line, err error) {
	err = d.concurrency.Do(ctx, func(ctx context.Context) error {
		lines, err = d.threads.After(ctx, of, seq, streamLines)
		return err
	})
	return lines, err
}
