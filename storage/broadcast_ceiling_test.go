package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// spends is a broadcast at a bot that charges an hryvnia for each message, but for those to
// whoever wrote within a day.
func spends(t *testing.T, s *storage.Store, ceiling string) *mailing {
	t.Helper()
	return spendsBy(t, s, ceiling, paper{can: charging})
}

var charging = bot.Capabilities{Session: bot.Session{Length: 24 * time.Hour}}

// twofold is a messenger that takes two messages for each of ours.
type twofold struct{ paper }

func (twofold) Calls(bot.Part) int { return 2 }

func spendsBy(t *testing.T, s *storage.Store, ceiling string, by bot.Channel) *mailing {
	t.Helper()
	m := &mailing{t: t, s: s, id: "m", tries: map[string]int{}}
	m.b = broadcast.New(broadcast.Config{
		Store: s, Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: time.Now,
		Messengers: map[string]broadcast.Messenger{telegram: {Channel: by, Kind: telegram}},
	})
	ok(t, s.PutSetting(t.Context(), bot.PriceSetting, "1 грн\n+48 2,5 грн"))
	var most bot.Money
	ok(t, most.UnmarshalText([]byte(ceiling)))
	m.starts(bot.Broadcast{ID: m.id, Title: "t", Topic: "tariff", Text: bot.Bilingual{UK: "а", RU: "б"}, Ceiling: most})
	m.awake()
	expanded(t, s)
	return m
}

// goes releases and sends until nothing more leaves, each as how says.
func (m *mailing) goes(l storage.Lease, how func() bot.Outcome) (sent int) {
	m.t.Helper()
	for {
		m.release(l)
		n := m.sends(l, how)
		if n == 0 {
			return sent
		}
		sent += n
	}
}

func (m *mailing) cap(by bot.Actor, text string) error {
	m.t.Helper()
	var to bot.Money
	ok(m.t, to.UnmarshalText([]byte(text)))
	_, err := m.b.Cap(m.t.Context(), by, m.id, to, m.now().Version)
	return err
}

// A broadcast pauses before the message that would cost more than it may, tells who made
// it, and goes on once somebody who may approve allows more; what surely did not arrive
// costs nothing, what may have does.
func TestBroadcastCostsNoMoreThanItMay(t *testing.T) {
	writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i := range 12 {
			meets(t, s, at(fmt.Sprint("m", i)), bot.Contact{ID: fmt.Sprint("id", i), Language: bot.Ukrainian}, "")
		}
		must[int](t)(s.Exec(ctx, `UPDATE conversations SET last_at = CASE WHEN chat IN ('m0', 'm1') THEN CAST($1 AS BIGINT) ELSE 0 END`, time.Now()))
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET phones = '["+48123"]' WHERE id = 'id9'`))
		links(t, s, "writer")
		m := spends(t, s, "4,50 грн")
		l := lease(t, s, telegram, "me")
		ends := []bot.Outcome{bot.Malformed, bot.Unknown, bot.Later}
		left := m.goes(l, func() bot.Outcome {
			if len(ends) == 0 {
				return bot.Sent
			}
			o := ends[0]
			ends = ends[1:]
			return o
		})
		r := m.sum("the ceiling")
		if m.now().State != bot.BroadcastPaused || m.now().Halt != bot.HaltCeiling {
			t.Fatalf("it is %s %q after %d messages: %+v", m.now().State, m.now().Halt, left, r)
		}
		// Two had written, one of those was refused; four of the others were paid for.
		if spent := r.SpentIn("грн").String(); spent != "4,00 грн" || r.Sent+r.Unknown != 5 || r.Failed[bot.ReasonMalformed] != 1 {
			t.Errorf("%s were spent: %+v", spent, r)
		}
		toldOfHalt(t, s, m.id, "лимита расходов")
		var forbidden *bot.ForbiddenError
		if err := m.cap(writer, "20 грн"); !errors.As(err, &forbidden) {
			t.Errorf("who wrote it allows more: %v", err)
		}
		var invalid *bot.InvalidError
		if err := m.cap(approver, "20 €"); !errors.As(err, &invalid) {
			t.Errorf("it may cost what no price can be compared with: %v", err)
		}
		ok(t, m.cap(writer, "4 грн"))
		ok(t, m.cap(approver, "20 грн"))
		m.moves(bot.BroadcastResume, broadcast.Moved{})
		m.goes(lease(t, s, telegram, "me"), func() bot.Outcome { return bot.Sent })
		keeps(t, m.b)
		// Ten paid ones, of which one costs one and a half more.
		if r := m.sum("the end"); r.Sent+r.Unknown != 11 || r.SpentIn("грн").String() != "11,50 грн" || m.now().State != bot.BroadcastSent {
			t.Errorf("it is %s, and cost %v: %+v", m.now().State, r.Spent, r)
		}
		if err := m.cap(approver, "30 грн"); !errors.As(err, new(*bot.MoveError)) {
			t.Errorf("what is over may cost more: %v", err)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM audit WHERE action = 'broadcast.ceiling'`)); n != 2 {
			t.Errorf("the audit tells of %d ceilings", n)
		}
		sound(t, s)
	})
}

// What goes in two messages costs twice, as the forecast says.
func TestBroadcastOfTwoMessagesCostsTwice(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for i := range 4 {
			meets(t, s, at(fmt.Sprint("m", i)), bot.Contact{ID: fmt.Sprint("id", i), Language: bot.Ukrainian}, "")
		}
		must[int](t)(s.Exec(t.Context(), `UPDATE conversations SET last_at = 0`))
		m := spendsBy(t, s, "5 грн", twofold{paper{can: charging}})
		f := must[broadcast.Forecast](t)(m.b.Foresee(t.Context(), bot.Actor{User: "writer", Role: bot.Marketer}, bot.Broadcast{Topic: "tariff"}))
		if f.Told() != 4 || f.Cost.Charged != 8 || (bot.Money{Sum: f.Cost.Sums["грн"], Currency: "грн"}).String() != "8,00 грн" {
			t.Errorf("foreseen: %+v", f)
		}
		m.goes(lease(t, s, telegram, "me"), func() bot.Outcome { return bot.Sent })
		if r := m.sum("the ceiling"); r.Sent != 2 || r.SpentIn("грн").String() != "4,00 грн" || m.now().Halt != bot.HaltCeiling {
			t.Errorf("it is %s %q, and cost %v: %+v", m.now().State, m.now().Halt, r.Spent, r)
		}
		sound(t, s)
	})
}

// Where the table of prices says nothing of the next message any more, a broadcast that
// may not cost what it likes pauses; any other goes on.
func TestBroadcastPausesAtAnUnknownPrice(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for i := range 2 {
			meets(t, s, at(fmt.Sprint("m", i)), bot.Contact{ID: fmt.Sprint("id", i)}, "")
		}
		must[int](t)(s.Exec(t.Context(), `UPDATE conversations SET last_at = 0`))
		m := spends(t, s, "100 грн")
		ok(t, s.PutSetting(t.Context(), bot.PriceSetting, "за домовленістю"))
		l := lease(t, s, telegram, "me")
		if n := m.goes(l, func() bot.Outcome { return bot.Sent }); n != 0 || m.now().Halt != bot.HaltUnpriced {
			t.Errorf("%d left, and it is %s %q", n, m.now().State, m.now().Halt)
		}
		must[int](t)(s.Exec(t.Context(), `UPDATE broadcasts SET ceiling = 0, ceiling_currency = ''`))
		m.moves(bot.BroadcastResume, broadcast.Moved{})
		if n := m.goes(l, func() bot.Outcome { return bot.Sent }); n != 2 || len(m.sum("the end").Spent) != 0 {
			t.Errorf("%d left, which cost %v", n, m.sum("the end").Spent)
		}
	})
}
