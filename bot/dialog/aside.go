package dialog

import (
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// errFailed is why an update is put aside whose turn cannot be made.
var errFailed = fmt.Errorf("failed %d times", maxTries)

// aside is the turn of an update that is put aside for a person to look at. A
// human is called to its chat, also where nobody is known there yet; not for a
// receipt, which nobody waits to see answered.
func (d *Engine) aside(s *TurnInput) storage.TurnWrite {
	t := &turn{d: d, s: s, conv: s.Loaded.Conversation, contact: s.Loaded.Contact, ticket: s.Loaded.Ticket}
	t.write.InboxID, t.write.Park = s.Inbox, s.Defect.Error()
	if t.conv.Address.Chat == "" || errors.Is(s.Defect, bot.ErrReceipt) {
		return t.write
	}
	if t.contact.ID == "" {
		e := bot.Event{From: t.conv.Address}
		t.meet(e)
		t.present(e)
	}
	if errors.Is(s.Defect, errFailed) && t.variable(varGather) != "" { // it may be what failed, and would again
		t.touched = true
		t.setVar(varGather, "")
	}
	t.open(bot.ReasonPoisoned, "")
	t.finish()
	t.write.Open = t.opened
	return t.write
}
