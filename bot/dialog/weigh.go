package dialog

import (
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// weigh lets the questions of a batch that the search does not decide by their
// words be weighed by their meaning, where there is an endpoint for it: one
// request for all of them, and no turn waits for longer than its budget. A turn
// stays a function of its situation, which holds what was answered.
func (w *Worker) weigh(ctx context.Context, rows []storage.InboxRow, situations []Situation) ([]Situation, error) {
	if len(situations) == 0 || !situations[0].Content.Weighs() { // all have the same content
		return situations, nil
	}
	var texts []string
	for _, s := range situations {
		texts = append(texts, w.Director.open(s)...)
	}
	if len(texts) == 0 {
		return situations, nil
	}
	slices.Sort(texts)
	weighed := situations[0].Content.Weigh(ctx, slices.Compact(texts))
	// Meanwhile an operator may have taken a chat, and is not to be talked over.
	situations, err := w.situations(ctx, rows, nil)
	for i := range situations {
		situations[i].Content = weighed
	}
	return situations, err
}

// open gives the texts that the turn asks the search about and gets no decision.
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
