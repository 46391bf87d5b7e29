package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A number that is shared is kept with those that are vouched for, or with the others;
// it is the company's records that are found by it, and only by what is vouched for. The
// offer that is made of it leaves the personal link alone, and counts once.
func TestSharedPhones(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		const number, other = "+380671234567", "+380509998877"
		g := at("g")
		meets(t, s, g, bot.Contact{ID: "stranger"}, "")
		shares := func(n string, vouched bool) storage.ContactRow {
			t.Helper()
			ok(t, turns(t, s, g, func(w *storage.TurnWrite) { w.Phone = &storage.SharedPhone{Number: n, Vouched: vouched} }))
			return must[storage.ContactRow](t)(s.Contact(ctx, "stranger"))
		}
		if p := shares(number, false); !slices.Equal(p.Unverified, []string{number}) || len(p.Phones) > 0 {
			t.Errorf("nobody vouches: %+v", p)
		}
		if p := shares(number, true); !slices.Equal(p.Phones, []string{number}) || len(p.Unverified) > 0 {
			t.Errorf("vouched for: %+v", p)
		}
		if p := shares(number, false); !slices.Equal(p.Phones, []string{number}) || len(p.Unverified) > 0 {
			t.Errorf("again: %+v", p)
		}
		for n := range 30 {
			shares(fmt.Sprintf("+3805000000%02d", n), false)
		}
		if p := shares(other, false); len(p.Unverified) != 10 || p.Unverified[9] != other {
			t.Errorf("of many: %q", p.Unverified)
		}
		err := s.InTx(ctx, func(tx *storage.Tx) error {
			_, err := tx.ImportContacts(ctx, []bot.Person{
				{Contact: bot.Contact{ID: "a", External: "1", Name: "Олена"}, Phones: []string{number}},
				{Contact: bot.Contact{ID: "b", External: "380671234567"}},
				{Contact: bot.Contact{ID: "c", External: "3"}, Unverified: []string{number}},
			})
			return err
		})
		ok(t, err)
		for must[int](t)(s.FillSearch(ctx)) > 0 {
		}
		owners := must[map[string][]bot.Contact](t)(s.PhoneOwners(ctx, []string{number, other}))
		if len(owners) != 1 || len(owners[number]) != 1 || owners[number][0].ID != "a" {
			t.Errorf("owners: %+v", owners)
		}

		link := ""
		ok(t, s.InTx(ctx, func(tx *storage.Tx) (err error) {
			link, err = tx.CreateContactInvite(ctx, "a", time.Hour)
			return err
		}))
		offers := func(of string) (string, error) {
			code := "phone-" + storage.NewJoinCode()
			return code, turns(t, s, g, func(w *storage.TurnWrite) { w.Offer = &storage.PhoneOffer{Contact: of, Code: code} })
		}
		code, err := offers("a")
		ok(t, err)
		found := must[map[string]storage.Invite](t)(s.Invites(ctx, []string{link, code}))
		if !found[link].Valid || !found[code].Valid || found[code].Contact.ID != "a" || found[code].From != (bot.Address{}) {
			t.Errorf("offers: %+v", found)
		}
		if _, err := offers("stranger"); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("of no record of the company's: %v", err)
		}
		if places := must[[]string](t)(s.Grep(ctx, code)); len(places) > 0 {
			t.Errorf("the code stands in %v", places)
		}
		ok(t, follows(t, s, g, code))
		if p := person(t, s, g); p.Contact.ID != "a" {
			t.Errorf("joined: %+v", p.Contact)
		}
		if found := must[map[string]storage.Invite](t)(s.Invites(ctx, []string{link, code})); !found[link].Valid || found[code].Valid {
			t.Errorf("joined: %+v", found)
		}
		sound(t, s)
	})
}
