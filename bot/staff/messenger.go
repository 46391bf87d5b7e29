package staff

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// MessengerLink returns a code by which the actor makes one chat with a bot of ours
// the one where they hear of what waits for them: whoever opens the chat by its
// deep link within ten minutes, once. An earlier code is worth nothing any more.
func (s *Staff) MessengerLink(ctx context.Context, actor bot.Actor) (code string, until time.Time, err error) {
	code = newToken()
	err = s.change(ctx, actor.Login, func(tx *storage.Tx, u storage.User) error {
		if u.Disabled {
			return bot.Refused("login", bot.FaultDisabled, nil)
		}
		if err := tx.DropCodes(ctx, u.ID, storage.CodeLink); err != nil {
			return err
		}
		until, err = tx.AddCode(ctx, storage.StaffCode{Hash: tokenHash(code), Kind: storage.CodeLink, User: u.ID}, LinkOpen)
		return err
	})
	return code, until, err
}

// Messenger returns the chat where the actor hears of what waits for them; ok is
// false where none is linked.
func (s *Staff) Messenger(ctx context.Context, actor bot.Actor) (a bot.Address, ok bool, err error) {
	return s.store.StaffAddress(ctx, actor.User)
}

// UnlinkMessenger forgets that chat, if there is one.
func (s *Staff) UnlinkMessenger(ctx context.Context, actor bot.Actor) error {
	return s.change(ctx, actor.Login, func(tx *storage.Tx, u storage.User) error {
		was, err := tx.UnlinkStaff(ctx, u.ID)
		if err != nil || !was {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: "user.unlinked", Object: "user/" + u.ID})
	})
}
