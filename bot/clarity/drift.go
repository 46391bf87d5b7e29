package clarity

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// slots are the places of a template that are filled for each reader: what stands there
// is of the person, not of the change.
var slots = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// Drift compares what a message says of a change with its sheet, in each language: the
// sums, dates, places and links that the sheet lists and the message does not name, among
// them the day that it takes effect where its texts name that, and what the message names
// and the sheet does not. Beside its lists, a sheet has what its texts name.
func Drift(s Sheet, message Text) (all []Finding) {
	message.Words = bot.Bilingual{UK: blanked(message.Words.UK), RU: blanked(message.Words.RU)}
	for _, l := range bot.Languages() {
		known, facts := s.told(l), s.Listed
		if slices.ContainsFunc(known, func(t telling) bool {
			return slices.ContainsFunc(t.figures, func(f figure) bool { return f.on(s.From) })
		}) {
			facts = append(slices.Clone(facts), Fact{Code: Date, At: time.Date(s.From.Year(), s.From.Month(), s.From.Day(), 0, 0, 0, 0, s.From.Location())})
		}
		for _, t := range (Sheet{Texts: []Text{message}}).told(l) {
			for _, f := range facts {
				if words := f.words(l); words != "" && !f.in(t, l) && !slices.ContainsFunc(all, func(is Finding) bool { return is.Language == l && is.Words == words }) {
					all = append(all, Finding{Code: f.Code, Reason: Untold, Field: message.Field, Language: l, Words: words})
				}
			}
			all = append(all, s.unknown(t, known, facts, l)...)
		}
	}
	return all
}

// clockOf is how texts write the hour of a moment.
func clockOf(at time.Time) string { return strings.TrimPrefix(at.Format("15:04"), "0") }

// blanked is the text with nothing in its slots; everything else stands where it did.
func blanked(text string) string {
	return slots.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) })
}

// unknown finds what the text names and neither the facts nor the texts of the sheet do.
func (s Sheet) unknown(t telling, known []telling, facts []Fact, l bot.Language) (all []Finding) {
	add := func(c Code, start, end int) {
		if !slices.ContainsFunc(all, func(f Finding) bool { return f.Start == start }) {
			all = append(all, Finding{Code: c, Reason: Unlisted, Field: t.field, Language: l, Start: start, End: end, Words: t.text[start:end]})
		}
	}
	listed := func(f figure) bool {
		return s.day(f) || f.code == Date && !s.From.IsZero() && f.key == clockOf(s.From) || slices.ContainsFunc(facts, func(one Fact) bool {
			return one.Code == f.code && (f.code == Sum && slices.Contains(one.keys(), f.key) || f.code == Date && !one.At.IsZero() && (f.on(one.At) || f.key == clockOf(one.At)))
		})
	}
	for _, f := range t.figures {
		said := slices.ContainsFunc(known, func(k telling) bool { return slices.ContainsFunc(k.figures, f.same) })
		if (f.code == Sum || f.code == Date) && !said && !listed(f) {
			add(f.code, f.start, f.end)
		}
	}
	for _, at := range t.streets {
		said := slices.ContainsFunc(known, func(k telling) bool { return slices.ContainsFunc(k.streets, at.same) })
		if !said && !slices.ContainsFunc(facts, func(f Fact) bool { return f.Code == Place && streetOf(f.Address.In(l)).same(at) }) {
			add(Place, at.start, at.end)
		}
	}
	for _, to := range t.links {
		said := slices.ContainsFunc(known, func(k telling) bool {
			return slices.ContainsFunc(k.links, func(is link) bool { return is.page == to.page })
		})
		if to.plain && !said && !slices.ContainsFunc(facts, func(f Fact) bool { return f.Code == Link && pageOf(f.URL) == to.page }) {
			add(Link, to.start, to.end)
		}
	}
	return all
}
