package console

import (
	"context"
	"net/http"
	"time"

	"visnyk/storage"
)

// missed is what a page that was away has to hear.
type missed struct {
	now     time.Time
	changes []*change
	counts  storage.QueueCounts
	again   bool // too much to tell one by one
}

// missed returns what changed after the moment; at the zero moment only how things
// stand. What is remembered needs no look at the database.
func (l *Live) missed(ctx context.Context, at time.Time) (m missed, err error) {
	since := at.Add(-liveOverlap)
	l.mu.Lock()
	known, kept := l.recent.after(since)
	m.now, m.counts = l.recent.now, l.recent.counts
	counted := l.recent.counts.Held != nil
	l.mu.Unlock()
	if kept && counted && !at.IsZero() {
		m.changes = known
		return m, nil
	}
	err = l.reads.Do(ctx, func(ctx context.Context) error {
		var news storage.DeskNews
		if at.IsZero() {
			since = time.Time{}
		}
		store := l.store()
		if store == nil {
			return ErrAway
		}
		if news, err = store.DeskNews(ctx, since, liveMost); err != nil {
			return err
		}
		if m.counts, err = store.QueueCounts(ctx); err != nil {
			return err
		}
		m.now = news.Now
		if m.again = len(news.Changed) == liveMost; m.again || len(news.Changed) == 0 {
			return nil
		}
		rows, err := store.QueueRows(ctx, idsOf(news.Changed))
		m.changes = changes(news.Changed, rows)
		return err
	})
	return m, err
}

// News answers once what a stream would tell first, for tabs whose stream is another
// tab's.
func (l *Live) News(draw Draw) Handler {
	return func(v *Visit) error {
		at, err := after(v)
		if err != nil {
			return err
		}
		m, err := l.missed(v.Ctx(), at)
		if err != nil {
			return err
		}
		e, err := v.deskEvent(draw, m, m.changes)
		if err != nil {
			return err
		}
		return v.JSON(http.StatusOK, e)
	}
}

// Now returns the moment by the database's clock: what a page reads next is no older.
func (l *Live) Now(v *Visit) (time.Time, error) {
	store := l.store()
	if store == nil {
		return time.Time{}, ErrAway
	}
	news, err := store.DeskNews(v.Ctx(), time.Time{}, 0)
	return news.Now, err
}
