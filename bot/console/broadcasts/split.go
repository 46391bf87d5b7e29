package broadcasts

import (
	"errors"
	"net/http"
	"time"

	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/storage"
)

// splitPage is what became of a broadcast by the segments of its audience. Of a large one
// the numbers are about so many; all are counted when somebody asks, which takes seconds.
type splitPage struct {
	Head   headView
	Shares sharesView
	At     time.Time
	Slow   bool
	More   int // only the first so many are counted; 0 is all
}

func (p pages) split(v *console.Visit) error { return p.splitPage(v, false) }

// splitAll counts everybody.
func (p pages) splitAll(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	return p.splitPage(v, true)
}

func (p pages) splitPage(v *console.Visit, all bool) error {
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	id := v.Param("id")
	m, err := p.Broadcasts().Read(v.Ctx(), v.Actor, id)
	if err != nil {
		return err
	}
	is, err := p.Broadcasts().Split(v.Ctx(), v.Actor, id, all)
	if err != nil {
		return err
	}
	page := splitPage{Head: p.head(v, m, "report"), At: is.At, Slow: is.Slow}
	if is.More {
		page.More = storage.MostSplit
	}
	if is.Slow {
		return v.Page(http.StatusOK, "split", page)
	}
	most := is.None.Planned
	for _, s := range is.Segments {
		most = max(most, s.Planned)
	}
	var shares []shareView
	for _, s := range is.Segments {
		share := shareView{Segment: s.ID, Name: s.Name, Guarded: s.Guarded}
		if !s.Guarded {
			share = newShare(share, s.Report, most, rowsQuery{Segment: s.ID}, nil)
		}
		shares = append(shares, share)
	}
	shares = append(shares, newShare(shareView{Segment: broadcast.SegmentNone}, is.None, most, rowsQuery{Segment: broadcast.SegmentNone}, nil))
	page.Shares = sharesOf(m.ID, shares)
	page.Shares.About = is.About
	return v.Page(http.StatusOK, "split", page)
}

// filterOf is what somebody chose, for the store.
func (p pages) filterOf(v *console.Visit, id string, q rowsQuery) (f storage.RecipientFilter, err error) {
	if f = q.filter(); q.Segment == "" {
		return f, nil
	}
	f.Whom, err = p.Broadcasts().Whom(v.Ctx(), v.Actor, id, q.Segment)
	if errors.Is(err, storage.ErrNotFound) {
		err = console.ErrNothing
	}
	return f, err
}
