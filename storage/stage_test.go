package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Who follows no longer when their message is made is told nothing, though they were listed.
func TestWhoFollowsNoLongerHearsNoStage(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, id := range []string{"goes", "stays"} {
			must[int](t)(s.Exec(ctx, `INSERT INTO contacts (id, language, quiet, muted, created_at) VALUES ($1, 'uk', 'never', '[]', 1)`, id))
			must[int](t)(s.Exec(ctx, `INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ($1, $2, $2, 1, 1)`, telegram, id))
			must[int](t)(s.Exec(ctx, `INSERT INTO ledger (contact, change_id, followed_at, created_at) VALUES ($1, 'x', 7, 1)`, id))
		}
		m := tellsNews(t, s, newsOf(1))
		expanded(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE ledger SET followed_at = 0 WHERE contact = 'goes'`))
		m.releaseAll(lease(t, s, telegram, "me"))
		if rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 9)); len(rows) != 1 || rows[0].To.Chat != "stays" {
			t.Errorf("%+v", rows)
		}
		if r := must[bot.Report](t)(s.Report(ctx, m.id)); r.Skipped[bot.ReasonLeft] != 1 {
			t.Errorf("%+v", r)
		}
		sound(t, s)
	})
}

// The card in another chat of who is told a stage becomes another too: it is told once, and
// no chat of theirs says what is no longer so. A chat that is somebody else's by now is not
// theirs, and a messenger that changes nothing has no card.
func TestACardInAnotherChatBecomesAnother(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		card := bot.Rendering{Change: "x", Version: 1, Channel: telegram, Language: bot.Ukrainian, Part: bot.PartCard, Template: "t"}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.PutRenderings(ctx, "", []bot.Rendering{card}) }))
		must[int](t)(s.Exec(ctx, `INSERT INTO contacts (id, language, quiet, muted, preferred, created_at) VALUES ('who', 'uk', 'never', '[]', $1, 1), ('else', 'uk', 'never', '[]', '', 1)`, telegram))
		must[int](t)(s.Exec(ctx, `INSERT INTO ledger (contact, change_id, followed_at, created_at) VALUES ('who', 'x', 7, 1)`))
		for i, chat := range []struct{ bot, chat, contact string }{{telegram, "here", "who"}, {"another", "there", "who"}, {"another", "sold", "else"}, {"fixed", "stone", "who"}} {
			must[int](t)(s.Exec(ctx, `INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ($1, $2, $3, 1, 1)`, chat.bot, chat.chat, chat.contact))
			if chat.bot == telegram {
				continue
			}
			must[int](t)(s.Exec(ctx, `INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, outcome, external_id, created_at, sent_at)
				VALUES ($1, $2, 'c', 'x', 'who', 4, 'card', $3, '', 'sent', $4, 1, $5)`, chat.bot, chat.chat, card.Hash(), fmt.Sprint("m", i), 100+i))
		}
		m := tellsNews(t, s, newsOf(1))
		expanded(t, s)
		m.releaseAll(lease(t, s, telegram, "me"))
		for name, want := range map[string]string{telegram: `here "stage 1"`, "another": `there "m1 card, stage 1, followed"`, "fixed": ""} {
			var got []string
			for _, r := range must[[]storage.OutboxRow](t)(s.Pending(ctx, name, bot.LaneBulk, 9)) {
				got = append(got, r.To.Chat+" "+string(r.Part.Body))
			}
			if strings.Join(got, "; ") != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		sound(t, s)
	})
}
