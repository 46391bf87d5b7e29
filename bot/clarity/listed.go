package clarity

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// Fact is one thing that the sheet lists. Its texts must name it in each language, for
// customers read nothing else of the sheet.
type Fact struct {
	Field string // of its row
	Code  Code   // Sum, Date, Place or Link: the list that it stands in

	Amount, Currency string        // of a sum: with a decimal point, and three letters
	At               time.Time     // of a date, in the company's zone; at midnight it is a day
	Address          bot.Bilingual // of a place
	URL              string        // of a link
}

// telling is a text that customers read, with all that it names.
type telling struct {
	field, text string
	reading     reading
	figures     []figure
	streets     []street
	links       []link
}

// told returns those that are written in the language.
func (s Sheet) told(l bot.Language) (all []telling) {
	for _, t := range s.Texts {
		text := t.Words.In(l)
		if t.Apart || strings.TrimSpace(text) == "" {
			continue
		}
		r := read(text)
		all = append(all, telling{t.Field, text, r, figuresOf(text), r.streets(), linksOf(text)})
	}
	return all
}

// unmatched compares the lists of the sheet with its texts: what a list has and no text
// names, and what a text names and its list has not. An empty list is none: nobody has
// listed anything.
func (s Sheet) unmatched() (all []Finding) {
	if len(s.Listed) == 0 {
		return nil
	}
	for _, l := range bot.Languages() {
		texts := s.told(l)
		for _, f := range s.Listed {
			if words := f.words(l); words != "" && len(texts) > 0 && !slices.ContainsFunc(texts, func(t telling) bool { return f.in(t, l) }) {
				all = append(all, Finding{Code: f.Code, Reason: Untold, Field: f.Field, Language: l, Words: words})
			}
		}
		for _, t := range texts {
			all = append(all, s.unlisted(t, l)...)
		}
	}
	return all
}

// unlisted finds what the text names besides what is listed.
func (s Sheet) unlisted(t telling, l bot.Language) (all []Finding) {
	add := func(c Code, start, end int, listed func(Fact) bool) {
		if !slices.ContainsFunc(s.Listed, func(f Fact) bool { return f.Code == c && f.words(l) != "" }) ||
			slices.ContainsFunc(s.Listed, func(f Fact) bool { return f.Code == c && listed(f) }) ||
			slices.ContainsFunc(all, func(f Finding) bool { return f.Start == start }) { // both ends of a span of days
			return
		}
		all = append(all, Finding{Code: c, Reason: Unlisted, Field: t.field, Language: l, Start: start, End: end, Words: t.text[start:end]})
	}
	for _, f := range t.figures {
		switch {
		case f.code == Sum && !strings.HasSuffix(f.key, "%"):
			add(Sum, f.start, f.end, func(one Fact) bool { return slices.Contains(one.keys(), f.key) })
		case f.code == Date && !strings.Contains(f.key, ":") && !s.day(f):
			add(Date, f.start, f.end, func(one Fact) bool { return f.on(one.At) })
		}
	}
	for _, at := range t.streets {
		add(Place, at.start, at.end, func(one Fact) bool { return streetOf(one.Address.In(l)).same(at) })
	}
	for _, to := range t.links {
		if to.plain {
			add(Link, to.start, to.end, func(one Fact) bool { return pageOf(one.URL) == to.page })
		}
	}
	return all
}

// day reports whether the figure is a day that the sheet has in another place than its
// lists.
func (s Sheet) day(f figure) bool {
	return f.on(s.From) || slices.ContainsFunc(s.Days, f.on)
}

// on reports whether the figure is that day; no figure is the zero one.
func (f figure) on(at time.Time) bool {
	day := strconv.Itoa(at.Day())
	return f.code == Date && !at.IsZero() && (f.key == day+"."+strconv.Itoa(int(at.Month())) && (f.year == "" || f.year == at.Format("2006")) || f.key == "day "+day)
}

// in reports whether the text names the fact.
func (f Fact) in(t telling, l bot.Language) bool {
	switch f.Code {
	case Sum:
		keys := f.keys()
		if len(keys) == 3 { // of two units, one beside the other
			return t.has(Sum, keys[0]) || t.has(Number, decimal(f.amount(), 1)) || t.has(Sum, keys[1]) && t.has(Sum, keys[2])
		}
		return slices.ContainsFunc(keys, func(key string) bool { return t.has(Sum, key) }) || t.has(Number, decimal(f.amount(), 1))
	case Date:
		day := slices.ContainsFunc(t.figures, func(one figure) bool { return one.on(f.At) }) || t.has(Number, decimal(f.At.Format("02.01"), 1))
		clock := f.At.Format("15:04")
		hour := clock == "00:00" || t.has(Date, strings.TrimPrefix(clock, "0")) || f.At.Minute() == 0 && t.has(Number, strconv.Itoa(f.At.Hour()))
		return day && hour
	case Place:
		return t.reading.names(streetOf(f.Address.In(l)))
	case Link:
		return slices.ContainsFunc(t.links, func(to link) bool { return to.page == pageOf(f.URL) })
	default:
		return true
	}
}

func (t telling) has(c Code, key string) bool {
	return slices.ContainsFunc(t.figures, func(f figure) bool { return f.code == c && f.key == key })
}

func (f Fact) amount() string { return strings.TrimPrefix(f.Amount, "-") }

// keys are those of the sum as texts write it; with hundredths also those of its two
// units.
func (f Fact) keys() []string {
	unit := unitOf(f.Currency)
	whole, part, _ := strings.Cut(f.amount(), ".")
	part = strings.TrimLeft((part + "0")[:min(2, len(part)+1)], "0")
	switch keys := []string{decimal(f.amount(), 1) + " " + unit}; {
	case part == "" || unit != "грн":
		return keys
	case strings.Trim(whole, "0") == "":
		return append(keys, part+" коп")
	default:
		return append(keys, decimal(whole, 1)+" "+unit, part+" коп")
	}
}

// unitOf is how texts write a currency.
func unitOf(currency string) string {
	switch currency {
	case "UAH":
		return "грн"
	case "EUR":
		return "€"
	case "USD":
		return "$"
	}
	return currency
}

// words name the fact as people write it; "" where it is not written yet.
func (f Fact) words(l bot.Language) string {
	switch f.Code {
	case Sum:
		if f.Amount == "" {
			return ""
		}
		return strings.ReplaceAll(f.Amount, ".", ",") + " " + unitOf(f.Currency)
	case Date:
		switch {
		case f.At.IsZero():
			return ""
		case f.At.Format("15:04") == "00:00":
			return f.At.Format("02.01.2006")
		}
		return f.At.Format("02.01.2006, 15:04")
	case Place:
		return strings.TrimSpace(f.Address.In(l))
	case Link:
		return strings.TrimSpace(f.URL)
	default:
		return ""
	}
}
