// Package starter holds what a new company begins with: for each trade a base of
// articles in both languages, with blanks in two square brackets for the company's
// own facts, and how customers of such companies really ask for each of them. No
// real company's words stand here, and no fact that differs from one to the next.
package starter

import (
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"visnyk/bot"
)

//go:embed bases.gz
var packed string // the files in bases, put together by cmd/pack

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
// trade answer the same need, their articles have the same id. They are read anew each
// time: together they take two megabytes, and once a process has begun they are seldom
// wanted.
func Bases() (all []Base, err error) {
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("starter bases: %w", err)
	}
	dec := json.NewDecoder(z)
	dec.DisallowUnknownFields()
	for {
		one := struct {
			ID    string              `json:"id"`
			Base  Base                `json:"base"`
			Asked map[string][]string `json:"asked"`
		}{}
		switch err := dec.Decode(&one); {
		case err == io.EOF:
			slices.SortFunc(all, func(a, b Base) int { return cmp.Or(cmp.Compare(a.Trade, b.Trade), cmp.Compare(a.ID, b.ID)) })
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("starter base %q: %w", one.ID, err)
		}
		one.Base.ID, one.Base.Asked = one.ID, one.Asked
		all = append(all, one.Base)
	}
}

// Of returns the bases that the name means: all of a trade, or the one base of that
// id; none when there are none.
func Of(name string) ([]Base, error) {
	all, err := Bases()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(b Base) bool { return b.Trade != name && b.ID != name }), nil
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
