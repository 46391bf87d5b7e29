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
// Updated and Rejected.
type Imported struct {
	Rows, Created, Updated, Rejected int
	// Short is how many of those stored end before the last column: of what they
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
	var sum Imported
	if err := by.Require(bot.WriteContacts); err != nil {
		return sum, err
	}
	text, err := readText(file)
	if err != nil {
		return sum, err
	}
	t, err := openTable(text)
	if err != nil {
		return sum, err
	}
	reject := func(line int, problems ...bot.Fault) {
		sum.Rows++
		sum.Rejected++
		report(Rejected{line, problems})
	}
	first := map[string]int{} // the line of an external id
	var batch []row
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		outcomes, err := s.upsert(ctx, by, func(tx *storage.Tx) ([]Record, error) { return complete(ctx, tx, t, batch) })
		if err != nil {
			return fmt.Errorf("store lines %d to %d: %w", batch[0].line, batch[len(batch)-1].line, err)
		}
		for i, o := range outcomes {
			switch o.Result {
			case Refused:
				reject(batch[i].line, o.Problems...)
				continue
			case Created:
				sum.Created++
			case Updated:
				sum.Updated++
			}
			sum.Rows++
			if len(batch[i].cells) < len(t.header) {
				sum.Short++
			}
		}
		batch = batch[:0]
		return nil
	}
	for {
		line, cells, problem, err := t.next()
		if errors.Is(err, io.EOF) {
			return sum, flush()
		}
		if err != nil {
			return sum, fmt.Errorf("read the file: %w", err)
		}
		if sum.Rows+len(batch) >= maxRows {
			return sum, errors.Join(flush(), fileFault(line, bot.FaultFileRows, bot.Data{"Max": maxRows}))
		}
		if problem != nil {
			reject(line, *problem)
			continue
		}
		if t.isHeader(cells) {
			if slices.Equal(t.named(cells), t.header) {
				continue // a file was put behind another
			}
			return sum, errors.Join(flush(), fileFault(line, bot.FaultHeaderAgain, nil))
		}
		if wrong := t.asShown(cells); wrong != nil {
			reject(line, wrong...)
			continue
		}
		r := row{line: line, cells: cells}
		id := t.cell(r.cells, columnExternal)
		if at, twice := first[id]; twice && id != "" {
			reject(line, bot.Fault{Field: columnExternal, Code: bot.FaultTwiceAt, Data: bot.Data{"Line": at}})
			continue
		}
		first[id] = line
		if batch = append(batch, r); len(batch) == importAtOnce {
			if err := flush(); err != nil {
				return sum, err
			}
		}
	}
}

// row is one row of a file.
type row struct {
	line  int
	cells cells
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
		if text, ok := asText(cell); ok {
			cell = visible(text)
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
	now.Attributes = maps.Clone(now.Attributes)
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
			now.Kind = strings.ToLower(cell)
		case "tier":
			now.Tier = strings.ToLower(cell)
		case "region":
			now.Region = cell
		case "zone":
			now.Zone = cell
		case columnTags:
			now.Tags = tagsOf(cell)
		}
		key, ok := strings.CutPrefix(name, attribute)
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
