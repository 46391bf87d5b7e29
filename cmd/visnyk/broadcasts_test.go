package main

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
)

// An approved broadcast is started, paused and cancelled from a command line beside the
// service, by the rules of REST and with its audit; what needs a second person is not
// there.
func TestBroadcastCommands(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/visnyk.db"
	o := office{t, url}
	o.run(exitDone, "", "migrate")
	if out, _ := o.run(exitDone, "", "broadcast", "list"); !strings.Contains(out, "there are no broadcasts") {
		t.Errorf("%q", out)
	}
	approved(t, url)
	says := func(wants string, args ...string) {
		t.Helper()
		if out, _ := o.run(exitDone, "", append([]string{"broadcast"}, args...)...); !strings.Contains(out, wants) {
			t.Errorf("%v: %q lacks %q", args, out, wants)
		}
	}
	says("approved", "list")
	says("Тарифи", "show", "tariffs")
	says("begins", "start", "-note", "пора", "tariffs")
	says("planned so far", "report", "tariffs")
	says("clicked, at least", "report", "tariffs")
	says("paused: tariffs", "stop")
	says("paused (stopped)", "list")
	says("goes on", "resume", "tariffs")
	says("is paused", "pause", "tariffs")
	says("is cancelled", "cancel", "tariffs")
	says("no broadcast is scheduled", "stop")
	if _, errOut := o.run(exitFailed, "", "broadcast", "start", "tariffs"); !strings.Contains(errOut, "is cancelled") {
		t.Errorf("an illegal move: %q", errOut)
	}
	if _, errOut := o.run(exitFailed, "", "broadcast", "report", "none"); !strings.Contains(errOut, "broadcast list") {
		t.Errorf("none: %q", errOut)
	}
	o.run(exitUsage, "", "broadcast", "approve", "tariffs")
	s := &world{t: t}
	s.cfg.DatabaseURL = url
	if got := s.strings(`SELECT action FROM audit WHERE action IN ('broadcast.start', 'broadcast.stop', 'broadcast.resume', 'broadcast.pause', 'broadcast.cancel')`); len(got) != 6 { // stop was said twice
		t.Errorf("the audit has %v", got)
	}
}

// approved leaves an approved broadcast in the database.
func approved(t *testing.T, url string) {
	t.Helper()
	ctx := t.Context()
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte("a secret for tests alone")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	all := broadcast.New(broadcast.Config{Store: store, Texts: texts, Zone: time.UTC, Now: time.Now})
	writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
	m, err := all.Create(ctx, writer, bot.Broadcast{
		ID: "tariffs", Title: "Тарифи", Topic: "tariff", Text: bot.Bilingual{UK: "Нові тарифи", RU: "Новые тарифы"},
	})
	for _, step := range []struct {
		by bot.Actor
		m  bot.BroadcastMove
	}{{writer, bot.BroadcastSubmit}, {approver, bot.BroadcastApprove}} {
		if err == nil {
			m, err = all.Move(ctx, step.by, m.ID, step.m, m.Version, broadcast.Moved{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
