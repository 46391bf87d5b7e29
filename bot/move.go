package bot

import (
	"cmp"
	"fmt"
)

// EditMove stands in a MoveError for an edit of what is no longer a draft.
const EditMove = "edit"

// MoveError says that a thing does not allow the move as it stands.
type MoveError struct {
	Noun   string // "article", "change" or "ticket"
	From   string // the state it is in
	Move   string
	To     string   // the state that the move leads to, where that is known
	Legal  []string // the moves it does allow, where that is known
	Holder string   // of a ticket: the id of the user who holds or held it
	Login  string   // their login, for colleagues to read
}

// Error implements error.
func (e *MoveError) Error() string {
	switch {
	case e.Noun != "ticket" || e.From != string(TicketTaken):
		return fmt.Sprintf("no %s: the %s is %s", e.Move, e.Noun, e.From)
	case e.Move == string(TicketTakeover):
		return "no takeover: the ticket is the actor's already"
	}
	return fmt.Sprintf("no %s: the ticket is taken by %s; a takeover comes first", e.Move, cmp.Or(e.Login, e.Holder))
}
