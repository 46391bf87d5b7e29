package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"visnyk/bot"
	"visnyk/flows"
)

// equalOdds are the odds of an article whose very wording was typed.
const equalOdds = 1e6

// idly is how likely must be what is neither for a human nor a question; measured by
// faqtrain.
const idly = 0.60

// weighed is how many of the best articles are taken together to tell whether any
// was meant.
const weighed = 3

// nearby is from where on another article comes near the best.
const nearby = 0.05

// surely is how likely one of the best articles must be meant for all of them to be
// offered.
const surely = 0.45

// Find implements flows.Finder. An article is found by its words in either
// language; where l is Unsure, the finding says which of them the text is in.
func (x *Index) Find(text string, l bot.Language, now time.Time) flows.Finding {
	return Reranked{Index: x}.Find(text, l, now)
}

// spoken adds the language of the text to a finding, where it is not known.
func spoken(f flows.Finding, text string, l bot.Language) flows.Finding {
	if !l.Known() && len(f.Matches) > 0 {
		f.Language = spokenIn(text, *f.Matches[0].Article)
	}
	return f
}

func (x *Index) find(m *said, now time.Time, l rerankScores, k known) flows.Finding {
	text, ts := m.text, m.words
	if o := signOf(text); o != flows.Nothing {
		return flows.Finding{Outcome: o}
	}
	found, close := x.matches(m, now, l, k, x.banned(ts))
	equal := slices.ContainsFunc(x.equalTo(ts), func(a int32) bool { return !x.changing(a) || k[a] })
	p := x.model.intent(m)
	person, asks := x.model.forPerson(m)
	switch {
	case flows.AsksWhetherBot(text):
		p, person = [intents]float64{wondersWho: 1}, math.Inf(-1)
	case praises(m):
		p, person = [intents]float64{thanks: 1}, math.Inf(-1)
	case asks:
		p = [intents]float64{wantsHuman: 1}
	case !strings.ContainsFunc(text, says): // a number tells no mood
		p, person = [intents]float64{}, math.Inf(-1)
	case !x.understands(m):
		person = math.Inf(-1)
	case stanceOf(ts).asks && x.elsewhere(m, k):
		p[chats] = 0 // it is asked in earnest, if not of us
	case len(found) > 0 && found[0].Article.Change != "" && general().speaks(ts, "why"):
		p[findsDear] = 0 // why it is dear is what the change says
	}
	if _, _, likely := likelihood(found); likely >= surely && asksOfPrice(m) {
		p[findsDear] = 0 // it is asked of the price, and not only lamented
	}
	fault := x.tellsFault(m, found)
	f := x.judge(found, close, p, person, equal, fault)
	switch asked := f.Outcome == flows.Sure || f.Outcome == flows.Unclear; {
	case equal || !asked:
	case disputes(ts):
		f = only(f, tellsOfPaid)
	case endsIt(ts):
		f = only(f, tellsHowToEnd)
	case x.backForFault(m, found[0]):
		f.Outcome, f.Doubtful = flows.Unclear, true
	case x.onlyNames(m, found), x.saysTooLittle(ts, found[0]):
		f.Outcome = flows.Unclear
	}
	if f.Outcome != flows.Unclear {
		return f
	}
	f.Doubtful = f.Doubtful || sendsFor(m)
	f.Elsewhere = found[0].Score < halfway && !fault && x.elsewhere(m, k)
	return f
}

// understands reports whether any word of a text is known, a slip or two aside: what is
// not may be anything, a hand on the keys too.
func (x *Index) understands(m *said) bool {
	for _, t := range m.words {
		if t.is(common) || t.weight == 0 || x.byStem.has(t.stem) {
			return true
		}
	}
	return len(m.matters) > 0 || len(m.moods) > 0
}

// says reports whether a sign may tell a mood: a letter, or a picture such as 👍.
func says(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.So, r) }

// judge decides the outcome. A text equal to a wording is a question, whatever
// it sounds like; so is a fault that somebody tells of and an article is about.
func (x *Index) judge(found []flows.Match, close float64, p [intents]float64, person float64, equal, fault bool) flows.Finding {
	best, second, likely := likelihood(found)
	call := math.Inf(-1)
	if !equal {
		call = remains(person, likely)
	}
	if sum, o := most(p, forHuman); call >= plainly || call >= agreed && sum >= surelyHuman || call >= perhaps && p[wantsRefund] >= surelyHuman {
		answered := fault && likely >= faultFrom && p[complains] > p[wantsHuman] && p[complains] > p[wantsRefund] && p[complains] > p[threatens]
		if sum < 0.5 { // the intents do not say what is wanted of the person
			o = flows.AsksHuman
		}
		if !answered {
			return flows.Finding{Outcome: o, Matches: found}
		}
	}
	if sum, o := most(p, idle); !equal && sum >= idly && sum > likely {
		return flows.Finding{Outcome: o, Doubtful: call >= perhaps}
	}
	f := flows.Finding{Matches: found, Doubtful: call >= perhaps, Weak: likely < surely}
	switch {
	case best >= x.ranking.Answer, best >= x.ranking.Alone && x.apart(second, close):
		f.Outcome = flows.Sure
	case likely >= x.ranking.Clarify, fault && likely >= faultFrom:
		f.Outcome = flows.Unclear
	}
	return f
}

// closely is how much of a message the wordings of an article must hold, and the message
// of them, for it to be told when it is likely and no more, and aside how likely another
// one may be then: measured so that no company gets a wrong answer to more than 1.5 % of
// all messages.
const (
	closely = 0.40
	aside   = 0.10
)

// apart reports whether the best article stands apart from the others: by words alone,
// where none comes near it; with an atlas, which sets most articles apart whatever is
// asked, where its wordings are close to the message and no other is likely.
func (x *Index) apart(second, close float64) bool {
	if x.placed == nil {
		return second < nearby
	}
	return close >= closely && second < aside
}

// halfway is from where on the best article is meant rather than not, whatever other
// matter is named.
const halfway = 0.5

// likelihood returns how likely the best article was meant, the next, and any of those
// that are weighed.
func likelihood(found []flows.Match) (best, second, likely float64) {
	for i, m := range found[:min(len(found), weighed)] {
		switch i {
		case 0:
			best = m.Score
		case 1:
			second = m.Score
		}
		likely += m.Score
	}
	return best, second, likely
}

// mood is an intent with what it comes out as.
type mood struct {
	intent intent
	as     flows.Outcome
}

// What needs a person, and what needs neither a person nor an article.
var (
	forHuman = []mood{{wantsHuman, flows.AsksHuman}, {complains, flows.Complains}, {threatens, flows.Threatens}, {wantsRefund, flows.WantsRefund}}
	idle     = []mood{
		{thanks, flows.SaysThanks},
		{greets, flows.SaysHello},
		{insults, flows.Insults},
		{chats, flows.Chats},
		{findsDear, flows.FindsDear},
		{unhelped, flows.Unhelped},
		{wondersWho, flows.WondersWho},
		{wantsContact, flows.WantsContact},
		{parts, flows.SaysBye},
		{agrees, flows.SaysYes},
		{declines, flows.SaysNo},
		{wondersWhoTheyAre, flows.WondersWhoAmI},
	}
)

// most returns how likely the text is one of the intents, and the likeliest.
func most(p [intents]float64, list []mood) (sum float64, as flows.Outcome) {
	best := 0.0
	for _, h := range list {
		sum += p[h.intent]
		if p[h.intent] > best {
			best, as = p[h.intent], h.as
		}
	}
	return sum, as
}

// matches scores the articles: each gets its share of the odds, beside the
// others and beside nothing at all, so that neighbours take from each other. Those that
// are banned are not there. How close the message is to the wordings of the best one is
// said beside them.
func (x *Index) matches(m *said, now time.Time, l rerankScores, k known, banned map[int32]bool) (found []flows.Match, close float64) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	speaks := &s.speaks
	defer speaks.clear()
	sum := 1.0
	x.eachCandidate(s, m, now, func(_ int, _ *said, c *candidate) {
		if banned[c.article] {
			return
		}
		v := math.Exp(c.odds + l.of(c.article))
		speaks.see(c, v).odds += v
		sum += v
	})
	for i := range l { // what no words lead to
		a := int32(i)
		if v := x.ranking.alone(l[a]); v > speaks.of[a].odds && !banned[a] && x.may(k, a, now) {
			sum += v - speaks.of[a].odds
			speaks.touch(a).odds = v
		}
	}
	sum += x.tell(s, m, now, k, banned)
	// A text equal to a wording of one article and no other is that question.
	only := int32(-1)
	for _, a := range x.equalTo(m.words) {
		if x.may(k, a, now) && !banned[a] {
			if only >= 0 {
				only = -1
				break
			}
			only = a
		}
	}
	if only >= 0 {
		e := speaks.touch(only)
		sum += equalOdds - e.odds
		e.odds = equalOdds
	}
	order := speaks.answers()
	slices.SortFunc(order, func(a, b int32) int {
		if o, p := speaks.of[a].odds, speaks.of[b].odds; o != p {
			return cmp.Compare(p, o)
		}
		return cmp.Compare(x.articles[a].ID, x.articles[b].ID)
	})
	found = make([]flows.Match, len(order))
	for i, a := range order {
		found[i] = flows.Match{Article: &x.articles[a], Score: speaks.of[a].odds / sum}
		if x.changing(a) {
			found[i].Change = x.articles[a].Change
		}
	}
	if len(order) > 0 {
		close = speaks.of[order[0]].close
	}
	return found, close
}
