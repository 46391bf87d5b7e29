package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
)

// words are what a chat of a crowd says, one after another. An article answers
// each with its number, so that what comes back shows which word it answers.
func words() []string {
	return []string{
		"кавун", "велосипед", "парасолька", "черевики", "піаніно", "бджоли", "трактор", "океан", "кактус", "самовар",
		"жираф", "олівець", "барабан", "окуляри", "пінгвін", "капелюх",
	}
}

// articles give the number of each word, in the form of `faq import`.
func articles() string {
	var list []map[string]any
	for i, w := range words() {
		both := func(s string) map[string]string { return map[string]string{"uk": s, "ru": s} }
		list = append(list, map[string]any{
			"id": fmt.Sprintf("n%d", i), "question": both("Що таке " + w), "answer": both(fmt.Sprintf("Відповідь №%d.", i)),
			"aliases": map[string][]string{"uk": {w}, "ru": {w}},
		})
	}
	text, _ := json.Marshal(list) // strings and maps of strings
	return string(text)
}

var answer = regexp.MustCompile(`Відповідь №(\d+)\.`)

// answered tells which word the text answers.
func answered(text string) (n int, ok bool) {
	m := answer.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}
