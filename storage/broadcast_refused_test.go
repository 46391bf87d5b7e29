package storage_test

import (
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// wants has the person refuse the topic, or agree to it, by a word to the staff.
func wants(t *testing.T, s *storage.Store, contact, topic string, given bool) {
	t.Helper()
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
		return tx.AddConsent(t.Context(), bot.Consent{Contact: contact, Topic: topic, Given: given, Source: bot.ConsentStaff})
	}))
}

// Whoever refuses a topic after its message was released is not told: nobody claims it
// after that commit, be the topic wanted from the start or only by who agreed to it, nor
// a digest with a line of it; then they are skipped, and the rest of the digest leaves.
func TestRefusedAfterRelease(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		meets(t, s, at("a"), bot.Contact{ID: "ida", Name: "Оля", Language: bot.Ukrainian}, "")
		l := lease(t, s, telegram, "me")
		ends := func(m *mailing, sent, refused int) {
			t.Helper()
			if r := m.sum("a refusal"); r.Sent != sent || r.Skipped[string(bot.WithheldRefused)] != refused || r.Pending > 0 {
				t.Errorf("%+v", r)
			}
		}
		sent := func() bot.Outcome { return bot.Sent }
		refuses := func(m *mailing, topic string) {
			t.Helper()
			m.release(l)
			rows := bulk(t, s)
			wants(t, s, "ida", topic, false)
			for _, mine := range must[[]bool](t)(s.Claim(t.Context(), l, rows)) {
				if mine {
					t.Errorf("claimed after %s was refused", topic)
				}
			}
			if len(rows) != 1 || len(bulk(t, s)) != 0 {
				t.Errorf("%d released, and %d may leave still", len(rows), len(bulk(t, s)))
			}
			m.release(l)
		}
		for _, topic := range []string{"outage", bot.TopicNews} {
			wants(t, s, "ida", topic, true)
			m := sending(t, s, bot.Broadcast{Topic: topic, Text: bot.Bilingual{UK: "а " + topic, RU: "б " + topic}})
			m.awake()
			expanded(t, s)
			refuses(m, topic)
			m.sends(l, sent)
			ends(m, 0, 1)
		}
		capped(t, s)
		first := sending(t, s, news("перше"))
		expanded(t, s)
		first.release(l)
		first.sends(l, sent)
		second, third := sending(t, s, news("друге")), sending(t, s, func() bot.Broadcast { b := news("третє"); b.Topic = "rules"; return b }())
		expanded(t, s)
		second.release(l)
		tomorrow(t, s)
		refuses(second, "rules")
		second.sends(l, sent)
		third.release(l)
		ends(second, 1, 0)
		ends(third, 0, 1)
	})
}
