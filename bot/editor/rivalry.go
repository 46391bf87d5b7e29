package editor

import (
	"cmp"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/search"
)

const (
	// circle is how many articles stand for all when one wording is tried: the
	// closest ones. With fewer the rest of the base is missed, as a measure of
	// how rare words are.
	circle = 40
	// aTrace is the pull of another article from which a wording is tried.
	aTrace = 0.004
	// asClose is how close, beside the pull of its own article, is too close.
	asClose = 0.67
	// likely is the pull from which an article is rather meant than nothing.
	likely = 1
	// mostTried bounds how many wordings of others are tried.
	mostTried = 8
)

// rivalry warns of wordings that lead to two articles: those of a that would
// lead to another if this one wording were not known, for so do people who say
// it a little differently; and, with both, those of others that lead to a.
func (s *Shelf) rivalry(a bot.Article, both bool) []Warning {
	if found, ok := s.known(a, both); ok {
		return found
	}
	always := time.Time{}
	pull := map[string]float64{}
	strongest := map[string]float64{} // of others, by the wording
	for _, p := range a.Wordings() {
		for _, r := range s.index.Pulls(p.Text, always) {
			if o, _ := s.article(r.Article); r.Article != a.ID && together(a, o) {
				pull[r.Article] = max(pull[r.Article], r.Odds)
				strongest[p.Text] = max(strongest[p.Text], r.Odds)
			}
		}
	}
	near := s.nearest(a, pull)
	var found []Warning
	for _, p := range a.Wordings() {
		if strongest[p.Text] < aTrace {
			continue
		}
		r, odds := s.lead(near, a, p.Text)
		if o, _ := s.article(r); r != "" && !hasKey(o, search.Key(p.Text)) { // else it is the same, as was said
			code := bot.WarnCaught
			if odds < 1 {
				code = bot.WarnCaughtToo
			}
			found = append(found, Warning{bot.Fault{Field: p.Field, Code: code, Data: bot.Data{"Wording": p.Text, "Other": r}}, r})
		}
	}
	if both {
		found = append(found, s.caught(a, near)...)
	}
	s.cacheRivals(a, both, found)
	return found
}

// caught warns of wordings of the articles near by that lead to a.
func (s *Shelf) caught(a bot.Article, near []bot.Article) (found []Warning) {
	tried := 0
	for _, o := range near {
		for _, p := range o.Wordings() {
			if o.ID == a.ID || tried == mostTried || hasKey(a, search.Key(p.Text)) {
				continue
			}
			pulls := slices.DeleteFunc(s.index.Pulls(p.Text, time.Time{}), func(r search.Pull) bool { return r.Article == o.ID })
			if len(pulls) == 0 || pulls[0].Article != a.ID || pulls[0].Odds < aTrace {
				continue
			}
			tried++
			if r, odds := s.lead(near, o, p.Text); r == a.ID {
				code := bot.WarnCatches
				if odds < 1 {
					code = bot.WarnCatchesToo
				}
				found = append(found, Warning{bot.Fault{Field: "aliases", Code: code, Data: bot.Data{"Wording": p.Text, "Other": o.ID}}, o.ID})
			}
		}
	}
	return found
}

// nearest returns a and the articles that its wordings lead to most.
func (s *Shelf) nearest(a bot.Article, pull map[string]float64) []bot.Article {
	others := slices.DeleteFunc(slices.Clone(s.articles), func(o bot.Article) bool { return o.ID == a.ID || !together(a, o) })
	slices.SortStableFunc(others, func(p, q bot.Article) int { return cmp.Compare(pull[q.ID], pull[p.ID]) })
	near := append([]bot.Article{a}, others[:min(len(others), circle-1)]...)
	for i := range near {
		near[i].State, near[i].From, near[i].Until = bot.ArticleApproved, time.Time{}, time.Time{}
	}
	return near
}

// lead returns where else a wording of a leads when it is not known, "" when to a
// alone, and the odds of that article against a: from 1 on it comes first.
func (s *Shelf) lead(near []bot.Article, a bot.Article, wording string) (to string, odds float64) {
	all := slices.Clone(near)
	i := slices.IndexFunc(all, func(o bot.Article) bool { return o.ID == a.ID })
	all[i] = without(all[i], wording)
	own, best := 0.0, search.Pull{}
	for _, r := range s.trials.NewIndex(all).Pulls(wording, time.Time{}) {
		if r.Article == a.ID {
			own = r.Odds
		} else if r.Odds > best.Odds {
			best = r
		}
	}
	if best.Odds < likely || best.Odds < asClose*own {
		return "", 0
	}
	if best.Odds < own {
		return best.Article, best.Odds / own
	}
	return best.Article, 1
}

// without returns the article without the wording.
func without(a bot.Article, wording string) bot.Article {
	cut := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == wording })
	}
	a.Aliases = bot.Aliases{UK: cut(a.Aliases.UK), RU: cut(a.Aliases.RU)}
	if a.Question.UK == wording {
		a.Question.UK = ""
	}
	if a.Question.RU == wording {
		a.Question.RU = ""
	}
	return a
}
