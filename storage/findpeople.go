package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// PeopleFilter says who is wanted. What is "" or nil asks for nothing.
type PeopleFilter struct {
	// Text is what somebody typed: the beginnings of words of a name, of the
	// company's id, or of a phone.
	Text     string
	Kind     string
	Tier     string
	Language bot.Language
	Region   string // the id of a region, with all below it
	Tag      string
	Bot      string // a bot they have a chat with
	Stopped  *bool
	// After is the Next of the page before, of the same filter.
	After string
	Limit int
}

// PeopleFound is a page of people: by the word that was found where a text was
// given, else the newest first.
type PeopleFound struct {
	People []bot.Person
	Next   string // where the next page begins; "" at the end
}

const (
	// countedTerm is as far as the people of a term are counted, to begin with the
	// rarest.
	countedTerm = 500
	countTerm   = `SELECT count(*) FROM (SELECT 1 FROM search_words s WHERE {term} LIMIT 500) n`
	// lookedAt is how many people of one term are looked at one after the other for the
	// other terms. Where many have each, that fills a page; where nearly nobody has both,
	// all of the other terms must be read.
	lookedAt = 5000
)

var _ = [1]struct{}{}[countedTerm-500]

// way is how people are found who have words for several terms.
type way int

const (
	oneByOne way = iota // all who have the first, which are few
	first               // some who have the first
	atOnce              // of all who have the first, those who are among all who have the others
)

// terms are the beginnings of words that a text asks for: a phone is one, however
// it is written.
func terms(text string) []string {
	number := digitsOf(text)
	full, ok := bot.PhoneNumber(number)
	switch {
	case len(number) < 4:
		return bot.FoldedWords(text)
	case ok:
		return []string{strings.TrimPrefix(full, "+")}
	case strings.HasPrefix(number, "80"):
		return []string{"3" + number}
	}
	return []string{number}
}

// digitsOf returns the digits of a text that is nothing else, but signs of phones.
func digitsOf(text string) string {
	var b strings.Builder
	for _, c := range strings.TrimSpace(text) {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case !strings.ContainsRune("+-() \u00a0", c):
			return ""
		}
	}
	return b.String()
}

const pathOfRegion = `SELECT path FROM regions WHERE id = $1`

type foundRecord struct {
	personRecord
	Word string `db:"word"`
}

// FindPeople returns a page of the people that fit the filter. Somebody who has
// just been written is found by their words a few seconds later. ErrNotFound where
// there is no such region.
func (s *Store) FindPeople(ctx context.Context, f PeopleFilter) (PeopleFound, error) {
	page, err := s.reading.findPeople(ctx, f)
	return page, doing("find people", err)
}

func (c conn) findPeople(ctx context.Context, f PeopleFilter) (PeopleFound, error) {
	asked, few, err := c.rarestFirst(ctx, terms(f.Text))
	if err != nil || f.Text != "" && len(asked) == 0 {
		return PeopleFound{}, err
	}
	if f.Region != "" {
		if err := c.only(ctx, &f.Region, pathOfRegion, f.Region); err != nil {
			return PeopleFound{}, err
		}
	}
	ways := []way{oneByOne}
	if !few {
		ways = []way{first, atOnce}
	}
	var found []foundRecord
	for _, by := range ways {
		found = nil
		w := compiler{sqlite: c.sql.SQLite(), k: "k", first: 1}
		if err := c.sel(ctx, &found, w.people(f, asked, by), w.values...); err != nil {
			return PeopleFound{}, err
		}
		if len(found) > f.Limit {
			break // the page is full
		}
	}
	var page PeopleFound
	if len(found) > f.Limit {
		found = found[:f.Limit]
		last := found[f.Limit-1]
		page.Next = last.Word + wordBetween + last.known.ID
	}
	records := make([]contactRecord, len(found))
	for i, r := range found {
		records[i] = contactRecord{r.personRecord}
	}
	page.People, err = c.whole(ctx, records)
	return page, err
}

// rarestFirst returns the terms with the one of fewest people at the beginning; few
// says that not many have it, or that it is the only one.
func (c conn) rarestFirst(ctx context.Context, all []string) (asked []string, few bool, err error) {
	if len(all) < 2 {
		return all, true, nil
	}
	best, fewest := 0, countedTerm+1
	for i, t := range all {
		w := compiler{sqlite: c.sql.SQLite(), first: 1}
		var n int
		if err := c.get(ctx, &n, strings.Replace(countTerm, "{term}", w.within("s.word", t), 1), w.values...); err != nil {
			return nil, false, err
		}
		if n < fewest {
			best, fewest = i, n
		}
	}
	return append([]string{all[best]}, slices.Delete(slices.Clone(all), best, best+1)...), fewest < countedTerm, nil
}

// wordBetween stands between the word and the contact of a cursor.
const wordBetween = "\x1f"

// people writes the query of a page, one longer than the limit.
func (c *compiler) people(f PeopleFilter, asked []string, by way) string {
	word, id, _ := strings.Cut(f.After, wordBetween)
	with, from, order, at := "", `FROM contacts k`, `k.id DESC`, `''`
	where := c.chosen(f)
	switch {
	case len(asked) > 0:
		order, at = `s.word, s.contact`, `s.word`
		these := []string{c.within("s.word", asked[0])}
		if f.After != "" {
			these = append(these, fmt.Sprintf("(s.word, s.contact) > (%s, %s)", c.bind(word), c.bind(id)))
		}
		if from = `FROM search_words s CROSS JOIN contacts k`; by == first {
			from = `FROM (SELECT s.word, s.contact FROM search_words s WHERE ` + strings.Join(these, " AND ") +
				` ORDER BY s.word, s.contact LIMIT ` + c.bind(lookedAt) + `) s CROSS JOIN contacts k`
			these = nil
		}
		also := asked[1:]
		if by == atOnce {
			for _, t := range also {
				these = append(these, "s.contact IN (SELECT o.contact FROM search_words o WHERE "+c.within("o.word", t)+")")
			}
			// Planned by itself: PostgreSQL would hope that a page is full soon, and read all of
			// the others for each of the first.
			with = `WITH both_of (word, contact) AS MATERIALIZED (SELECT s.word, s.contact FROM search_words s WHERE ` + strings.Join(these, " AND ") + ")\n"
			from, these, also = `FROM both_of s CROSS JOIN contacts k`, nil, nil
		}
		where = append(append(where, `k.id = s.contact`), these...)
		// Of several words of one person that fit, the first counts.
		where = append(where, `(
	SELECT `+c.alsoFound(also)+`NOT EXISTS (SELECT 1 FROM {words} WHERE w.value < s.word AND `+c.begins(asked[0])+`)
	FROM search_people x WHERE x.contact = s.contact)`)
	case f.Tag != "":
		from, order = `FROM search_words s CROSS JOIN contacts k`, `s.contact DESC`
		where = append(where, `k.id = s.contact`, `s.word = `+c.bind(clean(tagSign+f.Tag)))
		if f.After != "" {
			where = append(where, `s.contact < `+c.bind(id))
		}
	case f.After != "":
		where = append(where, `k.id < `+c.bind(id))
	}
	query := with + `SELECT {theirs}, ` + at + ` AS word ` + from
	if len(where) > 0 {
		query += "\nWHERE " + strings.Join(where, "\nAND ")
	}
	return contactWhole.in(query + "\nORDER BY " + order + "\nLIMIT " + c.bind(f.Limit+1))
}

// chosen are the conditions of what was chosen, on the contact k.
func (c *compiler) chosen(f PeopleFilter) (where []string) {
	for _, is := range []struct{ column, value string }{
		{"tier", f.Tier}, {"language", string(f.Language)},
	} {
		if is.value != "" {
			where = append(where, "k."+is.column+" = "+c.bind(is.value))
		}
	}
	switch {
	case f.Kind == bot.ContactKinds()[0]: // the blank is it, too
		where = append(where, "k.kind IN ('', "+c.bind(f.Kind)+")")
	case f.Kind != "":
		where = append(where, "k.kind = "+c.bind(f.Kind))
	}
	switch {
	case f.Stopped == nil:
	case *f.Stopped: // word for word as the index has it
		where = append(where, "k.stopped")
	default:
		where = append(where, "NOT k.stopped")
	}
	if f.Bot != "" {
		where = append(where, "EXISTS (SELECT 1 FROM conversations a WHERE a.contact = k.id AND a.bot = "+c.bind(f.Bot)+")")
	}
	if f.Region != "" {
		where = append(where, c.within("k.region_path", f.Region))
	}
	if f.Tag != "" {
		tags := "overlap(k.tags, {tag})"
		if !c.sqlite {
			tags = "k.tags_b @> CAST({tag} AS JSONB)"
		}
		where = append(where, strings.Replace(tags, "{tag}", c.bind(toJSON([]string{f.Tag})), 1))
	}
	return where
}

// within reports that the column begins with the text, so that an index helps.
func (c *compiler) within(column, text string) string {
	text = clean(text)
	return "(" + column + " >= " + c.bind(text) + " AND " + column + " < " + c.bind(text+"\U0010ffff") + ")"
}

// alsoFound reports that words of the person x begin with each of the texts, which are
// letters and digits: in the list of all their words one begins behind a quotation mark.
func (c *compiler) alsoFound(texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString(c.position("x.words", c.bind(`"`+encoded(t))) + " > 0 AND ")
	}
	return b.String()
}

// begins reports that the word w.value begins with the text.
func (c *compiler) begins(text string) string {
	text = clean(text)
	return fmt.Sprintf("substr(w.value, 1, %d) = %s", utf8.RuneCountInString(text), c.bind(text))
}
