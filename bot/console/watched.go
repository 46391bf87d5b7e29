package console

import (
	"context"
	"sync"

	"visnyk/bot"
	"visnyk/bot/web"
)

// Watch is something that open pages show while it moves: it is read once a second at
// most for all of them, and told as the parts of a page that became other.
type Watch struct {
	Name string         // of the event
	May  bot.Permission // of who hears it
	Read func(context.Context) ([]Watched, error)
}

// Watched is one thing that moves. Draw renders it, once for each language and role.
type Watched struct {
	ID, Revision string
	Draw         func(*Visit) ([]byte, error)
}

// watched is a thing as it was read last.
type watched struct {
	Watched
	mu    sync.Mutex
	drawn map[reader][]byte
}

func (w *watched) draw(v *Visit) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	who := reader{v.Lang, v.Actor.Role}
	if html, ok := w.drawn[who]; ok {
		return html, nil
	}
	html, err := w.Draw(v)
	if err == nil {
		if w.drawn == nil {
			w.drawn = map[reader][]byte{}
		}
		w.drawn[who] = html
	}
	return html, err
}

// watching is a Watch with what was read of it.
type watching struct {
	Watch
	now map[string]*watched // by id; nil: nothing was read, or nobody listens
}

// key is what its streams hear, and begins the notes of what became other.
func (w *watching) key() string { return "watch/" + w.Name + "/" }

// Watch has pages hear what the watch reads. It comes before the first stream.
func (l *Live) Watch(w Watch) { l.watches = append(l.watches, &watching{Watch: w}) }

// lookAround reads the watches that anybody hears, and tells what became other. Between two
// ticks only what was not read yet is.
func (l *Live) lookAround(ctx context.Context, ticked bool) error {
	for _, w := range l.watches {
		heard := l.hub.Heard(w.key())
		l.mu.Lock()
		was := w.now
		if !heard {
			w.now = nil // it grows old
		}
		l.mu.Unlock()
		if !heard || was != nil && !ticked {
			continue
		}
		all, err := w.Read(ctx)
		if err != nil {
			return err
		}
		now := make(map[string]*watched, len(all))
		var other []string
		for _, one := range all {
			if now[one.ID] = was[one.ID]; was[one.ID] == nil || was[one.ID].Revision != one.Revision {
				now[one.ID], other = &watched{Watched: one}, append(other, one.ID)
			}
		}
		l.mu.Lock()
		w.now = now
		l.mu.Unlock()
		for _, id := range other {
			l.hub.Tell(w.key(), w.key()+id)
		}
	}
	return nil
}

// around writes those of what is watched that the news tell of.
func (w *watch) around(news web.News) error {
	for _, of := range w.live.watches {
		if !w.visit.Actor.May(of.May) {
			continue
		}
		w.live.mu.Lock()
		now := of.now
		w.live.mu.Unlock()
		parts := map[string]string{}
		for id, one := range now {
			if !news.All && !news.Has(of.key()+id) {
				continue
			}
			html, err := one.draw(w.visit)
			if err != nil {
				return err
			}
			parts[id] = string(html)
		}
		if len(parts) > 0 {
			w.write(of.Name, parts)
		}
	}
	return nil
}
