// Package starter holds what a new company begins with: for each trade a base of
// articles in both languages, with blanks in two square brackets for the company's
// own facts, and how customers of such companies really ask for each of them. No
// real company's words stand here, and no fact that differs from one to the next.
package starter

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"visnyk/bot"
)

//go:embed bases/*.json
var files embed.FS

// Base is what a company of one trade begins with.
type Base struct {
	ID       string        `json:"-"`     // names it, such as "shop-clothes"
	Trade    string        `json:"trade"` // such as "shop"; several bases may share one
	Name     bot.Bilingual `json:"name"`  // for people, such as «Мобільний оператор»
	Articles []bot.Article `json:"articles"`
	// Asked are messages as customers send them, of either language, by the id of
	// the article that answers. They are no aliases: nobody has approved them.
	Asked map[string][]string `json:"-"`
}

// Bases returns every starter base, by trade and then by id. Where bases of one
// trade answer the same need, their articles have the same id. The caller may keep
// what it gets and must not change it.
var Bases = sync.OnceValues(readBases)

// Of returns the bases that the name means: all of a trade, or the one base of that
// id; none when there are none.
func Of(name string) ([]Base, error) {
	all, err := Bases()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(b Base) bool { return b.Trade != name && b.ID != name }), nil
}

// Articles returns the articles of the bases, one for each id: where bases of a
// trade answer the same need, the first one does.
func Articles(bases []Base) (all []bot.Article) {
	seen := map[string]bool{}
	for _, b := range bases {
		for _, a := range b.Articles {
			if !seen[a.ID] {
				seen[a.ID] = true
				all = append(all, a)
			}
		}
	}
	return all
}

func readBases() ([]Base, error) {
	names, err := files.ReadDir("bases")
	if err != nil {
		return nil, fmt.Errorf("starter bases: %w", err)
	}
	var all []Base
	for _, entry := range names {
		id, ok := strings.CutSuffix(entry.Name(), ".json")
		if !ok || strings.HasSuffix(id, ".asked") {
			continue
		}
		b := Base{ID: id}
		if err := read(entry.Name(), &b); err != nil {
			return nil, err
		}
		if err := read(id+".asked.json", &b.Asked); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Base) int { return cmp.Or(cmp.Compare(a.Trade, b.Trade), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

func read(name string, v any) error {
	src, err := files.ReadFile(path.Join("bases", name))
	if err != nil {
		return fmt.Errorf("starter bases: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("starter base %s: %w", name, err)
	}
	return nil
}
