package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

const (
	// streamPatience is how long a page has to take what is written.
	streamPatience = 10 * time.Second
	streamAlive    = 15 * time.Second // between signs of life
	// streamSpan is how long a stream lasts at most: who comes again is looked at
	// again.
	streamSpan = 15 * time.Minute
)

// Draw renders a row of the queue as a part of a page. It is called once for each
// change, language and role.
type Draw func(v *Visit, row storage.QueueRow) ([]byte, error)

// deskEvent is what a stream tells of the desk. At is what a page names when it comes
// again: everything before it has been told.
type deskEvent struct {
	At     int64       `json:"at"` // microseconds
	Rows   []rowEvent  `json:"rows,omitempty"`
	Counts *countEvent `json:"counts,omitempty"`
	// Again says that too much has happened: the page asks for its list anew.
	Again bool `json:"again,omitempty"`
}

// rowEvent is one ticket. Without HTML it is not there any more.
type rowEvent struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision"`
	HTML     string `json:"html,omitempty"`
}

// namedEvent tells which imports have come further, or were moved, or of which changes
// the ledger counts otherwise; with All, any may be one. What a page shows of it is the
// reader's, and the page asks for it.
type namedEvent struct {
	All bool     `json:"all,omitempty"`
	IDs []string `json:"ids"`
}

func namedOf(news web.News, what string) namedEvent {
	e := namedEvent{All: news.All || news.Has(what), IDs: []string{}}
	for _, note := range news.Notes {
		if id, ok := strings.CutPrefix(note, what); ok && id != "" {
			e.IDs = append(e.IDs, id)
		}
	}
	return e
}

// countEvent is how many tickets the lists have; those of one's own by user.
type countEvent struct {
	Waiting int                     `json:"waiting"`
	Theirs  int                     `json:"theirs"`
	Open    int                     `json:"open"`
	Closed  int                     `json:"closed"`
	Held    map[string]storage.Held `json:"held"`
}

func countsOf(c storage.QueueCounts) *countEvent {
	return &countEvent{Waiting: c.Waiting, Theirs: c.Theirs, Open: c.Open, Closed: c.Closed, Held: c.Held}
}

// watch is one stream.
type watch struct {
	live  *Live
	visit *Visit
	draw  Draw
	out   *web.Stream
	at    time.Time // everything before it was told
	next  int       // the number of the change it hears of next
	late  bool      // what was before next is still to be told
	until time.Time

	counts map[string]int // of the navigation, as they were told
}

// errOver ends a stream.
var errOver = errors.New("the stream is over")

// Stream answers with what becomes different, after what the page names, until the
// page goes, the session ends or this process stops.
func (l *Live) Stream(draw Draw) Handler {
	return func(v *Visit) error {
		at, err := after(v)
		if err != nil {
			return err
		}
		keys := []string{keySession + v.Session}
		for key, may := range heard() {
			if v.Actor.May(may) {
				keys = append(keys, key)
			}
		}
		for _, w := range l.watches {
			if v.Actor.May(w.May) {
				keys = append(keys, w.key())
			}
		}
		ear, err := l.hub.Join(v.Actor.User, "", keys...)
		if err != nil {
			return ErrAway
		}
		defer ear.Leave()
		w := &watch{live: l, visit: v, draw: draw, at: at, late: true, until: time.Now().Add(streamSpan), counts: map[string]int{}}
		w.next = l.enter()
		defer l.leave()
		v.Response().Header().Set("Cache-Control", "no-store")
		w.out = web.NewStream(v.Response(), streamPatience)
		w.out.Follow(v.Request().Context(), ear, streamAlive, w.tell)
		return nil
	}
}

// after is what the page names as told; the zero moment where it knows nothing.
func after(v *Visit) (time.Time, error) {
	text := v.QueryParam("after")
	if text == "" || text == "0" {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, errForm
	}
	return time.UnixMicro(n).UTC(), nil
}

// enter counts a stream in, and returns the number of the change that it hears of
// next.
func (l *Live) enter() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams++; l.streams == 1 {
		l.Wake()
	}
	return l.recent.next()
}

func (l *Live) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.streams--
}

// tell writes what was heard.
func (w *watch) tell(news web.News) error {
	v := w.visit
	switch {
	case w.live.over(v.Session):
		w.write("ended", map[string]string{"words": v.T("console.live.ended")})
		return errOver
	case time.Now().After(w.until):
		return errOver
	}
	for _, about := range []struct {
		may        bot.Permission
		what, name string
	}{{bot.WriteContacts, noteImport, "import"}, {bot.ReadAudience, noteLedger, "ledger"}} {
		if e := namedOf(news, about.what); v.Actor.May(about.may) && (e.All || len(e.IDs) > 0) {
			w.write(about.name, e)
		}
	}
	if news.All || news.Has(noteContent) {
		w.numbers()
		if v.Actor.May(heard()[keyContent]) {
			w.write(noteContent, struct{}{})
		}
	}
	if err := w.around(news); err != nil {
		return err
	}
	if v.Actor.May(bot.WorkTickets) {
		if err := w.desk(); err != nil {
			return err
		}
	}
	if seen := w.live.present(v.Actor, news); len(seen) > 0 || news.All {
		w.write("presence", presenceEvent{All: news.All, Tickets: seen})
	}
	return nil
}

// numbers tells those of the navigation that became others.
func (w *watch) numbers() {
	now := map[string]int{}
	for _, e := range w.visit.counted(func(n Nav) bool { return n.Live }) {
		if was, told := w.counts[e.ID]; e.Counted && (!told || was != e.Count) {
			now[e.ID] = e.Count
		}
	}
	if len(now) > 0 {
		maps.Copy(w.counts, now)
		w.write("numbers", now)
	}
}

// desk tells what became different at the desk.
func (w *watch) desk() error {
	l := w.live
	l.mu.Lock()
	fresh, kept := l.recent.from(w.next)
	w.next = l.recent.next()
	now, counts := l.recent.now, l.recent.counts
	l.mu.Unlock()
	switch {
	case w.late || !kept:
		missed, err := l.missed(w.visit.Request().Context(), w.at)
		if err != nil {
			return err // the page comes again, from where it is
		}
		w.late = false
		return w.changed(missed, append(missed.changes, fresh...))
	case len(fresh) > 0:
		return w.changed(missed{now: now, counts: counts}, fresh)
	}
	return nil
}

func (w *watch) changed(m missed, all []*change) error {
	e, err := w.visit.deskEvent(w.draw, m, all)
	if err == nil {
		w.at = m.now
		w.write("desk", e)
	}
	return err
}

// deskEvent draws changes for the visitor.
func (v *Visit) deskEvent(draw Draw, m missed, all []*change) (deskEvent, error) {
	e := deskEvent{At: m.now.UnixMicro(), Counts: countsOf(m.counts), Again: m.again}
	for _, c := range all {
		row := rowEvent{ID: c.ID, Revision: c.Revision}
		if c.row != nil {
			html, err := c.draw(v, draw)
			if err != nil {
				return e, err
			}
			row.HTML = string(html)
		}
		e.Rows = append(e.Rows, row)
	}
	return e, nil
}

func (w *watch) write(name string, event any) {
	var data bytes.Buffer
	to := json.NewEncoder(&data)
	to.SetEscapeHTML(false) // it is read by a module, and half of it is marks
	if err := to.Encode(event); err != nil {
		panic(fmt.Sprintf("console: %T is not JSON: %v", event, err))
	}
	w.out.Event(name, "", bytes.TrimSpace(data.Bytes()))
}

// draw renders the row for whoever sees the same as the visitor.
func (c *change) draw(v *Visit, draw Draw) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := reader{v.Lang, v.Actor.Role}
	if html, ok := c.drawn[who]; ok {
		return html, nil
	}
	html, err := draw(v, *c.row)
	if err == nil {
		if c.drawn == nil {
			c.drawn = map[reader][]byte{}
		}
		c.drawn[who] = html
	}
	return html, err
}
