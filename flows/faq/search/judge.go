package search

import (
	"cmp"
	"math"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// equalOdds are the odds of an article whose very wording was typed.
const equalOdds = 1e6

// What an intent must reach to decide; measured on held-out messages by faqtrain.
const (
	plainly = 0.50 // a request for a human
	idly    = 0.60 // thanks, greetings, chatter, insults
)

// Find implements flows.Finder. An article is found by its words in either
// language; where l is Unsure, the finding says which of them the text is in.
func (x *Index) Find(text string, l bot.Language, now time.Time) flows.Finding {
	ts, _ := x.read(text)
	return spoken(x.find(ts, now, nil, nil), text, l)
}

// spoken adds the language of the text to a finding, where it is not known.
func spoken(f flows.Finding, text string, l bot.Language) flows.Finding {
	if !l.Known() && len(f.Matches) > 0 {
		f.Language = spokenIn(text, f.Matches[0].Article)
	}
	return f
}

func (x *Index) find(ts []token, now time.Time, l rerankScores, k known) flows.Finding {
	found := x.matches(ts, now, l, k)
	p := x.model.intent(ts)
	return x.judge(found, p, slices.ContainsFunc(x.equal[gist(ts)], func(a int32) bool { return !x.changing(a) || k[a] }))
}

// judge decides the outcome. A text equal to a wording is a question, whatever
// it sounds like.
func (x *Index) judge(found []flows.Match, p [intents]float64, equal bool) flows.Finding {
	best, likely := 0.0, 0.0
	for i, m := range found[:min(len(found), flows.Offered)] {
		if i == 0 {
			best = m.Score
		}
		likely += m.Score
	}
	if o := spokenAs(p, best, likely); o != flows.Nothing && !equal {
		if o == flows.AsksHuman || o == flows.Complains {
			return flows.Finding{Outcome: o, Matches: found}
		}
		return flows.Finding{Outcome: o}
	}
	switch {
	case best >= x.model.Answer:
		return flows.Finding{Outcome: flows.Sure, Matches: found}
	case likely >= x.model.Clarify:
		return flows.Finding{Outcome: flows.Unclear, Matches: found}
	}
	return flows.Finding{Matches: found}
}

// spokenAs returns what a text is besides a question: nothing, unless its intent is
// plainer than the best article is sure; for idle words, than that any of the
// best ones was meant: a bare word of the base is a question.
func spokenAs(p [intents]float64, best, likely float64) flows.Outcome {
	if human := p[wantsHuman] + p[complains]; human >= plainly && human > best {
		if p[complains] > p[wantsHuman] {
			return flows.Complains
		}
		return flows.AsksHuman
	}
	for _, idle := range []struct {
		intent intent
		as     flows.Outcome
	}{{thanks, flows.SaysThanks}, {greets, flows.SaysHello}, {insults, flows.Insults}, {chats, flows.Chats}} {
		if v := p[idle.intent]; v >= idly && v > likely {
			return idle.as
		}
	}
	return flows.Nothing
}

// matches scores the articles: each gets its share of the odds, beside the
// others and beside nothing at all, so that neighbours take from each other.
func (x *Index) matches(ts []token, now time.Time, l rerankScores, k known) []flows.Match {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	odds := map[int32]float64{}
	sum := 1.0
	banned := x.banned(ts)
	x.eachCandidate(s, ts, now, func(_ int, _ []token, c *candidate) {
		if banned[c.article] {
			return
		}
		v := math.Exp(x.model.Score(c.f[:]) + l.of(c.article))
		odds[c.article] += v
		sum += v
	})
	for i := range l { // what no words lead to
		a := int32(i)
		if v := x.model.alone(l[a]); v > odds[a] && !banned[a] && x.may(k, a, now) {
			sum += v - odds[a]
			odds[a] = v
		}
	}
	sum += x.tell(s, ts, now, k, banned, odds)
	// A text equal to a wording of one article and no other is that question.
	only := int32(-1)
	for _, a := range x.equal[gist(ts)] {
		if x.may(k, a, now) && !banned[a] {
			if only >= 0 {
				only = -1
				break
			}
			only = a
		}
	}
	if only >= 0 {
		sum += equalOdds - odds[only]
		odds[only] = equalOdds
	}
	order := make([]int32, 0, len(odds)) // an article is a large thing to move about
	for a := range odds {
		order = append(order, a)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(odds[b], odds[a]), cmp.Compare(x.articles[a].ID, x.articles[b].ID))
	})
	found := make([]flows.Match, len(order))
	for i, a := range order {
		found[i] = flows.Match{Article: x.articles[a], Score: odds[a] / sum}
		if x.changing(a) {
			found[i].Change = x.articles[a].Change
		}
	}
	return found
}
