package change

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// noted is how a field is named that something is noted at: as findings name it.
var noted = regexp.MustCompile(`^[a-z_]{1,30}(/[0-9]{1,3}(/[a-z_]{1,30})?)?$`)

// returns makes a draft of what was submitted, for what is noted: of the whole, at its
// fields, or both.
func returns(said Said) func(context.Context, *storage.Tx, bot.Actor, *storage.Sheet, map[string]any) error {
	return func(ctx context.Context, tx *storage.Tx, by bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
		var notes []storage.SheetNote
		for _, field := range slices.Sorted(maps.Keys(said.Notes)) {
			text := strings.TrimSpace(said.Notes[field])
			switch {
			case text == "":
				continue
			case !noted.MatchString(field) || !hasField(sheet.Unsubmitted().Change, field):
				return bot.Invalid("notes", bot.FaultNoField, nil)
			case utf8.RuneCountInString(text) > maxText:
				return bot.Invalid("notes/"+field, bot.FaultLong, bot.Data{"Max": maxText})
			}
			notes = append(notes, storage.SheetNote{Change: sheet.ID, Field: field, Version: sheet.Version, Text: text, User: by.User})
		}
		if sheet.Note == "" && len(notes) == 0 {
			return bot.Invalid("note", bot.FaultNoNote, nil)
		}
		if len(notes) > 0 {
			at := map[string]string{}
			for _, n := range notes {
				at[n.Field] = n.Text
			}
			detail["notes"] = at
		}
		open(sheet)
		return tx.PutSheetNotes(ctx, sheet.ID, notes)
	}
}

// Note is what was noted at a field when the change was returned.
type Note struct {
	storage.SheetNote
	// Mended tells that one of its makers has ticked it off, or that the field says
	// something else by now.
	Mended bool
}

// Notes returns what is noted at the fields of the change, which c shows as it stands.
func (s *Changes) Notes(ctx context.Context, by bot.Actor, c bot.Change) ([]Note, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	all, err := s.store.SheetNotes(ctx, c.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	versions := map[int]bot.Change{}
	notes := make([]Note, len(all))
	for i, n := range all {
		was, known := versions[n.Version]
		if !known {
			sheet, err := s.store.SheetVersion(ctx, c.ID, n.Version)
			if err != nil {
				return nil, err
			}
			was = sheet.Unsubmitted().Change
			versions[n.Version] = was
		}
		notes[i] = Note{n, n.MendedBy != "" || fieldOf(was, n.Field) != fieldOf(c, n.Field)}
	}
	return notes, nil
}

// Mend ticks off what is noted at the field of a draft, or takes that back:
// storage.ErrNotFound where nothing is noted there.
func (s *Changes) Mend(ctx context.Context, by bot.Actor, id, field string, mended bool) error {
	if err := by.Require(bot.WriteContent); err != nil {
		return err
	}
	user := ""
	if mended {
		user = by.User
	}
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
		sheet, err := tx.Sheet(ctx, id)
		if err != nil {
			return err
		}
		if err := writable(sheet); err != nil {
			return err
		}
		return tx.MendSheetNote(ctx, id, field, user)
	})
}
