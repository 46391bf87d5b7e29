package broadcast

import (
	"context"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// trialText is the key of what marks a message that only its writer gets.
const trialText = "rehearsal.mark"

// Try sends the actor what is written as a person is told it of whom the variables are
// known, marked as a rehearsal, to the messenger that they have linked. Its buttons do
// nothing. It tells nobody: no report knows of it. *bot.RefusedError where no messenger
// is linked, *bot.InvalidError where it does not fit one message.
func (s *Broadcasts) Try(ctx context.Context, by bot.Actor, b bot.Broadcast, l bot.Language, vars map[string]string) error {
	if err := by.Require(bot.WriteContent); err != nil {
		return err
	}
	to, linked, err := s.store.StaffAddress(ctx, by.User)
	if err != nil {
		return err
	}
	messenger, there := s.messengers[to.Bot]
	if !linked || !there {
		return bot.Refused("messenger", bot.FaultNoMessenger, nil)
	}
	m, err := s.Preview(b, l, vars)
	if err != nil {
		return err
	}
	for _, row := range m.Buttons {
		for i := range row {
			row[i] = bot.Button{Label: row[i].Label, Action: bot.RehearsalAction, Lasts: row[i].Lasts}
		}
	}
	mark, err := s.texts.Text(l, trialText, nil, nil)
	if err != nil {
		return err
	}
	m.Text = mark + "\n\n" + m.Text
	rows, err := bot.Queue(messenger, bot.Outgoing{Lane: bot.LaneDesk, To: to, Message: m, Cause: "rehearsal/" + b.ID + "/" + storage.NewID()})
	if err != nil {
		return fmt.Errorf("try broadcast %s: %w", b.ID, err)
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := usePicture(ctx, tx, m.Media); err != nil { // whose address only they get to know
			return err
		}
		if _, err := tx.Enqueue(ctx, rows); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast.rehearse", Object: object(b.ID), Detail: map[string]any{"language": l}})
	})
	if err == nil {
		s.store.Notify("outbox:" + to.Bot)
	}
	return err
}
