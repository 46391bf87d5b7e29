package contact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// Rejected is a row that was not stored, and why.
type Rejected struct {
	Line     int
	Problems []bot.Fault
}

// Imported is what became of the rows of a file: Rows is the sum of Created,
// Updated, Unchanged and Rejected.
type Imported struct {
	Rows, Created, Updated, Unchanged, Rejected int
	// Short is how many of those not rejected end before the last column: of what they
	// do not reach, people keep what they have.
	Short int
}

// importAtOnce is how many rows are one commit: an import that is broken off has
// stored what was reported, and the next run does no harm.
const importAtOnce = 500

// Import makes or updates people from a CSV file (comma, semicolon, tab or bar;
// UTF-8 or windows-1251) whose header names the columns. A column that the file
// or a row does not have is left as it is; an empty cell says that there is
// nothing. Every row that is rejected is reported at once, with its line. A
// *textfile.Error tells that the file itself cannot be read.
func (s *Contacts) Import(ctx context.Context, by bot.Actor, file io.Reader, report func(Rejected)) (Imported, error) {
	var sum bot.ImportSum
	if err := by.Require(bot.WriteContacts); err != nil {
		return Imported{}, err
	}
	text, err := readText(file)
	if err != nil {
		return Imported{}, err
	}
	t, err := openTable(text)
	if err != nil {
		return Imported{}, err
	}
	for f := newFeed(t); err == nil; {
		var batch []row
		if batch, err = f.next(importAtOnce); len(batch) == 0 {
			break
		}
		var done taken
		stored := s.store.InTx(ctx, func(tx *storage.Tx) (err error) {
			if done, err = take(ctx, tx, t, batch, true); err != nil {
				return err
			}
			return note(ctx, tx, by, done.outcomes)
		})
		if stored != nil {
			err = errors.Join(fmt.Errorf("store lines %d to %d: %w", batch[0].line, batch[len(batch)-1].line, stored), err)
			break
		}
		sum = plus(sum, done.sum)
		for _, r := range done.rejected {
			report(r)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return Imported{
		Rows: sum.Reached, Created: sum.Created, Updated: sum.Updated, Unchanged: sum.Unchanged, Rejected: sum.Rejected, Short: sum.Short,
	}, err
}

// taken is what became of a batch of rows.
type taken struct {
	sum      bot.ImportSum
	rejected []Rejected // by line
	outcomes []Outcome  // of those that could be read
}

// take stores a batch of rows within the transaction, or, unless it is in earnest,
// says what would become of them.
func take(ctx context.Context, tx *storage.Tx, t *table, batch []row, earnest bool) (done taken, err error) {
	good := slices.DeleteFunc(slices.Clone(batch), func(r row) bool { return len(r.wrong) > 0 })
	all, err := complete(ctx, tx, t, good)
	if err != nil {
		return taken{}, err
	}
	all, done.outcomes, err = weigh(ctx, tx, all)
	if err == nil && earnest {
		err = write(ctx, tx, all, done.outcomes)
	}
	if err != nil {
		return taken{}, err
	}
	next, zones := 0, zones{}
	for _, r := range batch {
		o := Outcome{Result: Refused}
		if len(r.wrong) == 0 {
			o = done.outcomes[next]
			next++
		} else {
			o.Problems = t.allWrong(r, zones)
		}
		done.sum.Reached++
		switch o.Result {
		case Created:
			done.sum.Created++
		case Updated:
			done.sum.Updated++
		case Unchanged:
			done.sum.Unchanged++
		default:
			done.sum.Rejected++
			done.rejected = append(done.rejected, Rejected{r.line, o.Problems})
			continue
		}
		if len(r.cells) < len(t.header) {
			done.sum.Short++
		}
	}
	return done, nil
}

// allWrong returns what is wrong with a row of which some is known to be, so that
// whoever mends it does it once: also what makes no record, in columns that nothing is
// said of yet.
func (t *table) allWrong(r row, zones zones) []bot.Fault {
	wrong := slices.Clone(r.wrong)
	if r.cells == nil {
		return wrong
	}
	now := t.over(r.cells, Record{})
	now.ExternalID = t.cell(r.cells, columnExternal)
	for _, p := range problems(now.seen(), zones) {
		if !slices.ContainsFunc(r.wrong, func(f bot.Fault) bool { return f.Field == p.Field || strings.HasPrefix(f.Field, p.Field+".") }) {
			wrong = append(wrong, p)
		}
	}
	return wrong
}

func plus(a, b bot.ImportSum) bot.ImportSum {
	return bot.ImportSum{
		Reached: a.Reached + b.Reached, Created: a.Created + b.Created, Updated: a.Updated + b.Updated,
		Unchanged: a.Unchanged + b.Unchanged, Rejected: a.Rejected + b.Rejected, Short: a.Short + b.Short,
	}
}

// cell returns what stands in a column of the row; "" where it does not reach.
func (t *table) cell(row cells, name string) string {
	i, ok := t.nth[name]
	if !ok || i >= len(row) {
		return ""
	}
	return cellText(row[i])
}

// cellText returns what somebody wrote in a cell.
func cellText(raw string) string {
	cell := visible(raw)
	if text, ok := asText(cell); ok {
		return visible(text)
	}
	return visible(unguarded(cell))
}

// asShown returns the columns of a row that hold a number as a spreadsheet shows
// it, or what it shows for none: its digits are lost, and a person would get
// another's. Sums by thousands are read as they are; only an id is the same with
// and without.
func (t *table) asShown(row cells) (wrong []bot.Fault) {
	for i, raw := range row {
		name, cell := t.header[i], visible(raw)
		if name == ignored {
			continue
		}
		if text, ok := asText(cell); ok {
			cell = visible(text)
		}
		if !mayBeNumber(cell) {
			continue
		}
		if noValue.MatchString(cell) {
			wrong = append(wrong, bot.Fault{Field: name, Code: bot.FaultCellNoValue, Data: bot.Data{"Shown": shortened(cell)}})
			continue
		}
		if shortenedNumber.MatchString(cell) || name == columnExternal && groupedNumber.MatchString(cell) {
			wrong = append(wrong, bot.Fault{Field: name, Code: bot.FaultCellNumber, Data: bot.Data{"Shown": shortened(cell)}})
		}
	}
	return wrong
}

// complete makes records of rows: what the file has no column for, and what a row
// does not reach, is as the store has it.
func complete(ctx context.Context, tx *storage.Tx, t *table, rows []row) ([]Record, error) {
	external := make([]string, len(rows))
	for i, r := range rows {
		external[i] = t.cell(r.cells, columnExternal)
	}
	known, err := tx.Known(ctx, external)
	if err != nil {
		return nil, err
	}
	all := make([]Record, len(rows))
	for i, r := range rows {
		now := record(known[external[i]])
		now.ID, now.ExternalID, now.Addresses = "", external[i], nil
		all[i] = t.over(r.cells, now)
	}
	return all, nil
}

// over returns the record with what the row says of it.
func (t *table) over(row cells, now Record) Record {
	now.Attributes, now.Misfits = maps.Clone(now.Attributes), maps.Clone(now.Misfits)
	for i, name := range t.header[:len(row)] {
		cell := cellText(row[i])
		switch name {
		case columnID:
			now.ID = cell
		case "name":
			now.Name = cell
		case "language":
			now.Language = languageOf(cell)
		case "kind":
			now.Kind = bot.ValueMeant(name, cell)
		case "tier":
			now.Tier = bot.ValueMeant(name, cell)
		case "region":
			now.Region = cell
		case "zone":
			now.Zone = cell
		case columnTags:
			now.Tags = tagsOf(cell)
		case columnPhones:
			now.Phones = phonesOf(cell)
		case columnPreferred:
			now.Preferred = cell
		}
		key, ok := strings.CutPrefix(name, attribute)
		if day, is := t.day(i, cell); is {
			cell = day
		}
		if ok {
			delete(now.Misfits, key)
		}
		switch {
		case !ok:
		case cell == "":
			delete(now.Attributes, key)
		default:
			if now.Attributes == nil {
				now.Attributes = map[string]string{}
			}
			now.Attributes[key] = cell
		}
	}
	return now
}

// phonesOf reads the phones of a cell, between bars, commas or semicolons.
func phonesOf(cell string) []string {
	return strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(between+",;", c) })
}

// tagsOf reads the tags of a cell: between bars, or where there is none, commas;
// or a list of JSON.
func tagsOf(cell string) []string {
	var list []string
	if strings.HasPrefix(cell, "[") && json.Unmarshal([]byte(cell), &list) == nil {
		cell = ""
	}
	sep := ","
	if strings.Contains(cell, between) {
		sep = between
	}
	var tags []string
	for _, tag := range append(list, strings.Split(cell, sep)...) {
		if tag = visible(tag); tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}
