package web

import (
	"regexp"
	"strings"
)

// The white space and the comments of a style sheet, and its strings, which stay.
var (
	styleString = regexp.MustCompile(`"[^"\n]*"|'[^'\n]*'`)
	styleRemark = regexp.MustCompile(`(?s)/\*.*?\*/`)
	styleSpace  = regexp.MustCompile(`\s+`)
	styleEdge   = regexp.MustCompile(` ?([{};]) ?`)
	styleRule   = regexp.MustCompile(`\{[^{}]*\}`)
)

// tight is a style sheet without what only who writes it needs: remarks, indentation, and
// spaces that mean nothing. It is for our own sheets, whose strings hold no remarks.
func tight(sheet string) string {
	var all strings.Builder
	sheet = styleRemark.ReplaceAllString(sheet, "")
	strung := styleString.FindAllString(sheet, -1)
	sheet = styleSpace.ReplaceAllString(styleString.ReplaceAllString(sheet, "\x00"), " ")
	sheet = strings.ReplaceAll(styleEdge.ReplaceAllString(sheet, "$1"), ", ", ",")
	sheet = styleRule.ReplaceAllStringFunc(sheet, func(rule string) string {
		return strings.ReplaceAll(strings.ReplaceAll(rule, ": ", ":"), ";}", "}")
	})
	for i, piece := range strings.Split(strings.TrimSpace(sheet), "\x00") {
		if i > 0 {
			all.WriteString(strung[i-1])
		}
		all.WriteString(piece)
	}
	return all.String()
}
