package console

import (
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// recentMost is how many changes are kept for those who were away.
const recentMost = 512

// recent is what streams were told of late, so that who comes back hears of it
// without a look at the database.
type recent struct {
	since  time.Time // whatever changed later is here; zero: nothing was read yet
	now    time.Time // by the database's clock, when it was read last
	first  int       // the number of all[0]
	all    []*change
	known  map[string]storage.TicketMark // the last of each ticket
	counts storage.QueueCounts
}

// change is a ticket as it became.
type change struct {
	storage.TicketMark
	row *storage.QueueRow // nil: it is not there any more

	mu    sync.Mutex
	drawn map[reader][]byte
}

// reader is for whom something is drawn: all of them see the same.
type reader struct {
	language bot.Language
	role     bot.Role
}

// changes pairs marks with the rows that were read for them. What was read may be
// later than the mark.
func changes(marks []storage.TicketMark, rows []storage.QueueRow) []*change {
	found := make(map[string]*storage.QueueRow, len(rows))
	for i := range rows {
		found[rows[i].ID] = &rows[i]
	}
	all := make([]*change, len(marks))
	for i, m := range marks {
		if row := found[m.ID]; row != nil {
			m.Revision = max(m.Revision, row.Revision)
			all[i] = &change{TicketMark: m, row: row}
			continue
		}
		all[i] = &change{TicketMark: m}
	}
	return all
}

// add takes in what was read, of what changed since.
func (r *recent) add(since time.Time, news storage.DeskNews, marks []storage.TicketMark, rows []storage.QueueRow, counts storage.QueueCounts) {
	if r.now.IsZero() {
		r.since, r.known = news.Now, map[string]storage.TicketMark{}
	}
	r.now = news.Now
	if len(news.Changed) == liveMost { // what is left is read next, and from where this ends
		r.now = news.Changed[liveMost-1].At.Add(liveOverlap)
	}
	fresh := changes(marks, rows)
	for _, c := range fresh {
		r.known[c.ID] = c.TicketMark
	}
	if len(fresh) > 0 {
		r.counts = counts
	}
	r.all = append(r.all, fresh...)
	for len(r.all) > recentMost {
		if at := r.all[0].At; at.After(r.since) {
			r.since = at
		}
		r.all, r.first = r.all[1:], r.first+1
	}
	for id, m := range r.known {
		if m.At.Before(r.now.Add(-3 * liveOverlap)) {
			delete(r.known, id)
		}
	}
}

// next is the number of the change that comes next.
func (r *recent) next() int { return r.first + len(r.all) }

// from returns the changes from that number on; false where some are not kept.
func (r *recent) from(n int) ([]*change, bool) {
	if n < r.first || n > r.next() {
		return nil, false
	}
	return r.all[n-r.first:], true
}

// after returns what changed after the moment; false where some of it may not be
// kept. The last state of each ticket is enough.
func (r *recent) after(at time.Time) ([]*change, bool) {
	if r.since.IsZero() || at.Before(r.since) {
		return nil, false
	}
	var all []*change
	for _, c := range r.all {
		if c.At.After(at) && r.known[c.ID].Revision <= c.Revision {
			all = append(all, c)
		}
	}
	return all, true
}
