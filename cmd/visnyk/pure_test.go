package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/dialog"
	"visnyk/bot/library"
	"visnyk/bot/telegram"
	"visnyk/cmd/visnyk/articles"
	"visnyk/flows/faq/starter"
	"visnyk/storage"
)

// pureTurn is one line of a conversation: what it takes from the messenger's bytes to
// the messages that reply to them, without a database or a network.
type pureTurn struct {
	line    *pureLine
	payload []byte
	loaded  storage.Loaded
	events  []bot.Event
	said    []dialog.Said
}

// pureLine is where such turns are made.
type pureLine struct {
	channel *telegram.Channel
	header  http.Header // as the messenger sets it
	engine  dialog.Engine
	content library.Snapshot
	desk    bot.Desk
	now     time.Time
}

func newPureLine(t testing.TB) *pureLine {
	t.Helper()
	channel, err := telegram.New(telegram.Config{Name: "telegram", Token: "123456:pure-pure-pure-pure-pure-pure-pure", Secret: "s"})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := newEngine(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	bases, err := starter.Of("internet")
	if err != nil {
		t.Fatal(err)
	}
	known := starter.Articles(bases)
	for i := range known {
		known[i].State = bot.ArticleApproved
	}
	header := http.Header{"X-Telegram-Bot-Api-Secret-Token": {"s"}, "Content-Type": {"application/json"}}
	now := time.Unix(1_790_000_000, 0)
	return &pureLine{channel, header, engine, library.Snapshot{FAQ: articles.Atlas().NewIndex(known)}, bot.DefaultHours(time.UTC).Desk(now), now}
}

// purely is a conversation, and what its turns may allocate: by parts, from the bytes
// to events, from those to what is said and written, and from that to the messenger's
// own form.
var purely = []struct {
	name, says           string // "" presses the first button that was given
	decode, turn, render float64
}{
	{"start", "/start", 20, 58, 31},
	{"press", "", 22, 31, 29},
	{"answered", "Що робити, коли зник інтернет?", 20, 65, 70},
	{"unanswered", "Чи лагодите Ви пральні машини?", 20, 76, 27},
	{"thanks", "дякую", 20, 30, 26},
}

var firstButton = regexp.MustCompile(`"callback_data":"([^"]+)"`)

// conversation makes the turns one after the other, and keeps what each began with.
func (l *pureLine) conversation(t testing.TB) (all []*pureTurn) {
	t.Helper()
	var loaded storage.Loaded
	button := ""
	for i, line := range purely {
		person := `"id":7,"is_bot":false,"first_name":"Олена","language_code":"uk"`
		payload := fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%[1]d,"date":1790000000,"chat":{"id":7,"type":"private"},"from":{%[2]s},"text":%[3]q}}`, i+1, person, line.says)
		if line.says == "" {
			payload = fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%[1]d","from":{%[2]s},"message":{"message_id":1,"date":1790000000,"chat":{"id":7,"type":"private"},"text":"x"},"chat_instance":"1","data":%[3]q}}`, i+1, person, button)
		}
		turn := &pureTurn{line: l, payload: payload, loaded: loaded}
		turn.decode(t)
		write := turn.decide(t)
		if write.Contact != nil {
			loaded.Contact = *write.Contact
		}
		if write.Conversation != nil {
			loaded.Conversation = *write.Conversation
		}
		for _, row := range turn.render(t) {
			if m := firstButton.FindSubmatch(row.Part.Body); m != nil && button == "" {
				button = string(m[1])
			}
		}
		all = append(all, turn)
	}
	return all
}

func (p *pureTurn) decode(t testing.TB) {
	updates, _, err := p.line.channel.Accept(bot.Request{Method: http.MethodPost, Header: p.line.header, Body: p.payload})
	if err != nil || len(updates) != 1 {
		t.Fatal(err, len(updates))
	}
	if p.events, err = p.line.channel.Decode(updates[0]); err != nil {
		t.Fatal(err)
	}
}

func (p *pureTurn) decide(t testing.TB) storage.TurnWrite {
	r, err := p.line.engine.Turn(&dialog.TurnInput{Inbox: "018f0000", Events: p.events, Loaded: p.loaded, Content: p.line.content, Desk: p.line.desk, Now: p.line.now})
	if err != nil {
		t.Fatal(err)
	}
	p.said = r.Said
	return r.Write
}

func (p *pureTurn) render(t testing.TB) (all []bot.Queued) {
	for n, said := range p.said {
		rows, err := bot.Queue(p.line.channel, bot.Outgoing{Lane: bot.LaneReply, To: p.events[0].From, Message: said.Message, Cause: "turn/018f0000/" + strconv.Itoa(n)})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	return all
}

// TestTurnsAllocateLittle: what a turn allocates is the same on every machine, so that
// what makes turns dearer is seen where no clock can be believed. Who makes them cheaper
// lowers the bounds.
func TestTurnsAllocateLittle(t *testing.T) {
	for i, turn := range newPureLine(t).conversation(t) {
		is := purely[i]
		if len(turn.said) == 0 {
			t.Errorf("%s: nothing is said", is.name)
		}
		for _, part := range []struct {
			name string
			most float64
			run  func()
		}{
			{"decode", is.decode, func() { turn.decode(t) }},
			{"turn", is.turn, func() { turn.decide(t) }},
			{"render", is.render, func() { turn.render(t) }},
		} {
			if n := testing.AllocsPerRun(50, part.run); n > part.most {
				t.Errorf("%s, %s: %.0f allocations, want %.0f at most", is.name, part.name, n, part.most)
			}
		}
	}
}

// BenchmarkTurn makes each turn of the conversation, from its bytes to its replies.
func BenchmarkTurn(b *testing.B) {
	for i, turn := range newPureLine(b).conversation(b) {
		b.Run(purely[i].name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				turn.decode(b)
				turn.decide(b)
				turn.render(b)
			}
		})
	}
}
