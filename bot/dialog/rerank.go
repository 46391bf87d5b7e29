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

// undecided are turns of a batch whose questions the search does not decide by their
// words, to be reranked by their meaning. They are set aside, so that nobody else
// waits for the endpoint.
type undecided struct {
	rows    []*arrival
	texts   []string
	content library.Snapshot
}

// without returns the other rows of the batch.
func (o *undecided) without(batch []*arrival) []*arrival {
	if o == nil {
		return batch
	}
	return slices.DeleteFunc(slices.Clone(batch), func(r *arrival) bool {
		return slices.ContainsFunc(o.rows, func(own *arrival) bool { return own.ID == r.ID })
	})
}

// setAside takes the turns out of a batch that are to be reranked; nil is none.
func (w *Worker) setAside(rows []*arrival, inputs []*TurnInput) ([]*arrival, []*TurnInput, *undecided) {
	if len(inputs) == 0 || !inputs[0].Content.Reranks() { // all have the same content
		return rows, inputs, nil
	}
	o := &undecided{content: inputs[0].Content}
	var others []*arrival
	var decided []*TurnInput
	for i, s := range inputs {
		texts := w.Engine.undecided(s)
		if len(texts) == 0 {
			others, decided = append(others, rows[i]), append(decided, s)
			continue
		}
		o.rows, o.texts = append(o.rows, rows[i]), append(o.texts, texts...)
	}
	if len(o.rows) == 0 {
		return rows, inputs, nil
	}
	return others, decided, o
}

// rerank makes the turns that were set aside: one asking for all of them, and
// none waits for longer than its budget. A turn stays a function of its situation,
// which holds what was answered.
func (w *Worker) rerank(stop context.Context, lease storage.Lease, o *undecided) error {
	ctx, cancel := bounded(stop)
	defer cancel()
	begun := w.Now()
	slices.Sort(o.texts)
	answered := o.content.Rerank(ctx, slices.Compact(o.texts))
	// Meanwhile an operator may have taken a chat, and is not to be talked over.
	inputs, err := w.inputs(ctx, o.rows, nil)
	if err == nil {
		for _, s := range inputs {
			s.Content = answered
		}
		err = w.commit(ctx, lease, begun, o.rows, inputs)
	}
	if err != nil {
		return w.singly(ctx, lease, o.rows, err)
	}
	return nil
}

// undecided returns the texts that the turn asks the search about and gets no decision.
// The turn itself tells, so nothing else ever leaves the house: no press, no
// word that works anywhere, nothing that an operator will read.
func (d *Engine) undecided(s *TurnInput) []string {
	l := &listener{Finder: s.Content.FAQ, undecided: new([]string)}
	tried := *s
	tried.Content.FAQ = l
	_ = d.try(&tried) // when the turn is made, it fails again and is seen
	return *l.undecided
}

func (d *Engine) try(s *TurnInput) (err error) {
	defer recovered(&err)
	_, err = d.Turn(s)
	return err
}

// listener is a search that notes what it does not decide.
type listener struct {
	flows.Finder
	undecided *[]string
}

// Knowing implements flows.Teller.
func (l *listener) Knowing(changes []string) flows.Finder {
	t, ok := l.Finder.(flows.Teller)
	if !ok {
		return l
	}
	return &listener{t.Knowing(changes), l.undecided}
}

func (l *listener) Find(text string, language bot.Language, now time.Time) flows.Finding {
	found := l.Finder.Find(text, language, now)
	if found.Undecided() {
		*l.undecided = append(*l.undecided, text)
	}
	return found
}
