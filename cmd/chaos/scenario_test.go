package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// shared is the rig of this test binary: tests have nothing else in common that
// could hold it.
var shared *rig

func TestMain(m *testing.M) {
	flag.Parse()
	// Most of the time a run waits for a lease to lapse or for a clock.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("6")
	}
	var err error
	if shared, err = newRig(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	shared.close()
	os.Exit(code)
}

// inShort leaves out what is an attack too, and what wants a second build of the
// service, for which the short form has no time: the command plays it.
func inShort(s scenario, database string) bool {
	return s.name != "erase" && s.name != "diskfull" && (s.name != "clock" || database != "sqlite")
}

// TestScenarios plays each scenario in its short form.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios() {
		for i, database := range s.databases {
			if inShort(s, database) {
				t.Run(s.name+"/"+database, func(t *testing.T) {
					t.Parallel()
					s.play(newPlay(t, shared, database, uint64(1+i), short))
				})
			}
		}
	}
}

// TestTermWhileAMessengerHangs ends in time all the same, and well: the send is
// given up and its outcome written.
func TestTermWhileAMessengerHangs(t *testing.T) {
	t.Parallel()
	p := newPlay(t, shared, "sqlite", 1, short) // the stop has nothing to do with the database
	pr, database := hanging(p)
	pr.signal(p, syscall.SIGTERM)
	pr.unready(p)
	if code := pr.exit(p, 12*time.Second); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	var sending int
	p.must(p.open(database).Get(&sending, `SELECT count(*) FROM outbox WHERE state = 'sending'`))
	if sending != 0 {
		t.Errorf("%d sends are left without an outcome", sending)
	}
}

// TestTermTwice: who cannot wait for a messenger that hangs says it twice.
func TestTermTwice(t *testing.T) {
	for _, database := range []string{"postgres", "sqlite"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			p := newPlay(t, shared, database, 1, short)
			pr, _ := hanging(p)
			pr.signal(p, syscall.SIGTERM)
			pr.unready(p)
			began := time.Now()
			pr.signal(p, syscall.SIGTERM)
			if code := pr.exit(p, time.Second); code == 0 {
				t.Error("exit code 0, though the drain was broken off")
			}
			t.Logf("ended %v after the second signal", time.Since(began).Round(time.Millisecond))
		})
	}
}

// hanging is a service in the middle of a send that the messenger never answers.
func hanging(p *play) (*process, string) {
	p.Helper()
	database, address := p.fresh(), p.free()
	tg := p.fakeTelegram(telegramtest.Options{})
	tg.Always(5000, telegramtest.Hang())
	pr := p.start(p.settings(database).onTelegram(tg.URL()), address)
	p.must(p.newCrowd(1, 1, address).write(p.Context()))
	p.must(tg.Wait(p.Context(), func() bool {
		calls := tg.Calls()
		return len(calls) > 0 && strings.HasPrefix(calls[len(calls)-1].Method, "send")
	}))
	return pr, database
}
