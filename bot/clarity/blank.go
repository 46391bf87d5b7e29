package clarity

import (
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
)

// places are those that somebody left to be filled besides bot.Blanks: in other brackets,
// as a line, an ellipsis between words, letters in a row.
var places = regexp.MustCompile(`\{[^{}\n]*\}|\[[^\[\]\n]*\]|_{2,}|(?:^|[\s(«])(?:…|\.\.\.)(?:[\s,;)»]|\.$|$)|\?{2,}|\b(?:X{3,}|XX?|N{1,3}|ХХ+|TODO|TBD)\b|(?:^|[\s(«])(?:Х{2,}|ХХ)(?:[\s,.;)»]|$)`)

// blanks finds an empty text, and places that are left to be filled.
func blanks(text string) (all []Finding) {
	if strings.TrimSpace(text) == "" {
		return []Finding{{Code: Blank, Reason: Empty}}
	}
	plain := bot.LiteralBrackets(text)
	for _, b := range bot.Blanks(text) {
		all = append(all, Finding{Code: Blank, Reason: Unknown, Start: b.Start, End: b.End})
		plain = plain[:b.Start] + strings.Repeat(" ", b.End-b.Start) + plain[b.End:]
	}
	plain = address.ReplaceAllStringFunc(plain, func(s string) string { return strings.Repeat(" ", len(s)) })
	for _, at := range places.FindAllStringIndex(plain, -1) {
		start, end := at[0], at[1]
		if plain[start] == '[' && strings.HasPrefix(text[end:], "(") {
			continue
		}
		for strings.ContainsAny(plain[start:start+1], " \t\n(") {
			start++
		}
		all = append(all, Finding{Code: Blank, Reason: Unknown, Start: start, End: end})
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return a.Start - b.Start })
	return all
}
