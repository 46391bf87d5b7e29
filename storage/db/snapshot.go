package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Patient lets the statements of a transaction take as long as they need.
func (c Conn) Patient(ctx context.Context) error {
	if c.SQLite() {
		return nil
	}
	for _, setting := range []string{"statement_timeout", "idle_in_transaction_session_timeout"} {
		if _, err := c.Exec(ctx, "SET LOCAL "+setting+" = 0"); err != nil {
			return err
		}
	}
	return nil
}

// Snapshot runs f over the database as it is at one moment, however long it
// takes, on the connections for reading. Writers go on meanwhile. Within Together
// it is the database as that transaction has it.
func (d *DB) Snapshot(ctx context.Context, f func(Conn) error) error {
	if c, inside := d.outer(ctx); inside {
		return f(c.Plainly())
	}
	var how *sql.TxOptions // a reader of SQLite sees one moment anyway
	if !d.SQLite() {
		how = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := d.reading.db.BeginTxx(ctx, how)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	c := Conn{d: d.dialect, pool: d.reading, tx: tx, plain: true}
	if err := c.Patient(ctx); err != nil {
		return err
	}
	return f(c)
}

// VacuumInto has SQLite write its own copy, without what was deleted.
func (d *DB) VacuumInto(ctx context.Context, file string) error {
	// A reader of its own: the writer stays free for turns.
	c, err := d.reading.db.Connx(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, `VACUUM INTO ?`, file)
	_, back := c.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = 1`)
	return errors.Join(err, back)
}

// Counting runs f on a connection for reading, where a question to all rows of a
// table may use the memory it needs to ask each other table once. Its statements may
// take as long as those of Reading. Within Together it is that transaction.
//
// Nobody knows beforehand how many rows a condition leaves, least of all where a table
// has grown since its statistics were made: so no row is ever looked for again in
// another table.
func (d *DB) Counting(ctx context.Context, f func(Conn) error) error {
	return d.asking(ctx, f, "work_mem = '64MB'", "hash_mem_multiplier = 8", "enable_nestloop = off",
		"max_parallel_workers_per_gather = 1", "min_parallel_table_scan_size = '16MB'") // the line works meanwhile
}

// Sampling is Counting for a question to few rows of a table: what other tables tell
// of them is looked for by key.
func (d *DB) Sampling(ctx context.Context, f func(Conn) error) error {
	// Who begins to work beside whom takes longer than a few rows do.
	settings := []string{"work_mem = '32MB'", "max_parallel_workers_per_gather = 0"}
	for name, value := range lineSettings() {
		settings = append(settings, name+" = "+value)
	}
	return d.asking(ctx, f, settings...)
}

func (d *DB) asking(ctx context.Context, f func(Conn) error, settings ...string) error {
	if c, inside := d.outer(ctx); inside {
		return f(c.Plainly())
	}
	if d.SQLite() {
		return f(d.Reading())
	}
	tx, err := d.reading.db.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	c := Conn{d: d.dialect, pool: d.reading, tx: tx, plain: true}
	for _, setting := range settings {
		if _, err := c.Exec(ctx, "SET LOCAL "+setting); err != nil {
			return err
		}
	}
	return f(c)
}
