package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage"
)

// rollOut is a change that a story rolls out.
type rollOut struct {
	t *testing.T
	s *world
	storage.Sheet
}

var (
	rollWriter   = bot.Actor{User: "roll-writer", Login: "writer", Role: bot.Marketer}
	rollApprover = bot.Actor{User: "roll-approver", Login: "approver", Role: bot.Approver}
)

func said(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: ru} }

// moves makes moves of the version that is there.
func (r *rollOut) moves(all ...bot.ChangeMove) {
	r.t.Helper()
	for _, m := range all {
		by := rollWriter
		if m == bot.ChangeApprove {
			by = rollApprover
		}
		is, err := r.s.service.parts.api.Changes.Move(context.Background(), by, r.ID, m, r.Version, "")
		if err != nil {
			r.t.Fatalf("%s: %v", m, err)
		}
		r.Sheet = is
	}
	r.s.refreshed()
}

// next announces another version with what edit makes of it.
func (r *rollOut) next(edit func(c *bot.Change)) {
	r.t.Helper()
	r.moves(bot.ChangeCorrect)
	c := r.Change
	edit(&c)
	is, err := r.s.service.parts.api.Changes.Replace(context.Background(), rollWriter, c)
	if err != nil {
		r.t.Fatal(err)
	}
	r.Sheet = is
	r.moves(bot.ChangeSubmit, bot.ChangeApprove, bot.ChangeAnnounce)
}

// rollsOut announces a change of prices in the story's world, which has no other.
func (s *world) rollsOut(t *testing.T) *rollOut {
	t.Helper()
	s.withdrawAll()
	is, err := s.service.parts.api.Changes.Create(context.Background(), rollWriter, bot.Change{
		ID: "roll", Kind: bot.Rules, Title: said("Новий порядок оплати", "Новый порядок оплаты"),
		Summary: said("Платити можна щотижня.", "Платить можно еженедельно."), Reason: said("Ви про це просили.", "Вы об этом просили."),
		Consequence: said("Рахунок прийде двічі.", "Счёт придёт дважды."), Benefit: said("Платити легше.", "Платить легче."),
		ToDo: said("Нічого робити не треба.", "Ничего делать не нужно."), From: time.Date(2030, 1, 1, 0, 0, 0, 0, s.cfg.Zone),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &rollOut{t, s, is}
	r.moves(bot.ChangeSubmit, bot.ChangeApprove, bot.ChangeAnnounce)
	return r
}

// scheduled is a broadcast that tells the change as it was approved, with its flows and
// messengers, and so needs nobody else: it begins in years.
func (r *rollOut) scheduled() (id string) {
	r.t.Helper()
	ctx, all := context.Background(), r.s.service.parts.api.Broadcasts
	b, err := all.Telling(r.Change, bot.Ukrainian, r.Audience)
	b.Start = time.Date(2090, 1, 1, 10, 0, 0, 0, time.UTC)
	var m storage.Mailing
	if err == nil {
		m, err = all.Create(ctx, rollWriter, b)
	}
	if err == nil {
		m, err = all.Move(ctx, rollWriter, m.ID, bot.BroadcastSchedule, m.Version, broadcast.Moved{})
	}
	if err != nil || m.State != bot.BroadcastScheduled {
		r.t.Fatalf("%s: %v", m.State, err)
	}
	return m.ID
}

// reads opens the change from the menu.
func (a *actor) reads(title string) {
	a.s.t.Helper()
	a.begins()
	a.taps("@menu.changes")
	a.hears(title)
	a.taps(title)
	a.hears(title)
}

// times counts the messages of the person's chat that have all of the words.
func (a *actor) times(words ...string) (n int) {
	for _, m := range a.shown() {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(m.text, w) }) {
			n++
		}
	}
	return n
}

// The matrix of the roll-out: who follows the change, who was only told it and who was told
// nothing, on every messenger, at a stage, a correction and both at once. Everybody hears
// what is theirs once, and nobody anything else; on Telegram the card changes too.
func TestRollOutMatrix(t *testing.T) {
	t.Parallel()
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		r := s.rollsOut(t)
		pushed := r.scheduled()
		s.sql(`INSERT INTO settings (key, value) VALUES ('cap.day', 'none'), ('cap.week', 'none')`)
		web := func(l bot.Language) *actor { a, _ := s.onWebchat(l); return a }
		people := map[string]map[string]*actor{
			"follows": {"telegram": s.onTelegram(7001, "Олена", bot.Ukrainian), "viber": s.onViber("Zm9sbG93cw==", "Ольга", bot.Russian), "webchat": web(bot.Ukrainian)},
			"told":    {"telegram": s.onTelegram(7002, "Петро", bot.Russian), "viber": s.onViber("dG9sZHRvbGQ=", "Пётр", bot.Ukrainian), "webchat": web(bot.Russian)},
			"nothing": {"telegram": s.onTelegram(7003, "Іван", bot.Ukrainian), "viber": s.onViber("bm90aGluZw==", "Иван", bot.Russian), "webchat": web(bot.Ukrainian)},
		}
		title := map[bot.Language]string{bot.Ukrainian: r.Title.UK, bot.Russian: r.Title.RU}
		for who, all := range people {
			for _, a := range all {
				if who == "nothing" {
					a.begins()
					continue
				}
				a.reads(title[a.lang])
				if who == "follows" {
					a.taps("@change.follow")
					a.hears("@change.followed")
				}
			}
		}
		s.idle()
		s.sql(`UPDATE contacts SET quiet = 'never'`)
		at := time.Now().Truncate(time.Minute).Add(-time.Minute)
		steps := []struct {
			name  string
			edit  func(c *bot.Change)
			words map[bot.Language][]string // that one message has
			heard map[string]bool           // by whom
		}{
			{"a stage", func(c *bot.Change) {
				c.Stages = []bot.Stage{{At: at, Text: said("Перші сто будинків уже перейшли.", "Первые сто домов уже перешли.")}}
				c.NextNews = time.Date(2030, 1, 15, 0, 0, 0, 0, s.cfg.Zone)
			}, map[bot.Language][]string{
				bot.Ukrainian: {"Новина про зміну «" + r.Title.UK + "»", "Перші сто будинків", "Наступна новина — до 15 січня 2030 року"},
				bot.Russian:   {"Новость об изменении «" + r.Title.RU + "»", "Первые сто домов", "Следующая новость — до 15 января 2030 года"},
			}, map[string]bool{"follows": true}},
			{"a correction", func(c *bot.Change) {
				c.From = time.Date(2030, 2, 1, 0, 0, 0, 0, s.cfg.Zone)
				c.Wrong = said("Ми назвали не той день.", "Мы назвали не тот день.")
			}, map[bot.Language][]string{
				bot.Ukrainian: {"Виправлення: " + r.Title.UK, "не той день", "Діє з 1 лютого 2030 року, а не з 1 січня 2030 року"},
				bot.Russian:   {"Исправление: " + r.Title.RU, "не тот день", "Действует с 1 февраля 2030 года, а не с 1 января 2030 года"},
			}, map[string]bool{"follows": true, "told": true}},
			{"both", func(c *bot.Change) {
				c.From = time.Date(2030, 3, 1, 0, 0, 0, 0, s.cfg.Zone)
				c.Wrong = said("День ще раз змінився.", "День ещё раз изменился.")
				c.Stages = append(c.Stages, bot.Stage{At: at.Add(time.Minute), Text: said("Друга сотня перейде пізніше.", "Вторая сотня перейдёт позже.")})
			}, map[bot.Language][]string{
				bot.Ukrainian: {"Виправлення: " + r.Title.UK, "ще раз змінився", "Діє з 1 березня 2030 року, а не з 1 лютого 2030 року", "Друга сотня"},
				bot.Russian:   {"Исправление: " + r.Title.RU, "ещё раз изменился", "Действует с 1 марта 2030 года, а не с 1 февраля 2030 года", "Вторая сотня"},
			}, map[string]bool{"follows": true, "told": true}},
		}
		for _, step := range steps {
			before := map[*actor]int{}
			for _, all := range people {
				for _, a := range all {
					before[a] = len(a.shown())
				}
			}
			r.next(step.edit)
			for who, all := range people {
				for channel, a := range all {
					if !step.heard[who] {
						continue
					}
					if channel == "webchat" { // they come to us
						a.write(a.say("@button.menu"))
					}
					s.await(who+" on "+channel+" to hear of "+step.name, func() bool { return a.times(step.words[a.lang]...) == 1 })
				}
			}
			s.idle()
			for who, all := range people {
				for channel, a := range all {
					want := map[bool]int{true: 1}[step.heard[who]]
					if n := len(a.shown()) - before[a]; channel != "webchat" && n != want || a.times(step.words[a.lang]...) != want {
						t.Errorf("%s: who %s on %s has %d more messages, %d of them of it; want %d", step.name, who, channel, n, a.times(step.words[a.lang]...), want)
					}
				}
			}
			if step.name == "a stage" {
				edited := s.box.telegram.Messages(7001)
				if !slices.ContainsFunc(edited, func(m telegramtest.Message) bool {
					return m.Edited && strings.Contains(m.Text, r.Summary.UK) && strings.Contains(m.Text, "Перші сто будинків")
				}) {
					t.Error("the card in the chat of who follows does not show the stage")
				}
			}
		}
		// What was scheduled in the words of the first version does not leave.
		s.await("the broadcast of a version that is over to pause", func() bool {
			return len(s.strings(`SELECT id FROM broadcasts WHERE id = '`+pushed+`' AND state = 'paused' AND halt = 'outdated'`)) == 1
		})
		// What each was told stands in the tellings, by version and stage.
		if got := s.strings(`SELECT DISTINCT version || ' ' || part FROM tellings WHERE part LIKE 'stage%' OR part LIKE 'correction%' ORDER BY 1`); !slices.Equal(got, []string{
			"3 stage 1", "5 correction of 1", "7 correction of 5, stage 2",
		}) {
			t.Errorf("told: %q", got)
		}
		// And they are proved to the letter, approved with their version.
		for _, who := range s.strings(`SELECT contact FROM conversations WHERE bot = 'telegram' AND chat = '7001'`) {
			proved, _, err := s.service.parts.api.Changes.State(t.Context(), bot.System(), "roll", who)
			if err != nil {
				t.Fatal(err)
			}
			news := 0
			for _, told := range proved.Tellings {
				if told.Part.Kind() == told.Part {
					continue
				}
				if news++; !strings.Contains(told.Text, title[bot.Ukrainian]) || told.Approved.IsZero() {
					t.Errorf("%s of version %d: %q, approved %s", told.Part, told.Version, told.Text, told.Approved)
				}
			}
			if news != 3 {
				t.Errorf("%d news are proved: %+v", news, proved.Tellings)
			}
		}
		r.moves(bot.ChangeWithdraw)
		s.idle()
		for _, a := range people["follows"] {
			if a.times("@change.gone") > 0 {
				t.Errorf("%s hears of the withdrawal unasked", a.name())
			}
		}
	})
}
