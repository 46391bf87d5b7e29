package dialog

import (
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/flows"
	"visnyk/storage"
)

// mostAsking batches wait for the endpoint at once, about; while so many do,
// words alone decide.
const mostAsking = 8

// open are turns of a batch whose questions the search does not decide by their
// words, to be weighed by their meaning. They are set aside, so that nobody else
// waits for the endpoint.
type open struct {
	rows    []*arrival
	texts   []string
	content library.Snapshot
}

// without returns the other rows of the batch.
func (o *open) without(batch []*arrival) []*arrival {
	if o == nil {
		return batch
	}
	return slices.DeleteFunc(slices.Clone(batch), func(r *arrival) bool {
		return slices.ContainsFunc(o.rows, func(own *arrival) bool { return own.ID == r.ID })
	})
}

// setAside takes the turns out of a batch that are to be weighed; nil is none.
func (w *Worker) setAside(rows []*arrival, situations []Situation) ([]*arrival, []Situation, *open) {
	if len(situations) == 0 || !situations[0].Content.Weighs() { // all have the same content
		return rows, situations, nil
	}
	o := &open{content: situations[0].Content}
	var others []*arrival
	var decided []Situation
	for i, s := range situations {
		texts := w.Director.open(s)
		if len(texts) == 0 {
			others, decided = append(others, rows[i]), append(decided, s)
			continue
		}
		o.rows, o.texts = append(o.rows, rows[i]), append(o.texts, texts...)
	}
	if len(o.rows) == 0 {
		return rows, situations, nil
	}
	return others, decided, o
}

// weighed makes the turns that were set aside: one asking for all of them, and
// none waits for longer than its budget. A turn stays a function of its situation,
// which holds what was answered.
func (w *Worker) weighed(stop context.Context, lease storage.Lease, o *open) error {
	ctx, cancel := bounded(stop)
	defer cancel()
	begun := w.Now()
	slices.Sort(o.texts)
	answered := o.content.Weigh(ctx, slices.Compact(o.texts))
	// Meanwhile an operator may have taken a chat, and is not to be talked over.
	situations, err := w.situations(ctx, o.rows, nil)
	if err == nil {
		for i := range situations {
			situations[i].Content = answered
		}
		err = w.commit(ctx, lease, begun, o.rows, situations)
	}
	if err != nil {
		return w.singly(ctx, lease, o.rows, err)
	}
	return nil
}

// open returns the texts that the turn asks the search about and gets no decision.
// The turn itself tells, so nothing else ever leaves the house: no press, no
// word that works anywhere, nothing that an operator will read.
func (d Director) open(s Situation) []string {
	l := &listener{Finder: s.Content.FAQ}
	s.Content.FAQ = l
	_ = d.try(s) // when the turn is made, it fails again and is seen
	return l.open
}

func (d Director) try(s Situation) (err error) {
	defer recovered(&err)
	_, err = d.Turn(s)
	return err
}

// listener is a search that notes what it does not decide.
type listener struct {
	flows.Finder
	open []string
}

func (l *listener) Find(text string, language bot.Language, now time.Time) flows.Finding {
	found := l.Finder.Find(text, language, now)
	if found.Open() {
		l.open = append(l.open, text)
	}
	return found
}
