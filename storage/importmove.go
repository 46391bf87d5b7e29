package storage

import (
	"context"
	"errors"
	"time"

	"visnyk/bot"
)

const (
	lockImport = `SELECT state FROM imports WHERE id = $1 {update}`

	// A pass that begins has come nowhere yet.
	beginPass = `
UPDATE imports SET state = $2, plan = $3, total = $4, reached = 0, created = 0, updated = 0, unchanged = 0, rejected = 0, short = 0,
	fault = '', begun_at = {now}, ended_at = 0
WHERE id = $1`
	endPass    = `UPDATE imports SET state = $2, fault = $3, ended_at = {now} WHERE id = $1`
	forgetRows = `DELETE FROM import_rows WHERE import = $1`
)

// MoveImport makes the move of the import and returns how it stands then. Of i its
// ID counts, for a pass that begins its Plan and Total, for one that fails its Fault.
// ErrNotFound when there is none; a *bot.RefusedError when the move is not legal now.
func (t *Tx) MoveImport(ctx context.Context, i bot.Import, m bot.ImportMove) (bot.Import, error) {
	var state string
	if err := t.get(ctx, &state, lockImport, i.ID); err != nil {
		return bot.Import{}, doing("move an import", absence(err))
	}
	all, err := t.imports(ctx, importByID, i.ID)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return bot.Import{}, doing("move an import", err)
	}
	if !all[0].Can(m) {
		return bot.Import{}, bot.Refused("", bot.FaultImportState, nil)
	}
	next, _ := all[0].State.After(m)
	if next.Going() {
		_, err = t.exec(ctx, forgetRows, i.ID)
		if err == nil {
			_, err = t.exec(ctx, beginPass, i.ID, next, toJSON(i.Plan), i.Total)
		}
		t.woken = append(t.woken, ImportsTopic)
	} else {
		fault := ""
		if i.Fault != nil {
			fault = toJSON(i.Fault)
		}
		_, err = t.exec(ctx, endPass, i.ID, next, fault)
	}
	if err != nil {
		return bot.Import{}, doing("move an import", err)
	}
	all, err = t.imports(ctx, importByID, i.ID)
	if err != nil {
		return bot.Import{}, doing("move an import", err)
	}
	t.woken = append(t.woken, ImportTopic+i.ID)
	return all[0], nil
}

// AcquireImporter takes the lease under which imports are read, as Acquire does.
func (s *Store) AcquireImporter(ctx context.Context, owner string, ttl time.Duration) (l Lease, ok bool, err error) {
	l, _, ok, err = s.Acquire(ctx, importer, owner, ttl)
	return l, ok, err
}

// How long a step may have in its hands what others wait for: on SQLite every writer
// does, several times for one reply; on PostgreSQL whoever writes the same people.
const (
	stepSQLite   = 1 * time.Millisecond
	stepPostgres = 20 * time.Millisecond
)

// StepSpan is how long a step of work in the background is to take at most.
func (s *Store) StepSpan() time.Duration {
	if s.db.SQLite() {
		return stepSQLite
	}
	return stepPostgres
}

// LightenLog keeps SQLite's log so short, between steps, that no turn has to do it; see
// db.DB.LightenLog.
func (s *Store) LightenLog(ctx context.Context) error {
	return doing("lighten the log", s.db.LightenLog(ctx))
}

// StepImport runs f, which stores the next rows of a pass, in one transaction under
// the lease; see PassImport. Without a lease of ours it is ErrLeaseLost; ErrConflict
// (somebody stopped it, or went on with it) has done nothing.
func (s *Store) StepImport(ctx context.Context, l Lease, f func(*Tx) error) error {
	err := s.InStep(ctx, func(t *Tx) error {
		if err := t.fence(ctx, l); err != nil {
			return err
		}
		return f(t)
	})
	return doing("import", busy(err))
}

// RejectedRow is a row of a file that was not taken, and why.
type RejectedRow struct {
	Line   int
	Faults []bot.RowFault
}

const (
	moveImport = `
UPDATE imports SET reached = $4, created = $5, updated = $6, unchanged = $7, rejected = $8, short = $9
WHERE id = $1 AND state = $2 AND reached = $3`

	addRejected = `INSERT INTO import_rows (import, line, faults) VALUES {rows ($, CAST($ AS BIGINT), $)}`
)

// PassImport notes within a step of the pass how far it has come, and which of its
// rows were rejected. Call it before the audit. ErrConflict when it is not where i
// says, or is not going on.
func (t *Tx) PassImport(ctx context.Context, i bot.Import, to bot.ImportSum, rejected []RejectedRow) error {
	n, err := t.exec(ctx, moveImport, i.ID, i.State, i.Reached, to.Reached, to.Created, to.Updated, to.Unchanged, to.Rejected, to.Short)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	if err != nil {
		return doing("import", err)
	}
	rows := make([][]any, len(rejected))
	for n, r := range rejected {
		rows[n] = []any{i.ID, int64(r.Line), toJSON(r.Faults)}
	}
	_, err = t.execRows(ctx, addRejected, nil, rows)
	t.woken = append(t.woken, ImportTopic+i.ID)
	return doing("import", err)
}

const rejectedAfter = `SELECT line, faults FROM import_rows WHERE import = $1 AND line > $2 ORDER BY line LIMIT $3`

// RejectedRows returns the rows of the last pass that were not taken, behind a line,
// at most limit.
func (s *Store) RejectedRows(ctx context.Context, id string, line, limit int) ([]RejectedRow, error) {
	var found []struct {
		Line   int    `db:"line"`
		Faults string `db:"faults"`
	}
	if err := s.reading.sel(ctx, &found, rejectedAfter, id, line, limit); err != nil {
		return nil, doing("rejected rows", err)
	}
	all := make([]RejectedRow, len(found))
	var wrong []error
	for n, f := range found {
		all[n].Line = f.Line
		wrong = append(wrong, fromJSON(f.Faults, &all[n].Faults))
	}
	return all, doing("rejected rows", errors.Join(wrong...))
}

const (
	dropImportFiles  = `DELETE FROM files WHERE bot = '` + importer + `'`
	dropImportPieces = `DELETE FROM file_pieces WHERE bot = '` + importer + `'`
	dropRejectedRows = `DELETE FROM import_rows`
	emptyImports     = `
UPDATE imports SET file = '', fault = CASE WHEN state IN ('new', 'checking', 'checked', 'running') THEN $1 ELSE fault END,
	ended_at = CASE WHEN ended_at = 0 THEN {now} ELSE ended_at END,
	state = CASE WHEN state IN ('new', 'checking', 'checked', 'running') THEN 'failed' ELSE state END
WHERE file <> ''`
)

const (
	dropImportRow = `DELETE FROM imports WHERE id = $1 AND state = 'new'`
	dropOwnFiles  = `DELETE FROM files WHERE bot = $1 AND chat = $2`
	dropOwnPieces = `DELETE FROM file_pieces WHERE bot = $1 AND chat = $2`
)

// DropImport takes away an import that is new: it cannot be read.
func (s *Store) DropImport(ctx context.Context, id string) error {
	a := importAddress(id)
	return doing("drop an import", s.InTx(ctx, func(t *Tx) error {
		if n, err := t.exec(ctx, dropImportRow, id); err != nil || n == 0 {
			return err
		}
		for _, query := range []string{dropOwnFiles, dropOwnPieces} {
			if _, err := t.exec(ctx, query, a.Bot, a.Chat); err != nil {
				return err
			}
		}
		return nil
	}))
}

// dropImports takes away what all imports hold: somebody is erased who may stand
// there, and nothing finds them in a file. A pass under way ends.
func (t *Tx) dropImports(ctx context.Context) error {
	if _, err := t.exec(ctx, emptyImports, toJSON(bot.LineFault{Fault: bot.Fault{Code: bot.FaultImportErased}})); err != nil {
		return err
	}
	for _, query := range []string{dropRejectedRows, dropImportFiles, dropImportPieces} {
		if _, err := t.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}
