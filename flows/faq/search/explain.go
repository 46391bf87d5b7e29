package search

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Explain says in words why each candidate of a text scored as it did: how the
// text was read, what its words are tied to, and what every feature added.
func (x *Index) Explain(text string, now time.Time) string {
	return Reranked{Index: x}.Explain(text, now)
}

// Explain says what Index.Explain does, and what likeness added.
func (x Reranked) Explain(text string, now time.Time) string {
	var b strings.Builder
	m, reading := x.hear(text)
	fmt.Fprintf(&b, "text     %s\n", text)
	if reading != text {
		fmt.Fprintf(&b, "read as  %s\n", reading)
	}
	alike, known := x.alike[text]
	l := x.rerank(alike)
	found := x.find(m, now, l, nil)
	outcome := string(found.Outcome)
	if outcome == "" {
		outcome = "nothing"
	}
	fmt.Fprintf(&b, "outcome  %s (told from %.2f, alone from %.2f, offered from %.2f)\n", outcome, x.ranking.Answer, x.ranking.Alone, x.ranking.Clarify)
	p := x.model.intent(m)
	names := []string{
		"a question", "asks for a human", "a complaint", "thanks", "a greeting", "an insult", "chatter",
		"a threat", "money back", "too dear", "it did not help", "who is this", "how to reach you", "a farewell", "yes", "no", "who am I",
	}
	person, _ := x.model.forPerson(m)
	fmt.Fprintf(&b, "person   log-odds %+.2f\n", person)
	for t, v := range p {
		if v >= 0.1 {
			fmt.Fprintf(&b, "intent   %-17s %.2f\n", names[t], v)
		}
	}
	s := newScratch(x.Index)
	for _, w := range x.search(s, m) {
		fmt.Fprintf(&b, "word     %-14s worth %.2f%s\n", show(w.word), w.value, x.ties(w))
	}
	for i, f := range found.Matches[:min(len(found.Matches), 5)] {
		fmt.Fprintf(&b, "\n%d. %s  %.3f  %s\n", i+1, f.Article.ID, f.Score, f.Article.Question.UK)
		a := int32(x.byID[f.Article.ID])
		if known {
			fmt.Fprintf(&b, "   similarity %.3f, wordings of one article among themselves %.3f: log-odds %+.2f\n", alike.To[f.Article.ID], alike.Own, l.of(a))
		}
		x.account(&b, m, now, a)
	}
	return b.String()
}

// ties lists what a word is taken for.
func (x *Index) ties(w word) string {
	var b strings.Builder
	for _, l := range x.similar(w.token, nil) {
		fmt.Fprintf(&b, "  %s %.2f", show(x.terms[l.to].stem), l.sim)
	}
	for _, c := range w.concept {
		fmt.Fprintf(&b, "  [%s]", x.lexicon.names[c])
	}
	if w.foreign {
		b.WriteString("  (another matter)")
	}
	return b.String()
}

// account lists what each feature added to the score of an article, in the
// segment where it scored best.
func (x *Index) account(b *strings.Builder, m *said, now time.Time, article int32) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	best, score, where := candidate{}, math.Inf(-1), ""
	x.eachCandidate(s, m, now, func(i int, seg *said, c *candidate) {
		if v := c.odds; c.article == article && v > score {
			best, score, where = *c, v, ""
			if i > 0 {
				for _, t := range seg.words {
					where += " " + show(t.word)
				}
			}
		}
	})
	if best.f == [features]float64{} {
		fmt.Fprint(b, "   no word leads to it\n")
		return
	}
	if where != "" {
		fmt.Fprintf(b, "   in the clause:%s\n", where)
	}
	type part struct {
		name         string
		value, added float64
	}
	var parts []part
	trees := score - x.ranking.Bias
	for i, name := range FeatureNames()[:len(x.ranking.Linear)] {
		added := x.ranking.Linear[i] * best.f[i]
		trees -= added
		parts = append(parts, part{name, best.f[i], added})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(math.Abs(b.added), math.Abs(a.added)) })
	fmt.Fprintf(b, "   log-odds %+.2f = base %+.2f, trees %+.2f", score, x.ranking.Bias, trees)
	for _, p := range parts {
		if math.Abs(p.added) >= 0.1 {
			fmt.Fprintf(b, ", %s (%.2f) %+.2f", p.name, p.value, p.added)
		}
	}
	b.WriteString("\n")
}
