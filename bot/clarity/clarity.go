// Package clarity checks whether the words of a change say plainly what happens: what
// is left blank, when exactly, how much, by whom, in words that everybody knows, the
// same in both languages. It reads texts and knows nothing of who wrote them; whether
// a finding counts is for people to say.
package clarity

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// Code is what a finding is about.
type Code string

// What is found.
const (
	Blank    Code = "blank"    // nothing is written, or a place was left to be filled
	Relative Code = "relative" // a day that depends on when it is read
	Sum      Code = "sum"      // a sum that the other language has, or that a change of price must name
	Date     Code = "date"     // a date or an hour that the other language has, or the day it takes effect
	Place    Code = "address"  // an address that the sheet's list and its texts do not both have
	Link     Code = "link"     // likewise of addresses of pages
	Number   Code = "number"   // another number that the other language has
	Hedge    Code = "hedge"    // a word that takes back what is said
	Passive  Code = "passive"  // nobody does what is done
	Long     Code = "long"     // a sentence that is read twice
	Jargon   Code = "jargon"   // a word of the office or the trade
	Tone     Code = "tone"     // not how the company speaks to people
	Less     Code = "less"     // much shorter than the other language
	Action   Code = "action"   // it does not say what to do
)

// Codes lists what is found, in the order in which it is told.
func Codes() []Code {
	return []Code{Blank, Sum, Date, Place, Link, Number, Less, Action, Relative, Hedge, Passive, Long, Jargon, Tone}
}

// Reason says which case of its code a finding is, where there are several; it ends the
// key of its words.
type Reason string

// The reasons of findings.
const (
	Empty    Reason = "empty"    // Blank: nothing is written
	Unknown  Reason = "unknown"  // Blank: a place to be filled
	Missing  Reason = "missing"  // Sum, Date, Number: the other language names it
	Unsaid   Reason = "unsaid"   // Sum, Date: no text names it
	Untold   Reason = "untold"   // Sum, Date, Place, Link: the sheet lists it, and no text names it
	Unlisted Reason = "unlisted" // Sum, Date, Place, Link: a text names it, and the sheet lists others
	Small    Reason = "small"    // Tone: a polite «Ви» begins with a capital
	Capital  Reason = "capital"  // Tone: «вы» to many does not
	Thou     Reason = "thou"     // Tone: «ти», «ты», an order to one
	Shout    Reason = "shout"    // Tone: capitals, rows of exclamation marks
	Letters  Reason = "letters"  // Jargon: an abbreviation
)

// Reasons lists the reasons of a code; none where it has one case only.
func (c Code) Reasons() []Reason {
	switch c {
	case Blank:
		return []Reason{Empty, Unknown}
	case Sum, Date:
		return []Reason{Missing, Unsaid, Untold, Unlisted}
	case Place, Link:
		return []Reason{Untold, Unlisted}
	case Number:
		return []Reason{Missing}
	case Tone:
		return []Reason{Small, Capital, Thou, Shout}
	case Jargon:
		return []Reason{"", Letters}
	case Relative, Hedge, Passive, Long, Less, Action:
	}
	return []Reason{""}
}

// Finding is one thing to look at.
type Finding struct {
	Code     Code
	Reason   Reason
	Field    string
	Language bot.Language
	// Start and End are where it stands in the text, in bytes; both 0 where it is
	// about the whole of it.
	Start, End int
	Words      string // what stands there; of what is missing, as the other language has it
}

// Key names the finding by what it is about, wherever in the text it stands: who
// accepts it accepts these words in this field, and no others.
func (f Finding) Key() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(f.Code), string(f.Reason), f.Field, string(f.Language), strings.ToLower(f.Words)}, "\x00")))
	return hex.EncodeToString(sum[:])[:32]
}

// Stops reports whether nothing can be submitted while it stands.
func (f Finding) Stops() bool { return f.Code == Blank }

// Text is one field in both languages.
type Text struct {
	Field    string
	Words    bot.Bilingual
	Optional bool // may be left empty in both languages
	Action   bool // says what to do
	Names    bool // must name the day that the change takes effect, it or another such
	Prices   bool // must name a sum where the change is of price, it or another such
	Apart    bool // names a row of a list, or what was wrong: no text that tells what the lists hold
}

// Sheet is what is checked.
type Sheet struct {
	Texts []Text
	From  time.Time // the day that the change takes effect, in the company's zone; zero: not known yet
	Price bool      // it changes what people pay
	// Listed is what the sheet lists beside its texts, and Days are days that it has in
	// other places.
	Listed []Fact
	Days   []time.Time
}

// Check returns what is to be looked at, by field and language.
func Check(s Sheet) (all []Finding) {
	for _, t := range s.Texts {
		all = append(all, t.check()...)
	}
	all = append(all, s.unsaid()...)
	all = append(all, s.unmatched()...)
	order := map[string]int{}
	for i, t := range s.Texts {
		order[t.Field] = i
	}
	codes := Codes()
	slices.SortStableFunc(all, func(a, b Finding) int {
		if a.Field != b.Field {
			return order[a.Field] - order[b.Field]
		}
		if a.Language != b.Language {
			return strings.Compare(string(b.Language), string(a.Language)) // Ukrainian first
		}
		return slices.Index(codes, a.Code) - slices.Index(codes, b.Code)
	})
	return all
}

// check looks at one field.
func (t Text) check() (all []Finding) {
	if t.Optional && strings.TrimSpace(t.Words.UK+t.Words.RU) == "" {
		return nil
	}
	for _, l := range bot.Languages() {
		text := t.Words.In(l)
		found := blanks(text)
		if len(found) == 0 || found[0].Reason != Empty {
			r := read(text)
			found = append(found, r.relative(l)...)
			found = append(found, r.matched(Hedge, hedges(l))...)
			found = append(found, r.passive(l)...)
			found = append(found, r.long()...)
			found = append(found, r.jargon(l)...)
			found = append(found, r.tone(l)...)
			if t.Action && !r.acts(l) {
				found = append(found, Finding{Code: Action})
			}
		}
		for _, f := range found {
			f.Field, f.Language = t.Field, l
			if f.End > 0 {
				f.Words = text[f.Start:f.End]
			}
			all = append(all, f)
		}
	}
	if t.Words.Complete() {
		for _, f := range append(t.figures(), t.less()...) {
			f.Field = t.Field
			all = append(all, f)
		}
	}
	return all
}
