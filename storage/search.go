package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
)

// People are found by the beginnings of words in search_words, which is filled
// behind the commit that changes them: every write of what people are found by
// marks the contact in search_due (markSearch), FillSearch does the rest.

// eraseWords takes the words of a contact away, by those that stand together.
const eraseWords = `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM search_words WHERE (word, contact) IN (
	SELECT w.value, x.contact FROM search_people x CROSS JOIN {words} WHERE x.contact IN (SELECT contact FROM v))`

// tagSign is before the tags among the words, which no name has.
const tagSign = "#"

const (
	// longestWord is how much of a word is kept, in characters: more nobody types.
	longestWord = 32
	// mostWords of a person are found.
	mostWords = 64
	// waitedFor is how many people of one write somebody may be waiting for; those
	// of a greater one are filled after everybody else.
	waitedFor = 20
	// fillAtOnce is how many people are filled in one transaction.
	fillAtOnce = 200
)

const (
	markSearch = `
WITH v (contact) AS (VALUES {rows ($)})
INSERT INTO search_due (contact, bulk) SELECT contact, CAST($1 AS BOOLEAN) FROM v ORDER BY contact
ON CONFLICT (contact) DO UPDATE SET mark = search_due.mark + 1, bulk = search_due.bulk AND excluded.bulk`

	// While an import is read, those that nobody waits for are left until it is over:
	// both would take twice as long. Ten minutes is longer than it lasts. It is asked
	// apart from them: SQLite would ask it of each, and they are as many as the file has.
	noImport = `NOT EXISTS (SELECT 1 FROM imports WHERE state IN ('checking', 'running') AND begun_at > {now} - 600000000)`

	bulkMayFill = `SELECT ` + noImport

	dueForSearch = `SELECT contact, mark FROM search_due WHERE bulk = $1 ORDER BY contact LIMIT $2`

	searchDue = `
SELECT EXISTS (SELECT 1 FROM search_due WHERE bulk = FALSE)
	OR (EXISTS (SELECT 1 FROM search_due WHERE bulk = TRUE) AND ` + noImport + `)`

	// The contacts stay as they are until the commit, and here: whoever writes one
	// meanwhile has marked it again, whoever erases it finds its words.
	searchedPeople = `SELECT {person} FROM contacts WHERE {these} ORDER BY id {share}`

	// As importMoves looks for contacts.
	wordsOf = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT * FROM (SELECT v.contact, (SELECT s.words FROM search_people s WHERE s.contact = v.contact) AS words FROM v) f WHERE words IS NOT NULL`

	dropWords = `
WITH v (word, contact) AS (VALUES {rows ($, $)})
DELETE FROM search_words WHERE (word, contact) IN (SELECT word, contact FROM v)`

	addWords = `
WITH v (word, contact) AS (VALUES {rows ($, $)})
INSERT INTO search_words (word, contact) SELECT word, contact FROM v ORDER BY word, contact
ON CONFLICT (word, contact) DO NOTHING`

	putWords = `
WITH v (contact, words) AS (VALUES {rows ($, $)})
INSERT INTO search_people (contact, words) SELECT contact, words FROM v ORDER BY contact
ON CONFLICT (contact) DO UPDATE SET words = excluded.words`

	dropPeopleWords = `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM search_people WHERE contact IN (SELECT contact FROM v)`

	endSearchDue = `
WITH v (contact, mark) AS (VALUES {rows ($, CAST($ AS BIGINT))})
DELETE FROM search_due WHERE (contact, mark) IN (SELECT contact, mark FROM v)`
)

var (
	searchColumns = contactsWith(func(c contactColumn) bool { return c.name == "id" || c.found })
	searched      = searchColumns.in(searchedPeople)
)

// markSearch has the contacts found by what they are now, soon; bulk says that
// nobody waits for it. The caller has written them in this transaction.
func (t *Tx) markSearch(ctx context.Context, bulk bool, contacts ...string) error {
	_, err := t.apart().execRows(ctx, markSearch, []any{bulk}, column(contacts))
	return doing("mark for the search", err)
}

// SearchDue reports whether somebody is not yet found by what they are now, for whom
// it is time.
func (s *Store) SearchDue(ctx context.Context) (due bool, err error) {
	err = s.r.get(ctx, &due, searchDue)
	return due, doing("search", err)
}

// FillSearch has some more people found by what they are now, those first whom
// somebody may wait for, and returns how many: 0 when nobody is left, for now.
func (s *Store) FillSearch(ctx context.Context) (people int, err error) {
	err = s.InStep(ctx, func(t *Tx) error {
		due, err := t.dueForSearch(ctx)
		if err != nil {
			return err
		}
		ids, ended := make([]string, len(due)), make([][]any, len(due))
		for i, d := range due {
			ids[i], ended[i] = d.Contact, []any{d.Contact, d.Mark}
		}
		people = len(due)
		if err := t.fillSearch(ctx, ids); err != nil {
			return err
		}
		_, err = t.execRows(ctx, endSearchDue, nil, ended)
		return err
	})
	return people, doing("fill the search", err)
}

// searchMark is a contact that is to be found by what it is now.
type searchMark struct {
	Contact string `db:"contact"`
	Mark    int64  `db:"mark"`
}

// dueForSearch returns the next to be filled: those first whom somebody may wait for.
func (t *Tx) dueForSearch(ctx context.Context) (due []searchMark, err error) {
	if err := t.sel(ctx, &due, dueForSearch, false, fillAtOnce); err != nil || len(due) == fillAtOnce {
		return due, err
	}
	var free bool
	if err := t.get(ctx, &free, bulkMayFill); err != nil || !free {
		return due, err
	}
	var bulk []searchMark
	err = t.sel(ctx, &bulk, dueForSearch, true, fillAtOnce-len(due))
	return append(due, bulk...), err
}

func (t *Tx) fillSearch(ctx context.Context, ids []string) error {
	slices.Sort(ids)
	var records []contactRecord
	these := compiler{sqlite: t.sql.SQLite(), first: 1} // a join might read all contacts there are
	query := strings.Replace(searched, "{these}", these.among("id", ids), 1)
	if err := t.sel(ctx, &records, query, these.values...); err != nil {
		return err
	}
	now := map[string][]string{}
	for _, r := range records {
		p, err := r.row()
		if err != nil {
			return err
		}
		now[p.ID] = searchWords(p)
	}
	was, err := t.wordsOf(ctx, ids)
	if err != nil {
		return err
	}
	var drop, add, put, gone [][]any
	for _, id := range ids {
		words, there := now[id]
		switch {
		case !there:
			gone = append(gone, []any{id})
		case was[id] == nil || !slices.Equal(words, was[id]):
			put = append(put, []any{id, toJSON(words)})
		}
		drop = append(drop, pairsOf(id, was[id], words)...)
		add = append(add, pairsOf(id, words, was[id])...)
	}
	for _, step := range []rowsFor{{dropWords, drop}, {addWords, add}, {putWords, put}, {dropPeopleWords, gone}} {
		if _, err := t.execRows(ctx, step.query, nil, step.rows); err != nil {
			return err
		}
	}
	return nil
}

func (c conn) wordsOf(ctx context.Context, ids []string) (map[string][]string, error) {
	var found []struct {
		Contact string `db:"contact"`
		Words   string `db:"words"`
	}
	if err := selRows(ctx, c, &found, wordsOf, nil, column(ids)); err != nil {
		return nil, err
	}
	all := make(map[string][]string, len(found))
	for _, f := range found {
		var words []string
		if err := fromJSON(f.Words, &words); err != nil {
			return nil, fmt.Errorf("words of %s: %w", f.Contact, err)
		}
		all[f.Contact] = words
	}
	return all, nil
}

// pairsOf are the words that the others lack, each with the contact.
func pairsOf(contact string, words, others []string) (rows [][]any) {
	for _, w := range words {
		if !slices.Contains(others, w) {
			rows = append(rows, []any{w, contact})
		}
	}
	return rows
}

// searchWords are the words by which a person is found.
func searchWords(p ContactRow) []string {
	words := []string{}
	add := func(sign string, all ...string) {
		for _, word := range all {
			if r := []rune(word); sign == "" && len(r) > longestWord {
				word = string(r[:longestWord])
			}
			if word = sign + word; len(words) < mostWords && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	add("", bot.FoldedWords(p.Name)...)
	add("", bot.FoldedWords(p.External)...)
	for _, phone := range slices.Concat(p.Phones, p.Unverified) {
		add("", bot.PhoneWords(phone)...)
	}
	add(tagSign, p.Tags...)
	return words
}

// forgetWords takes the words of a contact that goes.
func (t *Tx) forgetWords(ctx context.Context, contact string) error {
	for _, query := range []string{eraseWords, dropPeopleWords, `WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM search_due WHERE contact IN (SELECT contact FROM v)`} {
		if _, err := t.execRows(ctx, query, nil, column([]string{contact})); err != nil {
			return fmt.Errorf("search: %w", err)
		}
	}
	return nil
}
