package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// lists measures how long a page of people takes, by what is chosen.
func lists(ctx context.Context, store *storage.Store) (took []time.Duration, err error) {
	stopped := true
	for _, f := range []storage.PeopleFilter{
		{}, {Tier: "vip"}, {Kind: "staff"}, {Language: bot.Russian}, {Stopped: &stopped}, {Bot: "telegram"}, {Kind: "partner", Tier: "new"},
	} {
		f.Limit = 50
		for range 5 {
			began := time.Now()
			if _, err := store.FindPeople(ctx, f); err != nil {
				return nil, err
			}
			took = append(took, time.Since(began))
		}
	}
	return took, nil
}

// searches measures how long a page of people takes, by what somebody types: the
// beginning of a surname, an id, two words that many people have together or that nobody
// has, and two of which one is rare.
func searches(ctx context.Context, store *storage.Store) (took []time.Duration, err error) {
	for _, text := range []string{"ков", "мельник", "e777", "оле ков", "олена коваль", "наталія шевченко", "ю б", "e777 сергій"} {
		for range 5 {
			began := time.Now()
			if _, err := store.FindPeople(ctx, storage.PeopleFilter{Text: text, Limit: 50}); err != nil {
				return nil, err
			}
			took = append(took, time.Since(began))
		}
	}
	return took, nil
}

// names are of every fifth person each; n tells which of them has which, see picked. Who
// has one forename has one surname, so that two words have many people together, or
// nobody, who is the hardest to find.
type names struct {
	n  int
	of [5]string
}

var (
	forenames = names{501, [5]string{"Олена", "Юрій", "Наталія", "Сергій", "Марія"}}
	surnames  = names{502, [5]string{"Коваль", "Шевченко", "Бойко", "Мельник", "Крук"}}
)

// named is the name of the row i, or the word by which it is found.
func named(all names, word bool) string {
	var values []string
	for _, name := range all.of {
		if word {
			name = strings.Join(bot.FoldedWords(name), "")
		}
		values = append(values, "'"+name+"'")
	}
	return picked(all.n, values...)
}

// numberedPeople are those of fillPeople, each with the number of its row.
const numberedPeople = `(SELECT id, CAST(substr(id, 7, 8) AS BIGINT) - 10000000 AS i FROM contacts)`

// wordQueries have the contacts found, as storage.Store.FillSearch does one after the
// other.
func wordQueries() []string {
	rows := numberedPeople + ` n`
	all := []string{named(forenames, true), named(surnames, true), `'e' || i`}
	var queries []string
	for _, word := range all {
		queries = append(queries, fmt.Sprintf(`INSERT INTO search_words (word, contact) SELECT %s, id FROM %s`, word, rows))
	}
	list := `'["' || ` + strings.Join(all, ` || '","' || `) + ` || '"]'`
	return append(queries, `INSERT INTO search_people (contact, words) SELECT id, `+list+` FROM `+rows)
}
