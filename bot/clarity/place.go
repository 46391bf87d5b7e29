package clarity

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// street is an address of a house: what the street is called, and the number.
type street struct {
	names      []string
	house      string // "": none is said
	start, end int
}

// streetKinds are words before the name of a street, houseKinds those before a number,
// and townKinds before a town.
var (
	streetKinds = place{"вул", "вулиц*", "ул", "улиц*", "просп", "проспект*", "пр-т", "пр-кт", "пл", "площ*", "бул", "бульв*", "пров", "провул*", "пер", "переул*", "наб", "набережн*", "шосе", "шоссе", "майдан*"}
	houseKinds  = place{"буд", "будин*", "д", "дом", "дома"}
	townKinds   = place{"м", "г", "місто", "місті", "город", "городе", "с", "смт", "трц", "трк", "тц", "бц"}
)

// fromName is how many words may stand between the name of a street and the number.
const fromName = 4

// streets finds the addresses that a text names with their kind and number: «вул.
// Шовковична, 12».
func (r reading) streets() (all []street) {
	for i, t := range r.tokens {
		if !streetKinds.is(t.text) {
			continue
		}
		s := street{start: t.start}
		for _, next := range r.tokens[i+1 : min(len(r.tokens), i+2+fromName)] {
			head, _ := utf8.DecodeRuneInString(next.raw)
			switch {
			case unicode.IsDigit(head):
				s.house, s.end = next.text, next.end
			case len(s.names) == 0 && !unicode.IsUpper(head): // «площа приміщення»
			case !houseKinds.is(next.text):
				s.names = append(s.names, next.text)
				continue
			default:
				continue
			}
			break
		}
		if s.house != "" && len(s.names) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// streetOf reads an address that is nothing else.
func streetOf(address string) (s street) {
	for _, t := range read(address).tokens {
		head, _ := utf8.DecodeRuneInString(t.raw)
		switch {
		case streetKinds.is(t.text):
			s.names = nil // before it is the town
		case townKinds.is(t.text), houseKinds.is(t.text):
		case !unicode.IsDigit(head):
			s.names = append(s.names, t.text)
		case len(s.names) > 0: // before the name it is the code of a post office
			s.house = t.text
			return s
		}
	}
	return s
}

// same reports whether both are one house.
func (s street) same(other street) bool {
	return s.house == other.house && slices.ContainsFunc(s.names, func(one string) bool {
		return slices.ContainsFunc(other.names, func(two string) bool { return inflects(one, two) })
	})
}

// names reports whether the text names the address, in whatever case: a part of the
// street's name with the number behind it; without a number the whole name.
func (r reading) names(s street) bool {
	if s.house == "" {
		return !slices.ContainsFunc(s.names, func(name string) bool {
			return !slices.ContainsFunc(r.tokens, func(t token) bool { return inflects(name, t.text) })
		})
	}
	for i, t := range r.tokens {
		if !slices.ContainsFunc(s.names, func(name string) bool { return inflects(name, t.text) }) {
			continue
		}
		for _, next := range r.tokens[i+1 : min(len(r.tokens), i+1+fromName)] {
			if next.text == s.house {
				return true
			}
		}
	}
	return false
}

// ending is how many letters of a word its case may change.
const ending = 3

// inflects reports whether both may be the same word in different cases.
func inflects(one, two string) bool {
	a, b := []rune(one), []rune(two)
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return one == two || n >= 3 && n >= max(len(a), len(b))-ending
}

// link is an address of a page that a text has.
type link struct {
	page       string // as pageOf has it
	plain      bool   // it says itself that it is one
	start, end int
}

var pages = regexp.MustCompile(`(?i)(?:https?://)?(?:[\p{L}\d-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?][^\s<>«»"]*)?`)

// linksOf finds them; the second half of an address of letters is none.
func linksOf(text string) (all []link) {
	for _, at := range pages.FindAllStringIndex(text, -1) {
		if strings.HasSuffix(text[:at[0]], "@") {
			continue
		}
		words := strings.TrimRight(text[at[0]:at[1]], ".,;:!?)]»")
		lower := strings.ToLower(words)
		all = append(all, link{pageOf(words), strings.HasPrefix(lower, "http") || strings.HasPrefix(lower, "www."), at[0], at[0] + len(words)})
	}
	return all
}

// pageOf writes an address of a page in one form.
func pageOf(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	for _, begins := range []string{"https://", "http://", "www."} {
		address = strings.TrimPrefix(address, begins)
	}
	return strings.TrimRight(address, "/")
}
