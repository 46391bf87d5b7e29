package main

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// staged is one transcript on the line.
type staged struct {
	*stageHands
	t       *testing.T
	line    *paperLine
	at      bot.Address
	now     time.Time
	lang    string
	guess   bool
	kinds   map[string]flows.Messenger // of the person's chats, by bot
	others  map[string]bot.Address     // that are the person's or were, by what the transcript calls them
	offer   []string                   // what stands behind the next join link
	changes []string                   // that concern the person
	albums  int                        // how many there were
	shown   []bot.Message
	ids     []string // of shown, at the messenger
}

// play goes through a transcript and holds what each line brings about against
// what is written behind it.
func (s *stageHands) play(t *testing.T, name string, lines []string) {
	s.sql(t, `DELETE FROM tickets`)
	s.sql(t, `DELETE FROM join_offers`) // transcripts have the same codes
	p := &staged{
		stageHands: s, t: t, at: bot.Address{Bot: name, Chat: "1"}, lang: "uk",
		kinds: map[string]flows.Messenger{name: {Kind: "telegram"}}, others: map[string]bot.Address{},
		now: time.Date(2026, time.November, 24, 14, 5, 0, 0, s.zone),
	}
	d := s.engine
	d.Channels = p.kinds
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	if p.line, err = newPaperLine(t.Context(), s.store, name, d, s.lib, func() time.Time { return p.now }, log); err != nil {
		t.Fatal(err)
	}
	defer p.line.close()
	for _, c := range s.lib.Now().Changes {
		if c.Told() && c.Audience.Matches(bot.Person{Contact: somebody()}, bot.Calendar{}) {
			p.changes = append(p.changes, c.ID)
		}
	}
	p.scene("desk", "open")
	p.meet()
	for i := 0; i < len(lines); i++ {
		word, rest, _ := strings.Cut(lines[i], " ")
		switch word {
		case "", "#":
			continue
		case ">", "*", "+", "~":
		default:
			p.scene(word, rest)
			continue
		}
		var want []string
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], "<") || strings.HasPrefix(lines[i+1], "! ") || strings.HasPrefix(lines[i+1], "  ")) {
			i++
			want = append(want, lines[i])
		}
		p.happens(word, rest, want)
		if t.Failed() {
			t.Fatalf("at %q", lines[i-len(want)])
		}
	}
}

// somebody is the person of the transcripts as the company has it.
func somebody() bot.Contact {
	return bot.Contact{Kind: "client", Tier: "regular", Region: "Оболонь"}
}

// meet makes the person known, at no step yet.
func (p *staged) meet() {
	contact := somebody()
	contact.ID, contact.Language, contact.Chosen = p.at.Bot+"-"+storage.NewID(), bot.Language(p.lang), !p.guess
	if p.guess {
		contact.Language = bot.Unsure
	}
	p.sql(p.t, `INSERT INTO contacts (id, language, chosen, kind, tier, region, created_at) VALUES (?, ?, ?, ?, ?, ?, 1)`,
		contact.ID, contact.Language, contact.Chosen, contact.Kind, contact.Tier, contact.Region)
	p.sql(p.t, `INSERT INTO conversations (bot, chat, contact, version, reach, joined_at) VALUES (?, ?, ?, 1, 'open', 1)`, p.at.Bot, p.at.Chat, contact.ID)
	for _, c := range p.changes {
		p.sql(p.t, `INSERT INTO ledger (contact, change_id, created_at) VALUES (?, ?, 1)`, contact.ID, c)
	}
}

func (p *staged) contact() string {
	return p.asks(p.t, `SELECT contact FROM conversations WHERE bot = ? AND chat = ?`, p.at.Bot, p.at.Chat)
}

// happens lets one thing happen and compares.
func (p *staged) happens(word, rest string, want []string) {
	source, e := storage.SourceChannel, bot.Event{}
	switch word {
	case ">":
		e = p.person(rest)
	case "+":
		e = p.more(p.person(rest))
	case "~":
		var set bool
		if source, e, set = p.passes(rest); !set {
			return
		}
	default:
		source, e = p.outside(rest)
	}
	e.From = p.at
	if e.Kind == bot.Typed || e.Kind == bot.Tapped || e.Kind == bot.Attached {
		if e.ID == "" {
			e.ID = "m"
		}
	}
	p.sql(p.t, `UPDATE conversations SET burst = 0 WHERE bot = ?`, p.at.Bot)
	p.standsBehind(e)
	before := p.contact()
	write, left, err := p.line.take(p.t.Context(), source, e)
	if err != nil {
		p.t.Fatal(err)
	}
	// What was mentioned was mentioned when the transcript says it is; no clock of a
	// database has such a moment.
	p.sql(p.t, `UPDATE ledger SET mentioned_at = ? WHERE mentioned_at <> 0 AND mentioned_at % 1000 = 0`, p.now.UnixMicro()/1000*1000+1)
	if write.Park != "" {
		p.t.Fatalf("parked: %s", write.Park)
	}
	var said, notes, got []string
	for _, line := range want {
		if note, ok := strings.CutPrefix(line, "! "); ok {
			notes = append(notes, note)
		} else if line != "<" {
			said = append(said, strings.ReplaceAll(line, `\`, ""))
		}
	}
	answered, edited := "", ""
	for _, row := range left {
		var m bot.Message
		if err := json.Unmarshal(row.Part.Body, &m); err != nil {
			p.t.Fatal(err)
		}
		switch row.Part.Kind {
		case bot.Answer:
			answered = m.Text
		case bot.Edit:
			edited = labels(m)
		default:
			got = append(got, written(m)...)
			if len(m.Buttons) > 0 {
				p.shown, p.ids = append(p.shown, m), append(p.ids, messageOf(row))
			}
		}
	}
	if diff := cmp.Diff(said, got); diff != "" {
		p.t.Errorf("another answer (-written +real):\n%s", diff)
	}
	for _, note := range notes {
		p.holds(note, before, answered, edited)
	}
	if slices.ContainsFunc(notes, func(n string) bool {
		word, _, _ := strings.Cut(n, " ")
		return slices.Contains([]string{"join", "split", "speak"}, word)
	}) {
		p.concerned()
	}
	if slices.Contains(notes, "erase") {
		p.kinds[p.at.Bot] = flows.Messenger{Kind: "telegram"}
		p.meet()
	}
}
