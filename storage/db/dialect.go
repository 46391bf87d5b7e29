package db

import (
	"cmp"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
)

const (
	namePostgres = "postgres"
	nameSQLite   = "sqlite"
)

// dialect is all that differs between the two databases. A statement names a
// fragment in braces.
type dialect struct {
	name      string // also the folder of its migrations
	goose     goose.Dialect
	maxParams int  // placeholders in one statement
	arrays    bool // rows go as one array for each column
	fragments *strings.Replacer
	expanded  sync.Map // finished texts by their constants
	texts     sync.Map // of shape: written
	rooms     sync.Pool
}

// expand puts this database's fragments into a statement:
//
//	{now}     the database's clock in microseconds, the same within a statement
//	{bytes}   the type of raw bytes
//	{long}    that of a long text in a row of {rows …}
//	{share}   a row lock that keeps writers of the row out until the commit
//	{sharenow} the same, or an error where somebody else has the row
//	{shareskip} the same, and rows that somebody else has are passed over
//	{update}  a row lock that keeps writers and {share} out until the commit
//	{skip}    {update}, and rows that somebody else has are passed over
//	{present} a row lock that keeps only {alone} out: many may hold it, and the
//	          row may be written meanwhile
//	{alone}   a row lock that keeps everybody out until the commit
//	{object}  the function that makes an object of JSON of names and values
//	{inorder} behind a SELECT whose rows are written: in the order of their first three
//	          columns, so that two who write the same ones do not wait for each other
//	{fail}    behind INSERT or UPDATE: its failure ends the transaction, so that it need not be able to
//	          undo its rows alone, for which SQLite copies each page that it changes
//	{words}   the texts (value) of the column words of x, a list of JSON
//	{fourth}  the texts (value) of $4, a list of JSON
func (d *dialect) expand(query string) string {
	if sql, ok := d.expanded.Load(query); ok {
		return sql.(string)
	}
	sql := d.fragments.Replace(query)
	d.expanded.Store(query, sql)
	return sql
}

// postgresDialect goes by the clock, an expression in microseconds; "" is the database's.
func postgresDialect(clock string) *dialect {
	return &dialect{
		name: namePostgres, goose: goose.DialectPostgres, maxParams: 60_000, arrays: true,
		fragments: strings.NewReplacer(
			"{now}", cmp.Or(clock, "CAST(date_part('epoch', statement_timestamp()) * 1000000 AS BIGINT)"),
			"{bytes}", "BYTEA",
			"{long}", long,
			"{share}", "FOR SHARE",
			"{sharenow}", "FOR SHARE NOWAIT",
			"{shareskip}", "FOR SHARE SKIP LOCKED",
			"{update}", "FOR NO KEY UPDATE",
			"{skip}", "FOR NO KEY UPDATE SKIP LOCKED",
			"{present}", "FOR KEY SHARE",
			"{alone}", "FOR UPDATE",
			"{inorder}", "ORDER BY 1, 2, 3",
			"{fail}", "",
			"{object}", "json_build_object",
			"{words}", "jsonb_array_elements_text(CAST(x.words AS JSONB)) w (value)",
			"{fourth}", "jsonb_array_elements_text(CAST($4 AS JSONB)) w (value)",
		),
	}
}

// sqliteDialect is of a database with one writer, so it needs no row locks. Its clock counts
// milliseconds; what must grow strictly is numbered on from the last row.
func sqliteDialect(clock string) *dialect {
	return &dialect{
		name: nameSQLite, goose: goose.DialectSQLite3, maxParams: 32_000,
		fragments: strings.NewReplacer(
			"{now}", cmp.Or(clock, "CAST(round(unixepoch('subsec') * 1000) * 1000 AS BIGINT)"),
			"{bytes}", "BLOB",
			"{long}", "TEXT",
			"{share}", "",
			"{sharenow}", "",
			"{shareskip}", "",
			"{update}", "",
			"{skip}", "",
			"{present}", "",
			"{alone}", "",
			"{inorder}", "WHERE TRUE", // what follows may begin with ON
			"{fail}", "OR FAIL ",
			"{object}", "json_object",
			"{words}", "json_each(x.words) w",
			"{fourth}", "json_each($4) w",
		),
	}
}
