package contact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"visnyk/bot"
	"visnyk/bot/textfile"
	"visnyk/storage"
)

// importsShown is how many of the last imports are listed.
const importsShown = 50

// AddImport keeps a file with people that the actor brings and returns the import of
// it, of which nothing is stored yet. body is read in pieces. A *textfile.Error tells
// that the file cannot be read, a *bot.RefusedError that there is no room for it;
// then nothing is kept.
func (s *Contacts) AddImport(ctx context.Context, by bot.Actor, name string, body io.Reader) (bot.Import, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return bot.Import{}, err
	}
	i, err := s.store.AddImport(ctx, bot.Import{Name: bot.FileName(name), By: by.User}, body, MaxCSV)
	switch {
	case errors.Is(err, storage.ErrTooLarge):
		err = bot.Refused("file", bot.FaultImportLarge, bot.Data{"Max": MaxCSV >> 20})
	case errors.Is(err, storage.ErrFilesFull), errors.Is(err, storage.ErrNoRoom):
		err = bot.Refused("file", bot.FaultImportRoom, nil)
	case errors.Is(err, storage.ErrEmptyFile):
		err = fileFault(0, bot.FaultFileEmpty, nil)
	}
	if err != nil {
		return bot.Import{}, err
	}
	if _, err = s.look(ctx, i); err == nil {
		err = s.store.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "import.add", Object: "import/" + i.ID})
		})
	}
	if err != nil { // whoever brought it is told at once, and mends it
		gone := s.store.DropImport(context.WithoutCancel(ctx), i.ID)
		return bot.Import{}, errors.Join(err, gone)
	}
	return i, nil
}

// Imports returns the last imports of everybody, the latest first.
func (s *Contacts) Imports(ctx context.Context, by bot.Actor) ([]bot.Import, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return nil, err
	}
	return s.store.Imports(ctx, importsShown)
}

// ReadImport returns an import; storage.ErrNotFound when there is none. own tells
// that the actor may see what it holds and move it: they brought it, or may have
// files with people.
func (s *Contacts) ReadImport(ctx context.Context, by bot.Actor, id string) (i bot.Import, own bool, err error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return bot.Import{}, false, err
	}
	i, err = s.store.Import(ctx, id)
	return i, i.By == by.User || by.May(bot.ExportContacts), err
}

// ownImport is ReadImport for what only its owner may do.
func (s *Contacts) ownImport(ctx context.Context, by bot.Actor, id string) (bot.Import, error) {
	i, own, err := s.ReadImport(ctx, by, id)
	if err == nil && !own {
		err = storage.ErrNotFound
	}
	return i, err
}

// LookAtImport returns what is understood of the file, and the plan by which it is read:
// the one it has, else what its columns were the last time, else what they seem to
// be. A *bot.RefusedError when the file is not kept any more.
func (s *Contacts) LookAtImport(ctx context.Context, by bot.Actor, id string) (Look, bot.ImportPlan, error) {
	i, err := s.ownImport(ctx, by, id)
	if err != nil {
		return Look{}, bot.ImportPlan{}, err
	}
	l, err := s.look(ctx, i)
	if err != nil {
		return Look{}, bot.ImportPlan{}, err
	}
	names := l.names()
	if len(i.Plan.Columns) == len(names) {
		return l, i.Plan, nil
	}
	before, ok, err := s.store.ImportPlan(ctx, headerKey(names))
	if err != nil {
		return Look{}, bot.ImportPlan{}, err
	}
	if ok {
		if plan, ok := remembered(names, before); ok {
			return l, plan, nil
		}
	}
	declared, err := s.store.Attributes(ctx)
	return l, byLabel(guessed(names), names, declared), err
}

// CheckImport begins a pass over the file that stores nothing and says what would
// become of each row by the plan, which is remembered for the header. A
// *bot.InvalidError when the plan is wrong: what is wrong with a column stands at
// PlanField.
func (s *Contacts) CheckImport(ctx context.Context, by bot.Actor, id string, plan bot.ImportPlan) (bot.Import, error) {
	i, err := s.ownImport(ctx, by, id)
	if err != nil {
		return bot.Import{}, err
	}
	l, err := s.look(ctx, i)
	if err != nil {
		return bot.Import{}, err
	}
	if len(plan.Columns) != len(l.Columns) {
		return bot.Import{}, bot.Invalid("", bot.FaultImportState, nil)
	}
	wrong := planFaults(plan, l.names())
	plan.Days = l.days(plan)
	if l.Order != "" {
		plan.DayOrder = l.Order
	}
	if order := plan.DayOrder; len(plan.Days) > 0 && order != bot.DayFirst && order != bot.MonthFirst {
		wrong = append(wrong, bot.Fault{Field: "day_order", Code: bot.FaultImportOrder})
	}
	if len(wrong) > 0 {
		return bot.Import{}, &bot.InvalidError{Faults: wrong}
	}
	i.Plan, i.Total = plan, l.Rows
	return s.moveImport(ctx, by, i, bot.CheckImport, func(tx *storage.Tx) error {
		return tx.KeepImportPlan(ctx, headerKey(l.names()), kept(l.names(), plan))
	})
}

// RunImport begins the pass over the file that stores its people.
func (s *Contacts) RunImport(ctx context.Context, by bot.Actor, id string) (bot.Import, error) {
	i, err := s.ownImport(ctx, by, id)
	if err != nil {
		return bot.Import{}, err
	}
	return s.moveImport(ctx, by, i, bot.RunImport, nil)
}

// StopImport ends the import where it is: what is stored stays, and nothing more is.
func (s *Contacts) StopImport(ctx context.Context, by bot.Actor, id string) (bot.Import, error) {
	i, err := s.ownImport(ctx, by, id)
	if err != nil {
		return bot.Import{}, err
	}
	return s.moveImport(ctx, by, i, bot.StopImport, nil)
}

func (s *Contacts) moveImport(ctx context.Context, by bot.Actor, i bot.Import, m bot.ImportMove, also func(*storage.Tx) error) (moved bot.Import, err error) {
	err = s.store.InTx(ctx, func(tx *storage.Tx) (err error) {
		if moved, err = tx.MoveImport(ctx, i, m); err != nil {
			return err
		}
		if also != nil {
			if err := also(tx); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "import." + string(m), Object: "import/" + i.ID, Detail: sums(moved)})
	})
	return moved, err
}

// sums are what the audit tells of an import, without what there is none of.
func sums(i bot.Import) map[string]int {
	all := map[string]int{"rows": i.Total, "created": i.Created, "updated": i.Updated, "unchanged": i.Unchanged, "rejected": i.Rejected}
	maps.DeleteFunc(all, func(_ string, n int) bool { return n == 0 })
	return all
}

// Rejected returns the rows of the last pass that were not taken, behind a line, at
// most limit; of somebody else's import, without what stands there.
func (s *Contacts) Rejected(ctx context.Context, by bot.Actor, id string, line, limit int) ([]storage.RejectedRow, error) {
	_, own, err := s.ReadImport(ctx, by, id)
	if err != nil {
		return nil, err
	}
	all, err := s.store.RejectedRows(ctx, id, line, limit)
	for _, r := range all {
		for n := range r.Faults {
			if !own {
				r.Faults[n].Value, r.Faults[n].Data = "", nil
			}
		}
	}
	return all, err
}

// sized is a reader of so many bytes.
type sized struct {
	io.Reader
	size int
}

// Len returns how many there are.
func (s sized) Len() int { return s.size }

// openImport reads what an import holds. A *bot.RefusedError when it is not kept any
// more.
func (s *Contacts) openImport(ctx context.Context, i bot.Import) ([]byte, string, error) {
	body, err := s.store.OpenImport(ctx, i)
	var text []byte
	var encoding string
	if err == nil {
		text, encoding, err = readEncoded(sized{body, int(i.Size)})
	}
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = bot.Refused("file", bot.FaultImportGone, nil)
	}
	if _, told := errors.AsType[*textfile.Error](err); err != nil && !told {
		err = fmt.Errorf("open an import: %w", err)
	}
	return text, encoding, err
}
