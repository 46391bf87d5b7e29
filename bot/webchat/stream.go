package webchat

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
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
	of, err := d.visitorAt(c, d.floods.reads)
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
	s, ok := d.hub.join(of.Chat, d.entrance.Client(c.Request()))
	if !ok {
		select {
		case <-d.hub.closing:
			return away()
		default:
			return tooMany(5 * time.Second)
		}
	}
	defer d.hub.leave(s)
	lines, err := d.after(c, of, after)
	if err != nil {
		return err
	}
	w := newWriter(c, d.limits.Write)
	w.begin()
	beat := time.NewTicker(d.limits.Beat)
	defer beat.Stop()
	for {
		for _, l := range shown(lines) {
			w.event("line", strconv.FormatInt(l.Seq, 10), encode(l))
			after = l.Seq
		}
		if w.flush() != nil {
			return nil
		}
		if len(lines) == streamLines { // there may be more
			signal(s.lines)
		}
		lines = nil
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-d.hub.closing:
			return nil
		case <-s.writing:
			w.event("typing", "", []byte("{}"))
			continue
		case <-s.lines:
		case <-beat.C: // a sign of life, and a look for what no notice told of
			w.comment()
		}
		if lines, err = d.after(c, of, after); err != nil {
			return nil // the page comes again, from where it is
		}
	}
}

func (d *door) after(c echo.Context, of bot.Address, seq int64) (lines []Line, err error) {
	err = d.inTurn(c.Request().Context(), func(ctx context.Context) error {
		lines, err = d.threads.After(ctx, of, seq, streamLines)
		return err
	})
	return lines, err
}

// writer writes server-sent events. After an error it writes no more.
type writer struct {
	to   *echo.Response
	ctl  *http.ResponseController
	time time.Duration
	err  error
}

func newWriter(c echo.Context, patience time.Duration) *writer {
	return &writer{to: c.Response(), ctl: http.NewResponseController(c.Response()), time: patience}
}

// begin answers that a stream follows. The server's limits of time are for
// requests that end; only a real connection has them.
func (w *writer) begin() {
	_ = w.ctl.SetReadDeadline(time.Time{})
	h := w.to.Header()
	h.Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	w.to.WriteHeader(http.StatusOK)
	w.write("retry: 2000\n\n")
}

func (w *writer) event(name, id string, data []byte) {
	if id != "" {
		id = "id: " + id + "\n"
	}
	w.write("event: %s\n%sdata: %s\n\n", name, id, data)
}

func (w *writer) comment() { w.write(":\n\n") }

func (w *writer) write(format string, args ...any) {
	if w.err == nil {
		_ = w.ctl.SetWriteDeadline(time.Now().Add(w.time))
		_, w.err = fmt.Fprintf(w.to, format, args...)
	}
}

func (w *writer) flush() error {
	if w.err == nil {
		w.err = w.ctl.Flush()
	}
	return w.err
}
