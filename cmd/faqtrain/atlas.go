package main

import (
	"slices"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/starter"
)

// tradesOf are the trades of the starter bases that a company of the data is of.
var tradesOf = map[string][]string{
	"shop": {"shop"}, "water": {"utility", "billing"}, "clinic": {"clinic"}, "mobile": {"mobile"},
	"gym": {"gym"}, "bank": {"bank"}, "hotel": {"hotel"},
}

// atlases are what a company is measured with: all trades but its own, and all.
type atlases struct{ strange, own *search.Atlas }

// atlasesOf draws the atlases for a company.
func atlasesOf(company string) (atlases, error) {
	bases, err := starter.Bases()
	if err != nil {
		return atlases{}, err
	}
	var strange, all []search.Trade
	for _, b := range bases {
		t := search.Trade{Articles: b.Articles, Asked: b.Asked}
		all = append(all, t)
		if !slices.Contains(tradesOf[company], b.Trade) {
			strange = append(strange, t)
		}
	}
	return atlases{search.NewAtlas(strange...), search.NewAtlas(all...)}, nil
}

// index makes an index with the atlas, or by words alone where there is none.
func (a atlases) index(articles []bot.Article, m *search.Model, own bool) *search.Index {
	switch {
	case a.own == nil:
		return search.NewIndexWith(articles, m)
	case own:
		return a.own.NewIndexWith(articles, m)
	}
	return a.strange.NewIndexWith(articles, m)
}

// features is how many features there are.
func (a atlases) features() int {
	if a.own == nil {
		return search.WordFeatures
	}
	return len(search.FeatureNames())
}

// ranking is the part of a model that ranks with the atlases, or without.
func (a atlases) ranking(m *search.Model) *search.Ranking {
	if a.own == nil {
		return &m.Ranking
	}
	return &m.Atlas
}
