package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// paper is a messenger that shows a message as its text.
type paper struct{ bot.Channel }

func (paper) Render(m bot.Message) ([]bot.Part, error) {
	body, err := json.Marshal(m.Text)
	return []bot.Part{{Kind: bot.Say, Body: body}}, err
}

var night = time.Date(2026, time.November, 24, 1, 5, 0, 0, time.UTC) // three o'clock and five minutes in Kyiv

// outage is the text of a template; when it ends nobody may know yet.
func outage() bot.Broadcast {
	return bot.Broadcast{
		ID: "water", Title: "Вода", Template: true, Topic: "outage", Urgent: "аварія", Zone: "Europe/Kyiv", Fallback: bot.UsualFallback,
		Text: bot.Bilingual{
			UK: "{{name|Вітаємо}}! Немає води: **{{where}}**, з {{from}} до {{until|кінця ремонту}}.",
			RU: "{{name|Здравствуйте}}! Нет воды: **{{where}}**, с {{from}} до {{until|конца ремонта}}.",
		},
	}
}

// pressroom is templates at a clock that the test sets.
type pressroom struct {
	*testing.T
	*Broadcasts
	s      *storage.Store
	now    time.Time
	config Config
}

func newPressroom(t *testing.T, s *storage.Store) *pressroom {
	texts, err := locales.New()
	p := &pressroom{T: t, s: s, now: night}
	p.ok(err)
	p.config = Config{
		Store: s, Messengers: map[string]Messenger{"telegram": {Channel: paper{}, Kind: "telegram"}}, Texts: texts, Zone: time.UTC, Now: func() time.Time { return p.now },
	}
	p.Broadcasts = New(p.config)
	return p
}

func (p *pressroom) ok(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func who(r bot.Role) bot.Actor { return bot.Actor{User: string(r), Role: r} }

// moves makes the move of the version that is there, as who may.
func (p *pressroom) moves(id string, m bot.BroadcastMove) error {
	is, err := p.s.Broadcast(p.Context(), id)
	p.ok(err)
	by := who(bot.Marketer)
	if MayMove(by, m) != nil {
		by = who(bot.Approver)
	}
	_, err = p.Move(p.Context(), by, id, m, is.Version, Moved{Note: "бо так"})
	return err
}

// approved makes a template that is approved.
func (p *pressroom) approved(b bot.Broadcast) storage.Mailing {
	p.Helper()
	_, err := p.Create(p.Context(), who(bot.Marketer), b)
	p.ok(err)
	p.ok(p.moves(b.ID, bot.BroadcastSubmit))
	p.ok(p.moves(b.ID, bot.BroadcastApprove))
	m, err := p.s.Broadcast(p.Context(), b.ID)
	p.ok(err)
	return m
}

func (p *pressroom) fills(m storage.Mailing, with Filling) (storage.Mailing, error) {
	return p.Fill(p.Context(), who(bot.Marketer), m.ID, m.Version, with, Sends{})
}

// code is what was wrong, by its field.
func code(err error) string {
	var invalid *bot.InvalidError
	var refused *bot.RefusedError
	var moved *bot.MoveError
	switch {
	case errors.As(err, &invalid):
		return invalid.Faults[0].Field + " " + string(invalid.Faults[0].Code)
	case errors.As(err, &refused):
		return string(refused.Code)
	case errors.As(err, &moved):
		return "moved"
	case err != nil:
		return err.Error()
	}
	return ""
}

func here(uk, ru string) Filling {
	return Filling{Where: bot.Bilingual{UK: uk, RU: ru}, From: night.Add(-time.Hour)}
}

// A template that was approved ahead is filled and sent by one person at night: what
// leaves is a broadcast of its own, to the letter the template with its slots filled, and
// who filled what stands in the audit.
func TestTemplateIsFilledAndSent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		p := newPressroom(t, s)
		m := p.approved(outage())
		if got := m.Moves(); slices.Contains(got, bot.BroadcastStart) || slices.Contains(got, bot.BroadcastSchedule) || !slices.Contains(got, bot.BroadcastFill) {
			t.Errorf("an approved template may be moved by %v", got)
		}
		if err := p.moves("water", bot.BroadcastStart); code(err) != "moved" {
			t.Errorf("it begins itself: %v", err)
		}
		with := here("  вул.Лісова, 5/2–9 ", "ул. Лесная, 5/2–9")
		before, err := p.FilledAs(t.Context(), who(bot.Marketer), "water", with)
		p.ok(err)
		made, err := p.Fill(t.Context(), who(bot.Marketer), "water", m.Version, with, Sends{Read: ReadOf(before)})
		p.ok(err)
		want := bot.Bilingual{
			UK: "{{name|Вітаємо}}! Немає води: **вул. Лісова, 5/2–9**, з 2:05 24 листопада до кінця ремонту.",
			RU: "{{name|Здравствуйте}}! Нет воды: **ул. Лесная, 5/2–9**, с 2:05 24 ноября до конца ремонта.",
		}
		if made.Text != want || made.State != bot.BroadcastSending || made.Template || made.Urgent != "аварія" || made.Author != "marketer" || !made.Until.Equal(night.Add(24*time.Hour)) {
			t.Errorf("sent: %+v", made)
		}
		if found, err := s.VerifyApprovals(t.Context()); err != nil || len(found.Problems) > 0 || found.Checked != 2 {
			t.Errorf("%+v, %v", found, err)
		}
		if n, problems, err := VerifyFilled(t.Context(), s); n != 1 || len(problems) > 0 || err != nil {
			t.Errorf("%d checked, %q, %v", n, problems, err)
		}
		lines, err := s.AuditLines(t.Context(), storage.AuditQuery{Object: object(made.ID)}, 9)
		p.ok(err)
		var said []string
		for _, l := range lines {
			said = append(said, l.Actor.User+" "+l.Action)
		}
		if got := strings.Join(said, ", "); got != "marketer broadcast.start, system broadcast.approve, marketer broadcast.create" || !strings.Contains(lines[2].Detail, "Лісова, 5/2–9") || !strings.Contains(lines[0].Detail, "аварія") {
			t.Errorf("the audit: %s: %s", got, lines[2].Detail)
		}
		if from, err := p.FilledFrom(t.Context(), who(bot.Approver), "water"); err != nil || len(from) != 1 || from[0].ID != made.ID {
			t.Errorf("made of it: %+v, %v", from, err)
		}

		// The same twice is stopped; another place is another message.
		if _, err := p.fills(m, with); code(err) != string(bot.FaultSaidToday) {
			t.Errorf("the same again: %v", err)
		}
		other := here("вул. Степова", "ул. Степная")
		if _, err := p.Fill(t.Context(), who(bot.Marketer), "water", m.Version, other, Sends{Read: ReadOf(before)}); code(err) != string(bot.FaultReadElse) {
			t.Errorf("something else than was read: %v", err)
		}
		_, err = p.fills(m, other)
		p.ok(err)
		var forbidden *bot.ForbiddenError
		for _, r := range []bot.Role{bot.Operator, bot.Approver} {
			if _, err := p.Fill(t.Context(), who(r), "water", m.Version, other, Sends{}); !errors.As(err, &forbidden) {
				t.Errorf("%s: %v", r, err)
			}
		}

		// What is mended of it, and a copy, are drafts with words of their own.
		drafts, err := p.Mend(t.Context(), who(bot.Marketer), made.ID, made.Version, "")
		p.ok(err)
		if drafts.Rest.Filled != nil || drafts.Rest.Text != want {
			t.Errorf("mended: %+v", drafts.Rest)
		}
		again, err := p.Copy(t.Context(), who(bot.Marketer), "water")
		if p.ok(err); !again.Template || again.Text != outage().Text {
			t.Errorf("copied: %+v", again)
		}

		// Whoever changes one behind the audit is found: in its words, in what it says it
		// was made of, or in both alike. Nothing more of it leaves.
		puts := func(m storage.Mailing) {
			p.ok(s.InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutBroadcast(t.Context(), m) }))
		}
		sent, err := p.fills(m, here("вул. Третя", "ул. Третья"))
		p.ok(err)
		for what, change := range map[string]func(*storage.Mailing){
			"its words":  func(m *storage.Mailing) { m.Text.UK = "Немає газу" },
			"its people": func(m *storage.Mailing) { m.Audience = bot.In("tier", "vip") },
			"another template": func(m *storage.Mailing) {
				m.Filled.Template.Text.UK, m.Text.UK = "Немає газу", "Немає газу"
			},
		} {
			changed, err := s.Broadcast(t.Context(), sent.ID)
			p.ok(err)
			change(&changed)
			puts(changed)
			if _, problems, err := VerifyFilled(t.Context(), s); err != nil || len(problems) != 1 {
				t.Errorf("%s: %q, %v", what, problems, err)
			}
			puts(sent)
		}
		changed, err := s.Broadcast(t.Context(), sent.ID)
		p.ok(err)
		changed.Filled.Words[bot.SlotWhere] = bot.Bilingual{UK: "вул. Інша", RU: "ул. Другая"}
		changed.Text = copyOf(*changed.Filled).Text
		puts(changed)
		if halted, err := p.HaltUnfit(t.Context()); err != nil || len(halted) != 1 || halted[0] != (Halted{sent.ID, bot.HaltChanged}) {
			t.Errorf("halted: %v, %v", halted, err)
		}
	})
}

// Where people come in or go between the approval and the night, it asks; whoever has read
// the number goes on.
func TestTemplateForAnotherNumber(t *testing.T) {
	p := newPressroom(t, storagetest.Open(t, storagetest.SQLiteURL(t)))
	people := 100
	p.counting = func(context.Context, bot.Segment) (int, error) { return people, nil }
	m := p.approved(outage())
	people = 300
	if _, err := p.fills(m, here("а", "б")); code(err) != string(bot.FaultCrowd) {
		t.Errorf("to three times as many: %v", err)
	}
	if _, err := p.Fill(t.Context(), who(bot.Marketer), m.ID, m.Version, here("а", "б"), Sends{People: 100}); code(err) != string(bot.FaultCrowd) {
		t.Errorf("who has read another number: %v", err)
	}
	_, err := p.Fill(t.Context(), who(bot.Marketer), m.ID, m.Version, here("а", "б"), Sends{People: 300})
	p.ok(err)
}

// A template is withdrawn, returned, or its approval is over: it is sent no more. What has
// left goes its way.
func TestTemplateThatDoesNotHold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		p := newPressroom(t, s)
		m := p.approved(outage())
		sent, err := p.fills(m, here("а", "б"))
		p.ok(err)
		until, err := p.Holds(t.Context(), m) // by the clock of the audit, which is the database's
		p.ok(err)
		p.now = until.Add(time.Second)
		at := here("в", "г")
		at.From = p.now
		if _, err := p.fills(m, at); code(err) != string(bot.FaultApprovalOld) {
			t.Errorf("after its time: %v", err)
		}
		p.now = night
		p.ok(p.moves("water", bot.BroadcastReturn))
		if _, err := p.fills(m, here("в", "г")); err == nil {
			t.Error("a draft is filled")
		}
		p.ok(p.moves("water", bot.BroadcastCancel))
		if m, err = s.Broadcast(t.Context(), "water"); err != nil || m.State != bot.BroadcastCancelled {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err := p.fills(m, here("в", "г")); code(err) != "moved" {
			t.Errorf("withdrawn: %v", err)
		}
		if is, err := s.Broadcast(t.Context(), sent.ID); err != nil || is.State != bot.BroadcastSending {
			t.Errorf("what had left: %+v, %v", is, err)
		}
		if n, problems, err := VerifyFilled(t.Context(), s); n != 1 || len(problems) > 0 || err != nil {
			t.Errorf("%d checked, %q, %v", n, problems, err)
		}
	})
}

// What a template may not be, and what it lacks, is said where it is.
func TestTemplateChecked(t *testing.T) {
	p := newPressroom(t, storagetest.Open(t, storagetest.SQLiteURL(t)))
	for want, change := range map[string]func(*bot.Broadcast){
		"topic choice":      func(b *bot.Broadcast) { b.Topic = "news" },
		"start left_out":    func(b *bot.Broadcast) { b.Start = night.Add(time.Hour) },
		"digest left_out":   func(b *bot.Broadcast) { b.Digest = bot.Bilingual{UK: "а", RU: "б"} },
		"text/uk slot_link": func(b *bot.Broadcast) { b.Text.UK += " [сайт](https://a.example/{{where}})" },
		"text/ru slot_link": func(b *bot.Broadcast) { b.Text.RU += " https://a.example/?q={{until|x}}" },
		"text/uk variable":  func(b *bot.Broadcast) { b.Text.UK += "{{when|x}}" },
		"text/uk fallback":  func(b *bot.Broadcast) { b.Text.UK += "{{name}}" },
		"text slots":        func(b *bot.Broadcast) { b.Text.RU = "Нет воды: {{where}}" },
		"urgent blank":      func(b *bot.Broadcast) { b.Urgent = "" },
	} {
		b := outage()
		b.ID = storage.NewID()
		change(&b)
		_, err := p.Create(t.Context(), who(bot.Marketer), b)
		if err == nil {
			err = p.moves(b.ID, bot.BroadcastSubmit)
		}
		if got := code(err); got != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	plain := outage()
	plain.ID, plain.Template, plain.Text = "plain", false, bot.Bilingual{UK: "{{where|тут}}", RU: "{{where|здесь}}"}
	if _, err := p.Create(t.Context(), who(bot.Marketer), plain); code(err) != "text/uk variable" {
		t.Errorf("slots in what is no template: %v", err)
	}
}

// Only words and moments stand in slots: nothing that a messenger makes a link of, nothing
// that styles, nothing mistyped by months.
func TestSlotsChecked(t *testing.T) {
	b := outage()
	for words, want := range map[string]string{
		"": "where blank",
		"вул. Лесі Українки, 5/2 (корп. А), №3 – «Мрія»": "",
		"вул.Лісова":                    "",
		"ЖК Riverside, 12-а":            "",
		"example.com":                   "where/uk slot_plain",
		"https://a":                     "where/uk slot_plain",
		"t.me/x":                        "where/uk slot_plain",
		"/start":                        "where/uk slot_plain",
		"тут /stop":                     "where/uk slot_plain",
		"@vodokanal":                    "where/uk slot_plain",
		"#вода":                         "where/uk slot_plain",
		"**тут**":                       "where/uk slot_plain",
		"[тут](a)":                      "where/uk slot_plain",
		"{{name|x}}":                    "where/uk slot_plain",
		"тут\u202eтам":                  "where/uk slot_plain",
		strings.Repeat("а", maxWhere+1): "where/uk long",
	} {
		with := here(tidy(words), "здесь")
		if words == "" {
			with.Where = bot.Bilingual{}
		}
		var f faults
		checkFilling(&f, b, with, night)
		if got := code(f.err()); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
	for what, c := range map[string]struct {
		from, until time.Duration
		want        string
	}{
		"both":               {-time.Hour, 3 * time.Hour, ""},
		"the end unknown":    {-time.Hour, 0, ""},
		"no beginning":       {0, time.Hour, "from blank"},
		"over":               {-3 * time.Hour, -time.Hour, "until window_over"},
		"turned round":       {4 * time.Hour, time.Hour, "from order"},
		"mistyped by a year": {-365 * 24 * time.Hour, 0, "from slot_far"},
		"next year":          {-time.Hour, 365 * 24 * time.Hour, "until slot_far"},
	} {
		with := Filling{Where: bot.Bilingual{UK: "а", RU: "б"}}
		if c.from != 0 {
			with.From = night.Add(c.from)
		}
		if c.until != 0 {
			with.Until = night.Add(c.until)
		}
		var f faults
		checkFilling(&f, b, with, night)
		if got := code(f.err()); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	none := b
	none.Text = bot.Bilingual{UK: "{{from}}", RU: "{{from}}"}
	var f faults
	checkFilling(&f, none, here("тут", "здесь"), night)
	if got := code(f.err()); got != "where left_out" {
		t.Errorf("a slot that is not there: %q", got)
	}
}
