package contact

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// InviteTTL is how long a person has to open their other messenger.
	InviteTTL = 15 * time.Minute
	// LinkTTL is how long a personal link holds, which goes by letter or e-mail.
	LinkTTL = 30 * 24 * time.Hour
)

// ErrOwnAddress: the address was never joined to the contact.
var ErrOwnAddress = storage.ErrOwnAddress

// Invite returns the code of a link by which the person at the address goes on in
// another chat: once, within InviteTTL, and an earlier one is worth nothing any
// more. storage.ErrNotFound when nothing was said at the address yet.
func (s *Contacts) Invite(ctx context.Context, from bot.Address) (code string, err error) {
	return s.store.CreateInvite(ctx, from, InviteTTL)
}

// Link returns the code of a personal link, for the company to hand to the person
// itself: whoever follows it first, within LinkTTL, is the contact.
// storage.ErrNotFound when there is no such contact.
func (s *Contacts) Link(ctx context.Context, by bot.Actor, id string) (code string, until time.Time, err error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return "", time.Time{}, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if code, err = tx.CreateContactInvite(ctx, id, LinkTTL); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.link", Object: "contact/" + id})
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return code, s.now().Add(LinkTTL).UTC().Truncate(time.Second), nil
}

// Split takes an address out of the contact that it was joined to, and gives the
// contact it belongs to then; see storage.Tx.Split. Where it is out already,
// nothing is done. storage.ErrNotFound when there is no such address,
// ErrOwnAddress when it is the contact's own.
func (s *Contacts) Split(ctx context.Context, by bot.Actor, id, address string) (Record, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return Record{}, err
	}
	a, err := bot.ParseAddress(address)
	if err != nil {
		return Record{}, bot.Invalid("address", bot.FaultAddress, nil)
	}
	var now storage.ContactRow
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		owner, done, err := tx.Split(ctx, id, a)
		if err != nil {
			return err
		}
		if now, err = tx.Contact(ctx, owner); err != nil || !done {
			return err
		}
		// Ids of ours alone: an erased person must not live on in the audit.
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: by, Action: "contact.split", Object: "contact/" + id, Detail: map[string]string{"contact": owner, "bot": a.Bot},
		})
	})
	if err != nil {
		return Record{}, err
	}
	return record(now), nil
}
