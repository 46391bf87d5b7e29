package storage

import (
	"fmt"
	"slices"
	"strings"
)

// columns are some of a contact's, in order. Statements name them in braces.
type contactColumns []contactColumn

// contactsWith returns the columns that are meant, in the order of the table.
func contactsWith(meant func(contactColumn) bool) contactColumns {
	return slices.DeleteFunc(slices.Clone(contactTable), func(c contactColumn) bool { return !meant(c) })
}

var (
	// What turns need, and what they write: those of the same contact by its id.
	turnReads  = contactsWith(func(c contactColumn) bool { return c.turn != unread })
	turnWrites = contactsWith(func(c contactColumn) bool { return c.name == "id" || c.turn == written })
	// turnAsked is what a turn writes and a segment may ask about, turnNames what it
	// writes and people are found by; turnMoves is either.
	turnAsked = contactsWith(func(c contactColumn) bool { return c.name == "id" || c.turn == written && c.asked() })
	turnNames = contactsWith(func(c contactColumn) bool { return c.name == "id" || c.turn == written && c.found })
	turnMoves = contactsWith(func(c contactColumn) bool {
		return c.name == "id" || c.turn == written && (c.asked() || c.found)
	})
	importWrites = contactsWith(func(c contactColumn) bool { return c.identity || c.imports != "" })
	joinWrites   = contactsWith(func(c contactColumn) bool { return c.name == "id" || !c.identity })
	contactWhole = contactColumns(contactTable)
)

// asked reports whether a segment may ask about the column.
func (c contactColumn) asked() bool {
	_, ok := segmentFields(true)[c.name]
	return ok
}

// each writes something of every column, but of those that tell who it is unless
// all are meant; {c} is the column, {n} its place, {joined} and {cast} are its own.
func (cs contactColumns) each(shape, between string, all bool) string {
	var texts []string
	for i, c := range cs {
		if c.identity && !all {
			continue
		}
		cast := "$"
		if c.kind != "TEXT" {
			cast = "CAST($ AS " + c.kind + ")"
		}
		shape := strings.ReplaceAll(shape, "{imports}", c.imports)
		texts = append(texts, strings.NewReplacer("{c}", c.name, "{n}", fmt.Sprint(i+1), "{joined}", c.joined, "{cast}", cast).Replace(shape))
	}
	return strings.Join(texts, between)
}

// in writes a statement over the columns.
//
//	{columns}   their names
//	{row}       the shape of a row of them, for {rows (…)}
//	{set}       each but those that tell who it is, from v
//	{imported}  each but those as an import gives it
//	{differs}   whether one of those is another than that
//	{moved}     whether one of those is another in v than in k
//	{places}    a placeholder for each, from $1 on; {behind} is the one behind them
//	{placed}    each but those, from its placeholder
//	{person}    each, to be read into a personRecord
//	{theirs}    the same, of a contact k
//	{joined}    the same, of a contact k that may not be there
func (cs contactColumns) in(query string) string {
	return strings.NewReplacer(
		"{columns}", cs.each("{c}", ", ", true),
		"{row}", cs.each("{cast}", ", ", true),
		"{set}", cs.each("{c} = v.{c}", ", ", false),
		"{imported}", cs.each("{c} = {imports}", ",\n\t", false),
		"{differs}", cs.each("{imports} <> contacts.{c}", " OR ", false),
		"{moved}", cs.each("k.{c} <> v.{c}", " OR ", false),
		"{places}", cs.each("${n}", ", ", true),
		"{behind}", fmt.Sprintf("$%d", len(cs)+1),
		"{placed}", cs.each("{c} = ${n}", ", ", false),
		"{person}", cs.each(`{c} AS "`+aPerson+`{c}"`, ", ", true),
		"{theirs}", cs.each(`k.{c} AS "`+aPerson+`{c}"`, ", ", true),
		"{joined}", cs.each(`{joined} AS "`+aPerson+`{c}"`, ", ", true),
	).Replace(query)
}

// row returns the values of the columns.
func (cs contactColumns) row(p ContactRow) []any {
	row := make([]any, len(cs))
	for i, c := range cs {
		row[i] = c.value(&p)
	}
	return row
}

// of picks the values of the columns out of a row of others, which has them all.
func (cs contactColumns) of(others contactColumns, row []any) []any {
	picked := make([]any, len(cs))
	for i, c := range cs {
		picked[i] = row[slices.IndexFunc(others, func(o contactColumn) bool { return o.name == c.name })]
	}
	return picked
}
