// Package sample is the content of an invented company, in both languages, for
// the demo and for tests: an internet provider that has much to tell its
// customers these weeks. Its dates follow from the day it is asked for, so the
// story never grows old. No real company's words stand here.
package sample

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
)

//go:embed articles.json changes.json outage.json
var files embed.FS

// Articles returns the sample articles as they stand on a day, all approved.
func Articles(now time.Time) ([]bot.Article, error) { return read[bot.Article]("articles.json", now) }

// Changes returns the sample changes as they stand on a day, the nearest first:
// some told, one over, one not approved yet, some for a few people alone.
func Changes(now time.Time) ([]bot.Change, error) {
	list, err := read[bot.Change]("changes.json", now)
	slices.SortStableFunc(list, func(a, b bot.Change) int { return a.From.Compare(b.From) })
	return list, err
}

func read[T any](name string, now time.Time) ([]T, error) {
	src, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	dated, err := calendarOf(now).fill(src)
	if err != nil {
		return nil, fmt.Errorf("sample %s: %w", name, err)
	}
	var list []T
	if err := json.Unmarshal(dated, &list); err != nil {
		return nil, fmt.Errorf("sample %s: %w", name, err)
	}
	return list, nil
}

// Outage returns the sample message about a cut cable, with slots to fill; for
// whom it is OnTheLine tells.
func Outage() (b bot.Broadcast, err error) {
	src, err := files.ReadFile("outage.json")
	if err == nil {
		err = json.Unmarshal(src, &b)
	}
	if err != nil {
		err = fmt.Errorf("sample outage.json: %w", err)
	}
	return b, err
}

// OnTheLine is whom a cut of the sample company's cable leaves without the internet, and
// what that is called.
func OnTheLine() (name string, whom bot.Segment) {
	return "Поділ і Оболонь", bot.In("region", "Поділ", "Оболонь")
}
