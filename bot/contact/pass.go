package contact

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"visnyk/bot"
	"visnyk/bot/textfile"
	"visnyk/storage"
)

// Step does the next of some work under the lease, in a transaction of its own; over
// says that nothing is left.
type Step = func(ctx context.Context, l storage.Lease) (over bool, err error)

// Passes returns the work of each pass over an import that is under way, in the order
// they were asked for. A pass keeps beside its rows how far it has come: whoever goes
// on with it after a death does nothing twice.
func (s *Contacts) Passes(ctx context.Context) ([]Step, error) {
	open, err := s.store.OpenImports(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Step, len(open))
	for n, i := range open {
		p := &pass{Contacts: s, Import: i}
		all[n] = p.step
	}
	return all, nil
}

// pass is one pass over an import.
type pass struct {
	*Contacts
	bot.Import
	feed  *feed
	batch []row // read, and not stored yet
	last  bool  // there is nothing behind it
	pace  pace
}

// step stores the next rows, or, where the pass is to try, looks at them.
func (p *pass) step(ctx context.Context, l storage.Lease) (over bool, err error) {
	by, err := p.actor(ctx)
	if err == nil {
		err = p.read(ctx)
	}
	if fault, ok := passFault(err); ok {
		return true, p.fail(ctx, l, by, fault)
	}
	if err != nil {
		return false, err
	}
	if p.pace.heavy() { // the log of the rows before
		if err := p.store.LightenLog(ctx); err != nil {
			return false, err
		}
	}
	var next bot.ImportSum
	err = p.store.StepImport(ctx, l, func(tx *storage.Tx) error {
		began := time.Now() // it has what it waited for
		defer func() { p.pace.took(len(p.batch), time.Since(began), p.store.StepSpan()) }()
		earnest := p.State == bot.ImportRunning
		done, err := take(ctx, tx, p.feed.table, p.batch, earnest)
		if err != nil {
			return err
		}
		next = plus(p.ImportSum, done.sum)
		if err := tx.PassImport(ctx, p.Import, next, p.report(done.rejected)); err != nil {
			return err
		}
		if p.last {
			if err := p.end(ctx, tx, by); err != nil {
				return err
			}
		}
		if earnest && done.sum.Created+done.sum.Updated > 0 {
			return note(ctx, tx, by, done.outcomes)
		}
		return nil
	})
	switch {
	case errors.Is(err, storage.ErrConflict): // somebody stopped it
		return true, nil
	case err != nil:
		return false, err
	}
	p.ImportSum, p.batch = next, nil
	return p.last, nil
}

// actor returns whoever brought the import, as they are now.
func (p *pass) actor(ctx context.Context) (bot.Actor, error) {
	u, err := p.store.UserByID(ctx, p.By)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || !u.Actor().May(bot.WriteContacts)) {
		err = bot.Refused("", bot.FaultImportRole, nil)
	}
	return u.Actor(), err
}

// read reads the next rows, from where the pass is.
func (p *pass) read(ctx context.Context) error {
	if p.feed == nil {
		text, _, err := p.openImport(ctx, p.Import)
		if err != nil {
			return err
		}
		t, err := openPlanned(text, p.Plan)
		if err != nil {
			return err
		}
		f := newFeed(t)
		if _, err := f.next(p.Reached); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		p.feed = f
	}
	if p.batch != nil {
		return nil // again
	}
	batch, err := p.feed.next(p.pace.rows())
	p.last = errors.Is(err, io.EOF)
	if err == nil || p.last {
		p.batch, err = batch, nil
	}
	return err
}

// passFault returns what a pass ends with before its last row.
func passFault(err error) (bot.LineFault, bool) {
	var refused *bot.RefusedError
	var wrong *textfile.Error
	switch {
	case errors.As(err, &refused):
		return bot.LineFault{Fault: refused.Fault}, true
	case errors.As(err, &wrong):
		return bot.LineFault{Line: wrong.Line, Fault: wrong.Fault}, true
	}
	return bot.LineFault{}, false
}

// end says that all rows were read.
func (p *pass) end(ctx context.Context, tx *storage.Tx, by bot.Actor) error {
	ended, err := tx.MoveImport(ctx, p.Import, bot.EndImport)
	if err != nil || p.State != bot.ImportRunning {
		return err
	}
	return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "import.end", Object: "import/" + p.ID, Detail: sums(ended)})
}

// fail says why the pass is over.
func (p *pass) fail(ctx context.Context, l storage.Lease, by bot.Actor, fault bot.LineFault) error {
	if by.User == "" { // whoever brought it is not here any more
		by = bot.System()
	}
	err := p.store.StepImport(ctx, l, func(tx *storage.Tx) error {
		i := p.Import
		i.Fault = &fault
		failed, err := tx.MoveImport(ctx, i, bot.FailImport)
		if err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "import.fail", Object: "import/" + p.ID, Detail: sums(failed)})
	})
	if _, ended := errors.AsType[*bot.RefusedError](err); ended {
		return nil // somebody stopped it
	}
	return err
}

// report says of rejected rows which column of the file is wrong, and what stands
// there.
func (p *pass) report(all []Rejected) []storage.RejectedRow {
	t := p.feed.table
	cellsAt := map[int]cells{}
	for _, r := range p.batch {
		cellsAt[r.line] = r.cells
	}
	rows := make([]storage.RejectedRow, len(all))
	for n, r := range all {
		rows[n].Line = r.Line
		for _, f := range r.Problems {
			row := bot.RowFault{Fault: f}
			if at, ok := t.nth[f.Field]; ok && f.Field != ignored {
				row.Column = cmp.Or(t.names[at], f.Field)
				row.Value = shortened(t.cell(cellsAt[r.Line], f.Field))
			}
			rows[n].Faults = append(rows[n].Faults, row)
		}
	}
	return rows
}
