package storage_test

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Consents are only added, the last one counts, and an import never outweighs a no.
func TestConsentsAreAdded(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		id := importPeople(t, s, named("1", "А"))["1"]
		says := func(topic string, given bool, from bot.ConsentSource) error {
			return s.InTx(ctx, func(tx *storage.Tx) error {
				return tx.AddConsent(ctx, bot.Consent{Contact: id, Topic: topic, Given: given, Source: from})
			})
		}
		topics := must[[]bot.Topic](t)(s.Topics(ctx))
		if len(topics) != 6 || topics[0].ID != string(bot.Tariff) || topics[5].ID != bot.TopicNews {
			t.Fatalf("topics: %+v", topics)
		}
		is := func(what string, outage, news, stopped bool) {
			t.Helper()
			p := must[storage.ContactRow](t)(s.Contact(ctx, id))
			if p.Wishes.Agrees(topics[2]) != outage || p.Wishes.Agrees(topics[5]) != news || p.Stopped != stopped {
				t.Errorf("%s: %+v, stopped %v", what, p.Wishes, p.Stopped)
			}
		}
		is("nothing said", true, false, false)
		ok(t, says(bot.TopicNews, true, bot.ConsentImport))
		is("imported", true, true, false)
		ok(t, says(bot.TopicNews, false, bot.ConsentStaff))
		ok(t, says("outage", false, bot.ConsentPerson))
		is("refused", false, false, false)
		for _, topic := range []string{bot.TopicNews, "outage"} {
			if err := says(topic, true, bot.ConsentImport); !errors.Is(err, storage.ErrRefused) {
				t.Errorf("an import over a no to %s: %v", topic, err)
			}
		}
		ok(t, says(bot.TopicNews, true, bot.ConsentStaff))
		ok(t, says("", false, bot.ConsentPerson))
		is("stopped", false, true, true)
		if err := says(bot.TopicNews, true, bot.ConsentImport); !errors.Is(err, storage.ErrRefused) {
			t.Errorf("an import over a stop: %v", err)
		}
		if err := says("", true, bot.ConsentImport); !errors.Is(err, storage.ErrRefused) {
			t.Errorf("an import undoes a stop: %v", err)
		}
		if err := says("none", true, bot.ConsentStaff); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("no such topic: %v", err)
		}
		if all := must[[]bot.Consent](t)(s.Consents(ctx, id)); len(all) != 5 || all[4].Topic != "" || all[4].At.IsZero() {
			t.Errorf("the proof: %+v", all)
		}
	})
}

// What was said goes along with a join; apart, each has what they said, then and since.
func TestConsentsFollowAJoin(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		w, g := onWeb("w"), at("g")
		meets(t, s, w, bot.Contact{ID: "web"}, "")
		meets(t, s, g, bot.Contact{ID: "tg"}, "")
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = created_at + 1000000 WHERE id = 'web'`))
		says := func(a bot.Address, contact string) {
			t.Helper()
			ok(t, turns(t, s, a, func(wr *storage.TurnWrite) {
				wr.Consents = []bot.Consent{{Contact: contact, Topic: bot.TopicNews, Given: true, Source: bot.ConsentPerson, Address: a}}
			}))
		}
		has := func(contact string, want int) {
			t.Helper()
			if all := must[[]bot.Consent](t)(s.Consents(ctx, contact)); len(all) != want {
				t.Errorf("%s said %d, want %d: %+v", contact, len(all), want, all)
			}
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { // elsewhere than at an address
			return tx.AddConsent(ctx, bot.Consent{Contact: "web", Topic: "rules", Source: bot.ConsentStaff})
		}))
		says(g, "tg")
		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
		has("tg", 2)
		says(w, "tg")
		says(g, "tg")
		ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &w }))
		has("tg", 2)
		has("web", 2)
		sound(t, s)
	})
}
