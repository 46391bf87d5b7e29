package storage_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// editable is a messenger that changes what was sent.
type editable struct{ paper }

func (editable) Capabilities() bot.Capabilities { return bot.Capabilities{Edits: true} }

func (editable) Render(m bot.Message) ([]bot.Part, error) {
	kind := bot.Say
	if m.Edit != "" {
		kind = bot.Edit
	}
	body, err := json.Marshal(strings.TrimPrefix(m.Edit+" "+m.Text, " "))
	return []bot.Part{{Kind: kind, Body: body}}, err
}

// newsOf are news of the change x whose texts are the names of their parts.
func newsOf(stage int, wrong ...int) bot.News {
	n := bot.News{Stage: stage, Wrong: wrong}
	parts := []bot.RenderingPart{bot.StagePart(stage), bot.FollowedCardPart(stage, false), bot.FollowedCardPart(stage, true)}
	for _, v := range wrong {
		parts = append(parts, bot.CorrectionPart(v, stage))
	}
	for _, part := range parts {
		r := bot.Rendering{Change: "x", Version: 4, Channel: telegram, Language: bot.Ukrainian, Part: part, Template: string(part)}
		n.Texts = append(n.Texts, bot.NewsText{
			Channel: telegram, Language: bot.Ukrainian, Part: part, Hash: r.Hash(), Message: bot.Message{Text: string(part)},
		})
	}
	return n
}

// tellsNews has the news told that correct versions 1 and 3 by 4, of which 2 was right.
func tellsNews(t *testing.T, s *storage.Store, n bot.News) *mailing {
	t.Helper()
	m := &mailing{t: t, s: s, id: bot.CorrectionNewsID("x", 4), tries: map[string]int{}}
	m.b = broadcast.New(broadcast.Config{
		Store: s, Messengers: map[string]broadcast.Messenger{
			telegram: {Channel: editable{}, Kind: telegram}, "another": {Channel: editable{}, Kind: telegram}, "fixed": {Channel: paper{}, Kind: telegram},
		},
		Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: time.Now,
	})
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
		c := change("x", bot.ChangeAnnounced)
		c.Version = 4
		if err := tx.PutSheets(t.Context(), []storage.Sheet{{Change: c, Announced: noon}}); err != nil {
			return err
		}
		var all []bot.Rendering
		for _, text := range n.Texts {
			all = append(all, bot.Rendering{Change: "x", Version: 4, Channel: telegram, Language: bot.Ukrainian, Part: text.Part, Template: string(text.Part)})
		}
		if err := tx.PutRenderings(t.Context(), "", all); err != nil {
			return err
		}
		return m.b.TellNews(t.Context(), tx, m.id, c, n, true)
	}))
	return m
}

func (m *mailing) releaseAll(l storage.Lease) {
	m.t.Helper()
	must[bool](m.t)(m.b.Releaser(broadcast.Release{Bot: telegram}).Pass(m.t.Context(), l))
}

// heard is one thing that somebody was told of the change x.
type heard struct {
	version       int
	part, outcome string
}

// dueOf is what the person is to be told: those whom the news correct are who may have been
// told a wrong version, and surely no right one since.
func dueOf(told []heard, follows bool) bot.RenderingPart {
	wrong, right := 0, 0
	for _, h := range told {
		if h.part == "digest line" || strings.HasPrefix(h.part, "stage ") {
			continue
		}
		switch is := h.version == 1 || h.version == 3; {
		case is && (h.outcome == "sent" || h.outcome == "unknown" || h.outcome == "failed"):
			wrong = max(wrong, h.version)
		case !is && h.outcome == "sent":
			right = max(right, h.version)
		}
	}
	switch {
	case wrong > right:
		return bot.CorrectionPart(wrong, 1)
	case follows:
		return bot.StagePart(1)
	}
	return ""
}

// A correction goes to exactly those who were told what was wrong, whatever told it, and a
// stage to exactly those who follow; who is both has one message, and the card in the chat
// of who follows is changed. Who refused the topic has asked for this all the same, who said
// «стоп» is told nothing, and what is owed goes over the cap.
func TestNewsGoToExactlyThose(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		dice := rand.New(rand.NewPCG(1, 2))
		parts := []string{"card", "for me", "broadcast/b", "correction of 1", "stage 1", "digest line"}
		outcomes := []string{"sent", "sent", "unknown", "skipped", "failed", "malformed", "gone"}
		const people = 200
		certain := [][]heard{
			1: {{1, "card", "sent"}, {4, "card", "unknown"}}, // what is right may not have arrived
			2: {{3, "card", "unknown"}},                      // what is wrong may have
			3: {{1, "card", "sent"}, {2, "card", "sent"}},    // what was right all along came after it
			4: {{2, "card", "sent"}, {3, "broadcast/b", "sent"}},
			5: {{1, "digest line", "sent"}},
			6: {{1, "card", "sent"}, {4, "stage 1", "sent"}}, // which says nothing of the facts
			8: {{1, "card", "skipped"}, {3, "card", "gone"}},
		}
		text := bot.Rendering{Change: "x", Version: 1, Channel: telegram, Language: bot.Ukrainian, Part: bot.PartCard, Template: "t"}
		shown := text.Hash()
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.PutRenderings(ctx, "", []bot.Rendering{text}) }))
		want, edits := map[string]bot.RenderingPart{}, map[string]string{}
		for i := range people {
			id := fmt.Sprintf("p%03d", i)
			muted := map[bool]string{true: `["tariff"]`, false: `[]`}[i%5 == 0]
			follows := dice.IntN(3) == 0
			must[int](t)(s.Exec(ctx, `INSERT INTO contacts (id, language, quiet, muted, created_at) VALUES ($1, 'uk', 'never', $2, 1)`, id, muted))
			must[int](t)(s.Exec(ctx, `INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ($1, $2, $2, 1, 1)`, telegram, id))
			must[int](t)(s.Exec(ctx, `INSERT INTO ledger (contact, change_id, followed_at, acknowledged_at, acknowledged_version, created_at) VALUES ($1, 'x', $2, $3, $4, 1)`,
				id, map[bool]int{true: 7}[follows], map[bool]int{true: 8}[i%2 == 0], map[bool]int{true: 4, false: 3}[i%4 == 0])) // some the version of before
			stops, capped := i%11 == 0, i%7 == 0
			must[int](t)(s.Exec(ctx, `UPDATE contacts SET stopped = $1 WHERE id = $2`, stops, id))
			if capped { // they were told something else today
				must[int](t)(s.Exec(ctx, `INSERT INTO recipients (broadcast, key, contact, bot, chat, language, outcome, listed_at, released_at, ended_at)
					VALUES ('else', $1, $1, $2, $1, 'uk', 'sent', $3, $3, $3)`, id, telegram, time.Now().UnixMicro()))
			}
			var told []heard
			card := ""
			if i < len(certain) {
				told = certain[i]
			} else {
				for range dice.IntN(4) {
					told = append(told, heard{1 + dice.IntN(4), parts[dice.IntN(len(parts))], outcomes[dice.IntN(len(outcomes))]})
				}
			}
			for n, h := range told {
				sent := map[bool]int{true: 100 + n}[h.outcome == "sent" || h.outcome == "failed"]
				must[int](t)(s.Exec(ctx, `INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, outcome, external_id, created_at, sent_at)
					VALUES ($1, $2, $3, 'x', $2, $4, $5, $9, '', $6, $7, 1, $8)`, telegram, id, fmt.Sprint("c/", n), h.version, h.part, h.outcome, fmt.Sprint("m", n), sent, shown))
				if h.part == "card" && h.outcome == "sent" {
					card = fmt.Sprint("m", n)
				}
			}
			part := dueOf(told, follows)
			if stops || capped && part.Kind() == bot.PartStage { // what is owed goes over the cap, what is asked for waits
				part = ""
			}
			if part != "" {
				want[id] = part
				if follows && card != "" {
					edits[id] = card + " " + string(bot.FollowedCardPart(1, i%4 == 0))
				}
			}
		}
		m := tellsNews(t, s, newsOf(1, 1, 3))
		expanded(t, s)
		m.releaseAll(lease(t, s, telegram, "me"))
		got, changed := map[string]bot.RenderingPart{}, map[string]string{}
		for _, r := range must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 2*people)) {
			var text string
			ok(t, json.Unmarshal(r.Part.Body, &text))
			if r.Part.Kind == bot.Edit {
				changed[r.To.Chat] = text
				continue
			}
			if got[r.To.Chat] != "" {
				t.Errorf("%s has two messages", r.To.Chat)
			}
			got[r.To.Chat] = bot.RenderingPart(text)
		}
		if len(want) < people/4 || len(edits) == 0 {
			t.Fatalf("%d are due, %d cards: the sample shows nothing", len(want), len(edits))
		}
		for i := range people {
			id := fmt.Sprintf("p%03d", i)
			if got[id] != want[id] || changed[id] != edits[id] {
				t.Errorf("%s is told %q, want %q; their card becomes %q, want %q", id, got[id], want[id], changed[id], edits[id])
			}
		}
		must[int](t)(s.Exec(ctx, `DELETE FROM recipients WHERE broadcast = 'else'`))
		sound(t, s)
	})
}

// Who was told what was wrong only after the correction had begun, because it was on its
// way, is told too, even if it was over; and who was told what is right before it reached
// them is told nothing any more.
func TestCorrectionOfWhatWasOnItsWay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat, Language: bot.Ukrainian}, "")
		}
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET quiet = 'never'`))
		ok(t, s.PutSetting(ctx, bot.CapDaySetting, "none"))
		l := lease(t, s, telegram, "me")
		tell := func(chat, cause string, version int) storage.OutboxRow {
			t.Helper()
			id := storage.NewID()
			must[[]bool](t)(s.Receive(ctx, []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: telegram, ID: id, Chat: chat, Payload: []byte("{}")}}}))
			told := telling(chat, "id"+chat, cause, "x", bot.PartCard)
			told.Rendering.Version = version
			ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
				Bot: telegram, InboxID: id, Tellings: []bot.Telling{told}, Outbox: []bot.Queued{tells(chat, cause+"/0")},
			}})))
			for _, r := range must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneReply, 9)) {
				if r.Cause == cause+"/0" {
					return r
				}
			}
			t.Fatal("nothing is on its way")
			return storage.OutboxRow{}
		}
		arrives := func(r storage.OutboxRow) {
			t.Helper()
			must[[]bool](t)(s.Claim(ctx, l, []storage.OutboxRow{r}))
			ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: r, Outcome: bot.Sent, ExternalID: r.Cause}}))
		}
		onItsWay := tell("a", "turn/1/0", 1)
		arrives(tell("b", "turn/2/0", 1))
		m := tellsNews(t, s, newsOf(0, 1))
		expanded(t, s)
		arrives(tell("b", "turn/3/0", 4)) // before the correction reaches them
		m.releaseAll(l)
		keeps(t, m.b)
		if r := m.sum("the first walk"); m.now().State != bot.BroadcastSent || r.Planned != 1 || r.Skipped["left segment"] != 1 {
			t.Fatalf("it is %s: %+v", m.now().State, r)
		}
		arrives(onItsWay)
		expanded(t, s)
		m.releaseAll(l)
		if all := bulk(t, s); len(all) != 1 || all[0].To.Chat != "a" {
			t.Errorf("on their way: %+v", all)
		}
		m.sends(l, func() bot.Outcome { return bot.Sent })
		keeps(t, m.b)
		if r := m.sum("the second walk"); m.now().State != bot.BroadcastSent || r.Sent != 1 {
			t.Errorf("it is %s: %+v", m.now().State, r)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM tellings WHERE contact = 'ida' AND version = 4 AND part = 'correction of 1' AND outcome = 'sent'`)); n != 1 {
			t.Errorf("%d tellings of the correction", n)
		}
		sound(t, s)
	})
}

// News wait for the morning of whoever sleeps, each by their own quiet hours, and leave
// with it.
func TestNewsWaitForTheMorning(t *testing.T) {
	night := time.Date(2030, 11, 27, 22, 0, 0, 0, time.UTC)
	onEachClock(t, night, func(t *testing.T, c *clock) {
		ctx := t.Context()
		for id, quiet := range map[string]string{"asleep": "", "awake": "never"} {
			must[int](t)(c.s.Exec(ctx, `INSERT INTO contacts (id, language, quiet, created_at) VALUES ($1, 'uk', $2, 1)`, id, quiet))
			must[int](t)(c.s.Exec(ctx, `INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ($1, $2, $2, 1, 1)`, telegram, id))
			must[int](t)(c.s.Exec(ctx, `INSERT INTO ledger (contact, change_id, followed_at, created_at) VALUES ($1, 'x', 7, 1)`, id))
		}
		m := tellsNews(t, c.s, newsOf(1))
		expanded(t, c.s)
		leave := func(at time.Time) (chats []string) {
			t.Helper()
			c.set(at)
			m.releaseAll(lease(t, c.s, telegram, "me"))
			for _, r := range must[[]storage.OutboxRow](t)(c.s.Pending(ctx, telegram, bot.LaneBulk, 9)) {
				chats = append(chats, r.To.Chat)
			}
			slices.Sort(chats)
			return chats
		}
		for _, after := range []time.Duration{0, 11*time.Hour - time.Minute} {
			if got := fmt.Sprint(leave(night.Add(after))); got != "[awake]" {
				t.Errorf("in the night to %s", got)
			}
		}
		if got := fmt.Sprint(leave(night.Add(11 * time.Hour))); got != "[asleep awake]" {
			t.Errorf("in the morning to %s", got)
		}
	})
}
