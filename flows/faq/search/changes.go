package search

import (
	"math"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// Changes stand in the index behind the articles, found by the same words and
// features, by whoever may know of them. What they say makes no word of the
// articles' less rare, and a change that somebody may not know of is for them as
// if it were not there: their messages find what they would find without it.

// changed returns the change as the search has it, an article without an id: its
// title, what changes and how people call such a thing are the ways to ask for it,
// its reason and what it brings are the answer.
func changed(c bot.Change) bot.Article {
	join := func(l bot.Language) string {
		return strings.Join([]string{c.Summary.In(l), c.Reason.In(l), c.Consequence.In(l), c.Benefit.In(l), c.ToDo.In(l)}, "\n")
	}
	return bot.Article{
		State: bot.ArticleApproved, Question: c.Title, Change: c.ID,
		Answer:  bot.Bilingual{UK: join(bot.Ukrainian), RU: join(bot.Russian)},
		Aliases: bot.Aliases{UK: waysToAsk(c, bot.Ukrainian), RU: waysToAsk(c, bot.Russian)},
	}
}

// waysToAsk returns the sentences that say what changes, and the names of its kind.
func waysToAsk(c bot.Change, l bot.Language) []string {
	var all []string
	for s := range strings.FieldsFuncSeq(c.Summary.In(l), func(r rune) bool { return strings.ContainsRune(".;!?", r) }) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return append(all, kindly(c.Kind).In(l)...)
}

// kindly is how people speak of a change of the kind, whatever the company sells.
func kindly(k bot.ChangeKind) bot.Aliases {
	switch k {
	case bot.Tariff:
		return bot.Aliases{
			UK: []string{"чому подорожчало", "підняли тариф", "підвищення ціни", "що з новими тарифами", "зміна тарифу"},
			RU: []string{"почему подорожало", "подняли тариф", "повышение цены", "что с новыми тарифами", "изменение тарифа"},
		}
	case bot.Move:
		return bot.Aliases{
			UK: []string{"ви переїжджаєте", "переїзд", "чому переїхали"},
			RU: []string{"вы переезжаете", "переезд", "почему переехали"},
		}
	case bot.Outage:
		return bot.Aliases{
			UK: []string{"планові роботи"},
			RU: []string{"плановые работы"},
		}
	case bot.Rules:
		return bot.Aliases{UK: []string{"нові правила", "зміна умов"}, RU: []string{"новые правила", "изменение условий"}}
	case bot.Product:
		return bot.Aliases{UK: []string{"нова послуга"}, RU: []string{"новая услуга"}}
	}
	return bot.Aliases{}
}

// changing reports whether the entry with that number is a change.
func (x *Index) changing(entry int32) bool { return int(entry) >= x.own }

// own counts those of the entries, each of them once, that are articles.
func ownOf(x *Index, entries []int32) int {
	n := 0
	for _, a := range entries {
		if !x.changing(a) {
			n++
		}
	}
	return n
}

// known are the changes that the person who wrote may know of, by number.
type known map[int32]bool

// may reports whether the person may be led to the entry at the moment.
func (x *Index) may(k known, entry int32, now time.Time) bool {
	return (!x.changing(entry) || k[entry]) && (x.always[entry] || x.articles[entry].Valid(now))
}

// hears reports whether a wording that the person may be led to holds the term.
func (x *Index) hears(k known, in []posting, own bool) bool {
	return own || len(k) > 0 && slices.ContainsFunc(in, func(p posting) bool { return k[x.wordings[p.wording].article] })
}

// heldBy reports whether an answer that the person may be led to holds the term.
func (x *Index) heldBy(k known, in []int32) bool {
	return slices.ContainsFunc(in, func(a int32) bool { return !x.changing(a) || k[a] })
}

// What a change must show to count, measured so that five changes of another trade
// cost the articles of a company next to nothing.
const (
	reserve = 0.5 // what is taken from its log-odds: people ask the articles far more often
	plain   = 2.0 // its least odds against nothing being meant
)

// tell adds the odds of the changes that the person may know of, and returns their
// sum. A change is measured beside the articles, they are not beside it, and it
// counts only before the best of them: what is not asked of a change finds what it
// would find without any.
func (x *Index) tell(s *scratch, m *said, now time.Time, k known, banned map[int32]bool) (sum float64) {
	if len(k) == 0 {
		return 0
	}
	s.may = k
	defer func() { s.may = nil }()
	best := 0.0 // of the articles
	for _, a := range s.speaks.seen {
		best = max(best, s.speaks.of[a].odds)
	}
	x.eachCandidate(s, m, now, func(_ int, _ *said, c *candidate) {
		if x.changing(c.article) && !banned[c.article] {
			s.speaks.see(c, math.Exp(c.odds-reserve))
		}
	})
	for a := x.own; a < len(x.articles); a++ {
		if e := &s.speaks.of[a]; e.most >= max(plain, best) {
			e.odds = e.most
			sum += e.most
		}
	}
	return sum
}

// personal is the index to somebody who may know of some changes.
type personal struct {
	Reranked
	known known
}

// Knowing implements flows.Teller.
func (x *Index) Knowing(changes []string) flows.Finder { return Reranked{Index: x}.Knowing(changes) }

// Knowing implements flows.Teller.
func (x Reranked) Knowing(changes []string) flows.Finder {
	k := known{}
	for i := x.own; i < len(x.articles); i++ {
		if slices.Contains(changes, x.articles[i].Change) {
			k[int32(i)] = true
		}
	}
	if len(k) == 0 {
		return x
	}
	return personal{x, k}
}

// Find implements flows.Finder.
func (x personal) Find(text string, l bot.Language, now time.Time) flows.Finding {
	return x.remembered(text, l, now, x.known, func() flows.Finding {
		m, _ := x.hear(text)
		found := spoken(x.find(m, now, x.rerank(x.alike[text]), x.known), text, l)
		found.Parts = x.asked(m, x.known)
		return found
	})
}
