package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"visnyk/bot"
)

// pieces names the parts of the page that change by themselves, each a template
// and an element's id.
func pieces() []string {
	return []string{"telegram-screen", "viber-screen", "telegram-faults", "viber-faults", "line", "flow", "desk"}
}

const (
	breath    = 40 * time.Millisecond // between two looks, so that a burst is one
	heartbeat = 10 * time.Second      // also for what passes with time alone
)

// show serves the whole page.
func (d *Demo) show(w http.ResponseWriter, r *http.Request) {
	as, l, err := d.asks(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	v, err := d.look(r, as, l)
	var page bytes.Buffer
	if err == nil {
		err = d.page.Execute(&page, v)
	}
	if err != nil {
		d.log.Error("demo: page", "err", err)
		http.Error(w, "the page could not be made; see visnyk.log", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language")
	_, _ = w.Write(page.Bytes())
}

// stream tells a page, as long as it is open, which of its pieces look
// different now.
func (d *Demo) stream(w http.ResponseWriter, r *http.Request) {
	as, l, err := d.asks(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	control := http.NewResponseController(w)
	// The server's limits are for requests that end.
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	told := map[string]string{}
	for {
		p := d.parts.Load()
		line, tg, vb := d.Line.Changed(), p.Telegram.Changes(), p.Viber.Changed()
		if err := d.tell(r, w, told, as, l); err != nil || control.Flush() != nil {
			return
		}
		timer := time.NewTimer(heartbeat)
		select {
		case <-r.Context().Done():
		case <-line:
		case <-tg:
		case <-vb:
		case <-timer.C:
		case <-d.closed:
			timer.Stop()
			return
		}
		timer.Stop()
		pause := time.NewTimer(breath)
		select {
		case <-r.Context().Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

// tell writes the pieces that differ from what the page was told before; a
// comment when none does, so that a dead connection is noticed.
func (d *Demo) tell(r *http.Request, w http.ResponseWriter, told map[string]string, as person, l bot.Language) error {
	v, err := d.look(r, as, l)
	if err != nil {
		return err
	}
	quiet := true
	for _, id := range pieces() {
		var html bytes.Buffer
		if err := d.page.ExecuteTemplate(&html, id, v); err != nil {
			d.log.Error("demo: piece", "err", err)
			return err
		}
		if told[id] == html.String() {
			continue
		}
		told[id], quiet = html.String(), false
		data, err := json.Marshal(map[string]string{"id": id, "html": html.String()})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "event: piece\ndata: %s\n\n", data); err != nil {
			return err
		}
	}
	if quiet {
		_, err = fmt.Fprint(w, ": still here\n\n")
	}
	return err
}
