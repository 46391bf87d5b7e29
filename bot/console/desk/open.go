package desk

import (
	"errors"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// open has the reader write first to the customer of a closed ticket: they hold a new
// one then, or the one that waits.
func (p pages) open(v *console.Visit) error {
	if err := v.Form(&nothing{}); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	row, err := parts.Desk.QueueRow(v.Ctx(), v.Actor, id)
	if err != nil {
		return err
	}
	if row.Contact == "" { // they were erased
		return storage.ErrNotFound
	}
	t, err := parts.Desk.OpenFor(v.Ctx(), row.Contact, v.Actor)
	var refused *bot.RefusedError
	if errors.As(err, &refused) {
		return p.again(v, id, refused, nil)
	}
	if err != nil {
		return err
	}
	return v.See("/desk/" + t.ID)
}
