package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage/storagetest"
)

// talker is somebody of the crowd, who writes and presses without waiting for
// an answer.
type talker struct {
	*scene
	writes  int               // texts, each of them numbered
	presses []string          // ids of presses at Telegram, data of those at Viber
	keys    map[string]string // data of the first screen's buttons, by label
}

// TestConcurrency has a hundred people and more write and press at once, while every update is
// delivered twice in parallel and Viber's in no order: each gives one
// row, one turn and one reply, and every chat keeps its order.
func TestConcurrency(t *testing.T) {
	together(t, 70, 40, sandboxOptions{
		telegram: telegramtest.Options{Copies: 1, Second: 250 * time.Millisecond},
		viber:    vibertest.Options{Copies: 2, Parallel: true, Retry: soon()},
	})
}

// TestReceiptsFirst has Viber tell of a delivery before it answers the send, as
// well. Such a Viber holds its answer until everything is told, so few people
// talk to it.
func TestReceiptsFirst(t *testing.T) {
	together(t, 0, 8, sandboxOptions{viber: vibertest.Options{Copies: 2, Parallel: true, ReceiptsFirst: true, Retry: soon()}})
}

// soon is a Viber that comes again at once where the door was too full.
func soon() []time.Duration { return slices.Repeat([]time.Duration{500 * time.Millisecond}, 100) }

// together has so many people talk at once, and judges all that came of it.
func together(t *testing.T, onTelegram, onViber int, o sandboxOptions) {
	t.Helper()
	for _, db := range []struct {
		name string
		url  func(testing.TB) string
		part int // SQLite in pure Go takes its time under the race detector
	}{{"postgres", storagetest.PostgresURL, 1}, {"sqlite", storagetest.SQLiteURL, 3}} {
		t.Run(db.name, func(t *testing.T) {
			t.Parallel() // each has a world of its own
			url := db.url(t)
			house := &theatre{world: newWorld(t, url, o), db: look(t, url)}
			crowd := gather(t, house, onTelegram/db.part, onViber/db.part)
			var all sync.WaitGroup
			for i, p := range crowd {
				all.Go(func() { p.talk(2+i%3, 1+i%2) })
			}
			all.Wait()
			house.calm()
			for _, p := range crowd {
				p.judge()
			}
			judgeCrowd(t, house, crowd)
			judgeReceipts(t, house, crowd)
		})
	}
}

// gather has everybody see their first screen.
func gather(t *testing.T, house *theatre, onTelegram, onViber int) (crowd []*talker) {
	t.Helper()
	for i := range onTelegram + onViber {
		p := &talker{scene: house.newcomer(t), keys: map[string]string{}}
		if i >= onTelegram {
			p.v = house.box.viber.Person(p.user, "Олена", "uk")
			p.actor = house.onViber(p.user, "Олена", bot.Ukrainian)
		}
		crowd = append(crowd, p)
	}
	for _, p := range crowd {
		p.write("Привіт")
	}
	for _, p := range crowd {
		p.hears("@menu.choose")
		if p.v != nil {
			for _, b := range p.v.Keyboard().Buttons {
				p.keys[b.Label] = b.ActionBody
			}
			continue
		}
		for _, row := range p.last().Keyboard {
			for _, b := range row {
				p.keys[b.Text] = b.Data
			}
		}
	}
	house.calm()
	return crowd
}

// calm waits until all that a crowd has begun is done, receipts included.
func (st *theatre) calm() {
	st.t.Helper()
	st.empty(5 * time.Minute)
	st.empty(5 * time.Minute)
}

// talk writes and presses, one after the other and without a pause.
func (p *talker) talk(texts, presses int) {
	buttons := []string{"@menu.changes", "@menu.questions"}
	for i := range max(texts, presses) {
		if i < texts {
			p.writes++
			p.write(fmt.Sprintf("річ %d", i))
		}
		if i >= presses {
			continue
		}
		data := p.keys[p.say(buttons[i%len(buttons)])]
		if p.v != nil {
			p.write(data)
			p.presses = append(p.presses, data)
			continue
		}
		p.presses = append(p.presses, p.p.PressData(telegramtest.Message{ID: 1, Chat: p.id}, data))
	}
}

// judge wants of one person exactly what they did, once, in order.
func (p *talker) judge() {
	p.t.Helper()
	did := 1 + p.writes + len(p.presses)
	who := p.chat()

	var inbox []string // in the order of the chat
	p.sel(&inbox, `SELECT id FROM inbox WHERE bot = $1 AND chat = $2 AND source = 'channel' AND id NOT LIKE 'delivered/%' AND state = 'done' ORDER BY seq`, who.Bot, who.Chat)
	if len(inbox) != did {
		p.t.Errorf("%s: %d updates done, want %d", who, len(inbox), did)
	}
	var causes, texts []string
	for _, e := range p.entries() {
		if e.Out {
			continue
		}
		causes = append(causes, e.Cause)
		if n, ok := strings.CutPrefix(e.Text, "річ "); ok {
			texts = append(texts, n)
		}
	}
	if !slices.Equal(causes, inbox) {
		p.t.Errorf("%s: turns of %v, want %v", who, causes, inbox)
	}
	if p.v == nil && !slices.IsSorted(texts) { // Viber itself delivers in no order
		p.t.Errorf("%s: words in the order %v", who, texts)
	}
	if slices.Sort(texts); len(slices.Compact(texts)) != p.writes {
		p.t.Errorf("%s: words %v, want %d", who, texts, p.writes)
	}
	var turns int
	if p.get(&turns, `SELECT version FROM conversations WHERE bot = $1 AND chat = $2`, who.Bot, who.Chat); turns != did {
		p.t.Errorf("%s: %d turns were written, want %d", who, turns, did)
	}

	heard := p.shown()
	want := did
	if p.v != nil {
		for _, m := range heard { // said apart from the screen, for no notice is shown there
			if m.text == p.say("@press.gone") {
				want++
			}
		}
	}
	if len(heard) != want {
		p.t.Errorf("%s: hears %d messages, want %d", who, len(heard), want)
	}
}

// outgoing is a part of the outbox with what became of it.
type outgoing struct {
	Bot, Chat, Cause, Kind, State string
	Unknowns                      int
	ExternalID                    string `db:"external_id"`
}

// judgeCrowd wants every part sent once, in the order of its chat, and every
// press answered once.
func judgeCrowd(t *testing.T, house *theatre, crowd []*talker) {
	t.Helper()
	var parts []outgoing
	crowd[0].sel(&parts, `SELECT bot, chat, cause, kind, state, unknowns, external_id FROM `+storagetest.Parts+` ORDER BY bot, chat, lane, id, cause`)
	replies, last := map[string]int{}, map[string]uint64{}
	for _, p := range parts {
		if p.State != "sent" || p.Unknowns != 0 {
			t.Errorf("%s:%s %s ended as %s, %d times in doubt", p.Bot, p.Chat, p.Cause, p.State, p.Unknowns)
		}
		if p.Kind != "say" {
			continue
		}
		replies[p.Bot+p.Chat]++
		id, err := strconv.ParseUint(p.ExternalID, 10, 64)
		if err != nil || id <= last[p.Bot+p.Chat] {
			t.Errorf("%s:%s: %s left as message %s, after %d", p.Bot, p.Chat, p.Cause, p.ExternalID, last[p.Bot+p.Chat])
		}
		last[p.Bot+p.Chat] = id
	}
	pressed, answered := map[string]int{}, map[string]int{}
	for _, p := range crowd {
		if n := replies[p.chat().Bot+p.chat().Chat]; n != len(p.shown()) {
			t.Errorf("%s: %d parts, %d messages arrived", p.chat(), n, len(p.shown()))
		}
		for _, id := range p.presses {
			if p.v == nil {
				pressed[id]++
			}
		}
	}
	for _, a := range house.box.telegram.Answers() {
		answered[a.Press]++
	}
	if !maps.Equal(pressed, answered) {
		t.Errorf("%d presses, answered %v", len(pressed), answered)
	}
	if st := house.box.telegram.Stats(); st.Acked != st.Updates || st.Posts < 2*st.Updates {
		t.Errorf("Telegram: %+v", st)
	}
	if lost := house.box.viber.Lost(); len(lost) != 0 {
		t.Errorf("Viber gave up %d callbacks", len(lost))
	}
}

// judgeReceipts wants every delivery noted, though it was told before the send
// was answered, and noted once, however often it is told.
func judgeReceipts(t *testing.T, house *theatre, crowd []*talker) {
	t.Helper()
	type noted struct {
		Chat      string
		Token     string `db:"external_id"`
		Delivered int64  `db:"delivered_at"`
		Seen      int64  `db:"seen_at"`
	}
	read := func() (all []noted) {
		house.calm()
		crowd[0].sel(&all, `SELECT chat, external_id, delivered_at, seen_at FROM outbox WHERE bot = 'viber' ORDER BY chat, id`)
		return all
	}
	before := read()
	for _, n := range before {
		if n.Delivered == 0 || n.Seen != 0 {
			t.Errorf("message %s to %s: %+v", n.Token, n.Chat, n)
		}
	}
	var waiting int
	crowd[0].get(&waiting, `SELECT count(*) FROM receipts r JOIN outbox o ON o.bot = r.bot AND o.chat = r.chat AND o.external_id = r.message`)
	if waiting != 0 {
		t.Errorf("%d receipts still wait for messages we know", waiting)
	}

	for _, p := range crowd {
		if p.v != nil {
			p.v.Read()
		}
	}
	seen := read()
	again := time.Now().Add(time.Hour).UnixMilli()
	for i, n := range seen {
		if n.Seen == 0 || n.Delivered != before[i].Delivered {
			t.Errorf("message %s to %s, read by the person: %+v", n.Token, n.Chat, n)
		}
		for _, event := range []string{"delivered", "seen"} {
			house.box.viber.Raw(fmt.Appendf(nil, `{"event":%q,"timestamp":%d,"message_token":%s,"user_id":%q}`, event, again, n.Token, n.Chat))
		}
	}
	if after := read(); !slices.Equal(after, seen) {
		t.Error("receipts told again changed what was noted")
	}
}
