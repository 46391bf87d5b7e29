package storage

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/storage/db"
)

// Fate is what became of an outbox row, for tests to look at.
type Fate struct {
	State                       string
	Delivered, Seen, Failed     time.Time
	FailNote, External, Because string
}

// FateOf reads the fate of an outbox row.
func (s *Store) FateOf(ctx context.Context, a bot.Address, cause string) (Fate, error) {
	var r struct {
		State     string `db:"state"`
		Delivered micros `db:"delivered_at"`
		Seen      micros `db:"seen_at"`
		Failed    micros `db:"failed_at"`
		FailNote  string `db:"fail_note"`
		External  string `db:"external_id"`
		Because   string `db:"reason"`
	}
	err := s.r.get(ctx, &r, `SELECT state, delivered_at, seen_at, failed_at, fail_note, external_id, reason
		FROM outbox WHERE bot = $1 AND chat = $2 AND cause = $3`, a.Bot, a.Chat, cause)
	return Fate{
		State: r.State, Delivered: r.Delivered.time(), Seen: r.Seen.time(), Failed: r.Failed.time(),
		FailNote: r.FailNote, External: r.External, Because: r.Because,
	}, err
}

// Exec runs a statement, for tests to bring about what the API cannot.
func (s *Store) Exec(ctx context.Context, query string, values ...any) (int, error) {
	return s.w.exec(ctx, query, values...)
}

// ReadInHaste breaks every list and count off.
func (s *Store) ReadInHaste(ctx context.Context, url string) (restore func() error, err error) {
	d, err := db.Open(ctx, url, db.Options{ReadingTime: time.Nanosecond})
	if err != nil {
		return nil, err
	}
	usual := s.reading
	s.reading = conn{d.Reading()}
	return func() error { s.reading = usual; return d.Close() }, nil
}

// MigrateTo applies the migrations up to the version.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	_, err := s.db.Migrate(ctx, Migrations(), version)
	return err
}

// OpenOn is Open on a disk of which free tells.
func OpenOn(ctx context.Context, url string, o Options, free func() int64) (*Store, error) {
	return open(ctx, url, o, db.Options{Free: func() (int64, error) { return free(), nil }})
}

// OpenAt is Open where the clock is an expression.
func OpenAt(ctx context.Context, url string, o Options, clock string) (*Store, error) {
	return open(ctx, url, o, db.Options{Clock: clock})
}

// OpenAsking opens a database whose listener asks so often whether it still answers.
func OpenAsking(ctx context.Context, url string, every time.Duration) (*Store, error) {
	return open(ctx, url, Options{}, db.Options{PingEvery: every})
}

// Count counts rows.
func (s *Store) Count(ctx context.Context, query string, values ...any) (n int, err error) {
	err = s.r.get(ctx, &n, query, values...)
	return n, err
}

// Strings reads one column of text.
func (s *Store) Strings(ctx context.Context, query string) (all []string, err error) {
	err = s.r.sel(ctx, &all, query)
	return all, err
}

// Plain reports whether PostgreSQL gets the turn in one statement.
func (w TurnWrite) Plain() bool { return newBatch(Lease{Bot: w.Bot}, []TurnWrite{w}).plain(false) }

// Column is a column of the schema in words both databases share.
type Column struct {
	Table, Name, Type, Default string
	Nullable                   bool
	Key                        int // place in the primary key, from 1
}

// Columns reads the schema without goose's own tables.
func (s *Store) Columns(ctx context.Context) ([]Column, error) {
	query := sqliteColumns
	if !s.db.SQLite() {
		query = postgresColumns
	}
	var all []Column
	err := s.r.sel(ctx, &all, query)
	return all, err
}

const postgresColumns = `
SELECT c.table_name AS "table", c.column_name AS name, upper(c.data_type) AS type,
	COALESCE(c.column_default, '') AS "default", c.is_nullable = 'YES' AS nullable,
	COALESCE((SELECT k.ordinal_position FROM information_schema.key_column_usage k
		JOIN information_schema.table_constraints t ON t.constraint_name = k.constraint_name
		WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name
		AND k.column_name = c.column_name), 0) AS key
FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.table_name NOT LIKE 'goose%' AND c.is_generated = 'NEVER'
AND c.table_name NOT IN (SELECT v.table_name FROM information_schema.views v WHERE v.table_schema = 'public')
ORDER BY c.table_name COLLATE "C", c.ordinal_position`

const sqliteColumns = `
SELECT m.name AS "table", p.name AS name, upper(p.type) AS type, COALESCE(p.dflt_value, '') AS "default",
	p."notnull" = 0 AS nullable, p.pk AS key
FROM sqlite_master m JOIN pragma_table_info(m.name) p
WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'
ORDER BY m.name, p.cid`

// Indexes reads the names of our indexes.
func (s *Store) Indexes(ctx context.Context) (names []string, err error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' ORDER BY name`
	if !s.db.SQLite() {
		query = `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%'
			AND indexname NOT LIKE '%_pkey' ORDER BY indexname COLLATE "C"`
	}
	err = s.r.sel(ctx, &names, query)
	return names, err
}

// NextTimer tells when the bot's next timer is due; ok is false when it has none.
func (s *Store) NextTimer(ctx context.Context, name string) (due time.Time, ok bool, err error) {
	var all []micros
	err = s.r.sel(ctx, &all, `SELECT due FROM timers WHERE bot = $1 ORDER BY due LIMIT 1`, name)
	if err != nil || len(all) == 0 {
		return time.Time{}, false, err
	}
	return all[0].time(), true, nil
}

const park = `
UPDATE inbox SET state = 'parked', reason = $3, settled_at = {now}
WHERE bot = $1 AND id = $2 AND state = 'waiting'`

// Park sets the row aside with a reason that holds nothing of its content.
// ErrConflict when it no longer waits.
func (s *Store) Park(ctx context.Context, l Lease, id, reason string) error {
	err := s.fenced(ctx, l, func(t *Tx) error {
		n, err := t.exec(ctx, park, l.Bot, id, reason)
		if err == nil && n == 0 {
			return ErrConflict
		}
		return err
	})
	return doing("park", err)
}

// ExecFor runs a statement within the transaction.
func (t *Tx) ExecFor(ctx context.Context, query string, values ...any) (int, error) {
	return t.exec(ctx, query, values...)
}

// FillSearchOf has these people found by what they are now.
func (t *Tx) FillSearchOf(ctx context.Context, ids []string) error { return t.fillSearch(ctx, ids) }

// WaitingRecipients asks for those whom a release looks at.
const WaitingRecipients = waitingRecipients

// RecipientsByKey are the statements over rows that ask for recipients of whom there may
// be a million, with the values before the rows and how many values a row has.
func RecipientsByKey() map[string]struct {
	Query string
	Head  []any
	Row   []any
} {
	type statement = struct {
		Query string
		Head  []any
		Row   []any
	}
	return map[string]statement{
		"released":       {noteReleased, nil, []any{"b", "k", "", "", ""}},
		"ended":          {endRecipients, nil, []any{"b", "k", "sent", "", "", 0}},
		"not released":   {endUnreleased, nil, []any{"b", "k", "skipped", ""}},
		"back":           {waitAgain, nil, []any{"b", "k", 0, 0}},
		"locked":         {lockWaiting, nil, []any{"c"}},
		"locked there":   {lockWaitingAt, []any{"bot"}, []any{"1"}},
		"ended waiting":  {endWaiting, []any{"stopped"}, []any{"c"}},
		"doubles":        {lockDoubles, nil, []any{"b", "k"}},
		"doubles ended":  {endDoubles, nil, []any{"b", "k"}},
		"due beside":     {dueBeside, []any{"bot", "b"}, []any{0, "c", "1"}},
		"told of lately": {toldLately, nil, []any{0, "c", "b", "k"}},
	}
}

// LoadedOfTurns asks what turns need, of rows of a bot and a chat.
var LoadedOfTurns = loadTurns
