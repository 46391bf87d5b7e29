package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"visnyk/bot"
)

const (
	// importer is the lease of whoever reads imports. No bot has such a name.
	importer = "~import"
	// ImportsTopic tells that a pass over an import is asked for; see Notify.
	ImportsTopic = "imports"
	// ImportTopic before the id of an import tells that it has come further, or was
	// moved; see Notify.
	ImportTopic = "import/"
	// ImportFilesKept is how long what an import holds is kept, and its rejected rows.
	ImportFilesKept = 7 * 24 * time.Hour
	// ImportsKept is how long is known that there was one, and its sums.
	ImportsKept = 90 * 24 * time.Hour
)

// importAddress is where the files hold what an import does: nobody's chat.
func importAddress(id string) bot.Address { return bot.Address{Bot: importer, Chat: id} }

const (
	beginImportFile = `
INSERT INTO files (bot, chat, key, id, name, type, size, state, created_at)
VALUES ($1, $2, $3, $3, '', 'text/csv', $4, 'coming', {now})`
	importComes   = `SELECT key FROM files WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming' {present}`
	endImportFile = `
UPDATE files SET size = $4, state = 'kept' WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming'`
	addImport = `
INSERT INTO imports (id, file, name, size, made_by, state, made_at) VALUES ($1, $2, $3, $4, $5, $6, {now})`
)

// AddImport keeps a file with people and returns the import of it, which is new: its
// Name and By are i's. More than most bytes are ErrTooLarge, none is ErrEmptyFile;
// ErrFilesFull and ErrNoRoom as for BeginFile. What body fails with is returned as it
// is; then nothing stays.
func (s *Store) AddImport(ctx context.Context, i bot.Import, body io.Reader, most int64) (bot.Import, error) {
	if err := s.Room(ctx); err != nil {
		return bot.Import{}, doing("begin an import", err)
	}
	i.ID, i.File, i.State = NewID(), NewID(), bot.ImportNew
	a := importAddress(i.ID)
	err := s.InTx(ctx, func(t *Tx) error {
		if _, err := t.exec(ctx, lockFiles, filesSetting); err != nil {
			return err
		}
		if err := s.fits(ctx, t, a, File{ID: i.File, Key: i.File, Size: most}, math.MaxInt64); err != nil {
			return err
		}
		_, err := t.exec(ctx, beginImportFile, a.Bot, a.Chat, i.File, most)
		return err
	})
	if err != nil {
		return bot.Import{}, doing("begin an import", err)
	}
	i.Size, _, err = s.pour(ctx, body, most, func(ctx context.Context, n int, pieces [][]byte) error {
		return s.addHeld(ctx, a, i.File, n, pieces, ErrNotFound, importComes, a.Bot, a.Chat, i.File)
	})
	if err == nil {
		err = s.InTx(ctx, func(t *Tx) error {
			n, err := t.exec(ctx, endImportFile, a.Bot, a.Chat, i.File, i.Size)
			if err == nil && n == 0 {
				err = ErrNotFound // somebody was erased meanwhile
			}
			if err != nil {
				return err
			}
			_, err = t.exec(ctx, addImport, i.ID, i.File, i.Name, i.Size, i.By, i.State)
			return err
		})
		err = doing("keep an import", err)
	}
	if err != nil {
		gone := s.DropFile(context.WithoutCancel(ctx), a, i.File) // else its time will come
		return bot.Import{}, errors.Join(err, gone)
	}
	return i, nil
}

// OpenImport returns what the import holds, read piece by piece while ctx lasts;
// ErrNotFound when it is not kept any more.
func (s *Store) OpenImport(ctx context.Context, i bot.Import) (io.Reader, error) {
	if i.File == "" {
		return nil, doing("open an import", ErrNotFound)
	}
	_, body, err := s.openFile(ctx, i.File, func(r keptRecord) bool { return r.Bot == importer && r.Chat == i.ID })
	return body, err
}

const (
	importColumns = `
SELECT i.id, i.file, i.name, i.size, i.made_by, COALESCE(u.login, '') AS login, i.state, i.plan, i.total, i.reached,
	i.created, i.updated, i.unchanged, i.rejected, i.short, i.fault, i.made_at, i.begun_at, i.ended_at
FROM imports i LEFT JOIN users u ON u.id = i.made_by `
	importByID  = importColumns + `WHERE i.id = $1`
	importsLast = importColumns + `ORDER BY i.made_at DESC, i.id DESC LIMIT $1`
	importsOpen = importColumns + `WHERE i.state IN ('checking', 'running') ORDER BY i.begun_at, i.id`
)

type importRecord struct {
	ID        string          `db:"id"`
	File      string          `db:"file"`
	Name      string          `db:"name"`
	Size      int64           `db:"size"`
	By        string          `db:"made_by"`
	Login     string          `db:"login"`
	State     bot.ImportState `db:"state"`
	Plan      string          `db:"plan"`
	Total     int             `db:"total"`
	Reached   int             `db:"reached"`
	Created   int             `db:"created"`
	Updated   int             `db:"updated"`
	Unchanged int             `db:"unchanged"`
	Rejected  int             `db:"rejected"`
	Short     int             `db:"short"`
	Fault     string          `db:"fault"`
	Made      micros          `db:"made_at"`
	Begun     micros          `db:"begun_at"`
	Ended     micros          `db:"ended_at"`
}

func (r importRecord) of() (bot.Import, error) {
	i := bot.Import{
		ID: r.ID, File: r.File, Name: r.Name, Size: r.Size, By: r.By, Login: r.Login, State: r.State, Total: r.Total,
		ImportSum: bot.ImportSum{
			Reached: r.Reached, Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Rejected: r.Rejected, Short: r.Short,
		},
		Made: r.Made.time(), Begun: r.Begun.time(), Ended: r.Ended.time(),
	}
	err := fromJSON(r.Plan, &i.Plan)
	if err == nil && r.Fault != "" {
		i.Fault = &bot.LineFault{}
		err = fromJSON(r.Fault, i.Fault)
	}
	if err != nil {
		err = fmt.Errorf("import %s: %w", r.ID, err)
	}
	return i, err
}

// Import returns one import; ErrNotFound when there is none.
func (s *Store) Import(ctx context.Context, id string) (bot.Import, error) {
	all, err := s.r.imports(ctx, importByID, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return bot.Import{}, doing("import", err)
	}
	return all[0], nil
}

// Imports returns the last imports, the latest first.
func (s *Store) Imports(ctx context.Context, limit int) ([]bot.Import, error) {
	all, err := s.r.imports(ctx, importsLast, limit)
	return all, doing("imports", err)
}

// OpenImports returns those with a pass under way, in the order they were asked for.
func (s *Store) OpenImports(ctx context.Context) ([]bot.Import, error) {
	all, err := s.r.imports(ctx, importsOpen)
	return all, doing("imports", err)
}

func (c conn) imports(ctx context.Context, query string, values ...any) ([]bot.Import, error) {
	var records []importRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	all := make([]bot.Import, len(records))
	for n, r := range records {
		var err error
		if all[n], err = r.of(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

const planOf = `SELECT plan FROM import_plans WHERE header = $1`

// ImportPlan returns what the columns of the header were the last time; ok is false
// where nobody has said.
func (s *Store) ImportPlan(ctx context.Context, header string) (p bot.ImportPlan, ok bool, err error) {
	var plans []string
	if err := s.r.sel(ctx, &plans, planOf, header); err != nil || len(plans) == 0 {
		return p, false, doing("plan of an import", err)
	}
	err = fromJSON(plans[0], &p)
	return p, err == nil, doing("plan of an import", err)
}

const keepPlan = `
INSERT INTO import_plans (header, plan, used_at) VALUES ($1, $2, {now})
ON CONFLICT (header) DO UPDATE SET plan = excluded.plan, used_at = excluded.used_at`

// KeepImportPlan remembers what the columns of the header are.
func (t *Tx) KeepImportPlan(ctx context.Context, header string, p bot.ImportPlan) error {
	_, err := t.exec(ctx, keepPlan, header, toJSON(p))
	return doing("keep the plan of an import", err)
}
