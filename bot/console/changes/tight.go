package changes

import (
	"cmp"
	"slices"
)

// tightView is how well a change fits a messenger, by its worst part.
type tightView struct {
	How      tightKey
	Channel  string
	Part     fieldKey
	Messages int // that the part takes
	Percent  int // of one message that the longest part takes; 0: there is no limit
}

type tightKey string

// How a change fits: a part is split, buttons go, nothing happens to it.
const (
	tightSplit tightKey = "split"
	tightLast  tightKey = "last"
	tightFull  tightKey = "full"
	tightEasy  tightKey = "easy"
)

func tightests() []string {
	return []string{string(tightSplit), string(tightLast), string(tightFull), string(tightEasy)}
}

// tightest says how what people are told fits each messenger, the worst first.
func tightest(all []told) (by []tightView) {
	for _, one := range all {
		for _, s := range one.all {
			i := slices.IndexFunc(by, func(t tightView) bool { return t.Channel == s.Channel })
			if i < 0 {
				i = len(by)
				by = append(by, tightView{Channel: s.Channel})
			}
			if fit := fitOf(s); worse(fit, by[i]) < 0 {
				by[i] = fit
			}
		}
	}
	slices.SortStableFunc(by, worse)
	return by
}

func fitOf(s Shown) tightView {
	t := tightView{How: tightEasy, Channel: s.Channel, Part: partOf(s.Part), Messages: len(s.Messages)}
	for _, m := range s.Messages {
		if s.Room > 0 {
			t.Percent = max(t.Percent, (100*units(m.Text())+s.Room-1)/s.Room)
		}
		if len(m.Buttons) > 0 && s.Fleeting && !m.Stays {
			t.How = tightLast
		}
	}
	switch {
	case t.Messages > 1:
		t.How = tightSplit
	case t.How == tightEasy && t.Percent > 0:
		t.How = tightFull
	}
	return t
}

// worse orders them, the worse first.
func worse(a, b tightView) int {
	order := []tightKey{tightSplit, tightLast, tightFull, tightEasy, ""}
	return cmp.Or(
		slices.Index(order, a.How)-slices.Index(order, b.How), b.Messages-a.Messages, b.Percent-a.Percent, cmp.Compare(a.Channel, b.Channel),
	)
}
