package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/bot/web"
)

// pieces names the parts of the page that change by themselves, each a template
// and an element's id.
func pieces() []string {
	return []string{"telegram-screen", "viber-screen", "webchat-desk", "telegram-faults", "viber-faults", "line", "flow", "desk"}
}

const (
	breath    = 40 * time.Millisecond // between two looks, so that a burst is one
	heartbeat = 10 * time.Second      // also for what passes with time alone
	patience  = 10 * time.Second      // for a page to take what is written
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
	ear, err := d.Line.hub.Join("", "")
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer ear.Leave()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go d.watch(ctx, ear)
	s, told := web.NewStream(w, patience), map[string]string{}
	s.Follow(ctx, ear, heartbeat, func(web.News) error {
		if len(told) > 0 && call.Pause(ctx, breath) != nil {
			return ctx.Err()
		}
		return d.tell(r, s, told, as, l)
	})
}

// watch has the listener look when something happens on a phone.
func (d *Demo) watch(ctx context.Context, ear *web.Listener) {
	p := d.parts.Load()
	for {
		tg, vb := p.Telegram.Changes(), p.Viber.Changed()
		ear.Look()
		select {
		case <-ctx.Done():
			return
		case <-tg:
		case <-vb:
		}
	}
}

// tell writes the pieces that differ from what the page was told before.
func (d *Demo) tell(r *http.Request, s *web.Stream, told map[string]string, as person, l bot.Language) error {
	v, err := d.look(r, as, l)
	if err != nil {
		return err
	}
	for _, id := range pieces() {
		var html bytes.Buffer
		if err := d.page.ExecuteTemplate(&html, id, v); err != nil {
			d.log.Error("demo: piece", "err", err)
			return err
		}
		if before, ever := told[id]; ever && before == html.String() {
			continue
		}
		told[id] = html.String()
		data, err := json.Marshal(map[string]string{"id": id, "html": html.String()})
		if err != nil {
			return err
		}
		s.Event("piece", "", data)
	}
	return nil
}
