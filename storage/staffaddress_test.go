package storage_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// S51: a link of the staff counts once, for ten minutes, for whoever opens it
// first; and the chat is forgotten with the person it is of.
func TestBindOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		hash := func(code string) string {
			sum := sha256.Sum256([]byte(code))
			return hex.EncodeToString(sum[:])
		}
		add := func(code string, kind storage.CodeKind, ttl time.Duration) {
			t.Helper()
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
				_, err := tx.AddCode(ctx, storage.StaffCode{Hash: hash(code), Kind: kind, User: "u"}, ttl)
				return err
			}))
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.AddUser(ctx, storage.User{ID: "u", Login: "olena", Role: bot.Operator})
		}))
		mine, thief, second := bot.Address{Bot: telegram, Chat: "mine"}, bot.Address{Bot: telegram, Chat: "thief"}, bot.Address{Bot: telegram, Chat: "second"}
		for _, a := range []bot.Address{mine, thief, second} {
			meets(t, s, a, bot.Contact{ID: storage.NewID(), Name: a.Chat}, "")
		}
		opens := func(a bot.Address, code string) error {
			return turns(t, s, a, func(w *storage.TurnWrite) { w.LinkStaff = code })
		}
		linked := func() bot.Address {
			a, _, err := s.StaffAddress(ctx, "u")
			ok(t, err)
			return a
		}
		add("good", storage.CodeLink, time.Hour)
		add("past", storage.CodeLink, 0)
		add("other", storage.CodeInvite, time.Hour)
		for code, want := range map[string]bool{"good": true, "past": false, "other": false, "never": false} {
			if got := must[bool](t)(s.GoodStaffLink(ctx, code)); got != want {
				t.Errorf("%s is good: %v", code, got)
			}
		}
		for _, code := range []string{"past", "other", "never"} {
			if err := opens(thief, code); !errors.Is(err, storage.ErrConflict) {
				t.Errorf("%s: %v", code, err)
			}
		}
		ok(t, opens(mine, "good"))
		if err := opens(thief, "good"); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("twice: %v", err)
		}
		if linked() != mine || must[bool](t)(s.GoodStaffLink(ctx, "good")) {
			t.Errorf("%v is linked", linked())
		}
		if _, err := s.Code(ctx, hash("other")); err != nil {
			t.Errorf("what was refused is used up: %v", err)
		}
		lines := must[[]storage.AuditLine](t)(s.AuditLines(ctx, storage.AuditQuery{Action: "user.linked"}, 10))
		if len(lines) != 1 || lines[0].Actor.User != "u" {
			t.Errorf("the audit has %+v", lines)
		}
		add("again", storage.CodeLink, time.Hour)
		ok(t, opens(second, "again"))
		if linked() != second {
			t.Errorf("%v is linked, not the newest", linked())
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Erase(ctx, storage.Person{Contact: person(t, s, second).Contact.ID})
		}))
		if _, there, err := s.StaffAddress(ctx, "u"); there || err != nil {
			t.Errorf("an erased chat is linked: %v", err)
		}
	})
}
