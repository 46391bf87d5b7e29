package changes

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// noteView is what was noted at a field when the change was returned.
type noteView struct {
	Field  string // as findings name it
	Name   fieldKey
	Nr     int    // of the row; 0: it is in no list
	ID     anchor // of the field on the sheet
	Text   string
	By     string
	At     time.Time
	Mended bool
	Edits  bool // the reader may tick it off
}

// notes are those at the fields of the change, as it stands.
func (p pages) notes(v *console.Visit, c bot.Change) (all []noteView, err error) {
	notes, err := p.Changes().Notes(v.Ctx(), v.Actor, c)
	for _, n := range notes {
		view := noteView{Field: n.Field, Name: rootOf(n.Field), ID: idOf(n.Field), Text: n.Text, By: p.Name(v.Ctx(), n.User), At: n.At, Mended: n.Mended}
		if slices.Contains(lists(), n.Field) {
			view.ID = anchor("list-" + n.Field)
		}
		if parts := strings.Split(n.Field, "/"); len(parts) > 1 {
			if at, err := strconv.Atoi(parts[1]); err == nil {
				view.Nr = at + 1
			}
		}
		all = append(all, view)
	}
	return all, err
}

// noteAt is what is noted at the field; nil where nothing is.
func (l layout) noteAt(field string) *noteView {
	for _, n := range l.notes {
		if n.Field == field {
			n.Edits = l.edits
			return &n
		}
	}
	return nil
}

// openNotes are those that nobody has mended.
func openNotes(all []noteView) (open []noteView) {
	for _, n := range all {
		if !n.Mended {
			open = append(open, n)
		}
	}
	return open
}
