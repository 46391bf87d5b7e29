// Package sample is the content of an invented company, in both languages, for
// the demo and for tests. No real company's words stand here.
package sample

import (
	"embed"
	"encoding/json"
	"fmt"

	"visnyk/bot"
)

//go:embed articles.json changes.json
var files embed.FS

// Articles gives the sample articles, all approved.
func Articles() ([]bot.Article, error) { return read[bot.Article]("articles.json") }

// Changes gives the sample changes, all approved.
func Changes() ([]bot.Change, error) { return read[bot.Change]("changes.json") }

func read[T any](name string) ([]T, error) {
	src, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	var list []T
	if err := json.Unmarshal(src, &list); err != nil {
		return nil, fmt.Errorf("sample %s: %w", name, err)
	}
	return list, nil
}
