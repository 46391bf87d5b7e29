package search

import (
	"slices"
	"strings"
	"unicode"

	"visnyk/flows"
)

// faultFrom is how likely one of the best articles must be meant by whoever tells of a
// fault that it is about.
const faultFrom = 0.2

// mostOfFault is how many words a fault is told in that an article answers; what is
// longer is a story of it, and for a person.
const mostOfFault = 10

// tellsFault reports whether a text names a thing and its fault that the best of the
// articles is about, and neither blames anybody, nor calls for anybody, nor threatens: whoever does
// is helped by the article first, with a person beside it.
func (x *Index) tellsFault(m *said, found []flows.Match) bool {
	if len(found) == 0 || len(m.words) > mostOfFault || stanceOf(m.words).you || shouts(m.text) {
		return false
	}
	all := m.matters
	for _, h := range m.moods {
		within := func(of heard) bool { return faults[general().names[of.concept]] && of.from <= h.from && h.to <= of.to }
		if upsets[moodWords().names[h.concept]] && !slices.ContainsFunc(all, within) { // «поганий вайфай» blames nobody
			return false
		}
	}
	if slices.ContainsFunc(all, func(h heard) bool { return upsets[general().names[h.concept]] }) {
		return false
	}
	return slices.ContainsFunc(found[:min(len(found), weighed)], func(m flows.Match) bool {
		fault, thing := false, false
		for _, h := range all {
			switch of, name := x.asksOf(h.concept, m), general().names[h.concept]; {
			case faults[name]:
				fault = fault || of
			default:
				thing = thing || of && name != "none"
			}
		}
		return fault && thing
	})
}

// backForFault reports whether a text asks for money back for a fault of which the match
// says nothing: of all money that is given back it is another's.
func (x *Index) backForFault(m *said, found flows.Match) bool {
	l, back, fault := general(), false, false
	for _, h := range m.matters {
		switch name := l.names[h.concept]; {
		case name == "refund":
			back = true
		case faults[name]:
			if slices.ContainsFunc(m.words[h.from:h.to], func(t token) bool { n, ok := x.byStem.one(t.stem); return ok && x.inWordings(x.terms[n].in, found) }) {
				return false
			}
			fault = true
		}
	}
	return back && fault
}

// sendsFor reports whether a text bids us send somebody.
func sendsFor(m *said) bool {
	sends, somebody := false, false
	for _, h := range m.moods {
		switch moodWords().names[h.concept] {
		case "dispatch":
			sends = true
		case "hurter", "staff", "person":
			somebody = true
		}
	}
	return sends && somebody
}

// asksOfPrice reports whether a text is a question of what is cheaper, or of why
// prices go up.
func asksOfPrice(m *said) bool {
	asked := slices.ContainsFunc(m.words, func(t token) bool { return t.asks })
	return asked && slices.ContainsFunc(m.matters, func(h heard) bool {
		return anyIs(m.words[h.from:h.to], comparing) || general().names[h.concept] == "price+" && weighty(m.words) > 1
	})
}

// asksOf reports whether a wording of the match speaks of the group.
func (x *Index) asksOf(c concept, m flows.Match) bool { return x.inWordings(x.concepts[c].in, m) }

// inWordings reports whether one of the places is a wording of the match.
func (x *Index) inWordings(in []posting, m flows.Match) bool {
	return slices.ContainsFunc(in, func(p posting) bool {
		a := x.wordings[p.wording].article
		return x.articles[a].ID == m.Article.ID && x.articles[a].Change == m.Article.Change
	})
}

// shouts reports whether a text is written as one shouts.
func shouts(text string) bool {
	marks, upper, letters := 0, 0, 0
	for _, r := range text {
		switch {
		case r == '!':
			marks++
		case unicode.IsUpper(r):
			upper++
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return marks > 1 || letters > 5 && 2*upper > letters
}

// The groups of words by which people blame, threaten and call for somebody, and those
// that tell of a fault.
var (
	upsets = namesOf(`villain steal deceive abuse swear rude shame outrage fedup ignore lazy awful service complaint formal court police regulator public doom
		person staff hurter chief summon talk ring notbot bot refund dispatch charged unasked call scold demand complain trust`)
	faults = namesOf(`outage slow`)
)

// comparing are the words of what costs less.
var comparing = kindOf(`дешевше дешевле дешевший дешевший дешевий дешевый дешевую дешеву подешевше подешевле подешевел подешевшало вигідніше выгоднее знижка скидка знижки скидки`)

// namesOf is a set of names.
func namesOf(list string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(list) {
		m[name] = true
	}
	return m
}
