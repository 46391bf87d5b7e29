package main

import (
	"context"
	"log/slog"
	"net"
	"regexp"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/bot/webchat"
	"visnyk/storage/storagetest"
)

// show is the demo as `visnyk demo` puts it on, in this process.
type show struct {
	t    *testing.T
	url  string // of the page, without the last slash
	box  *sandbox
	logs *buffer
}

// newShow runs a demo until the test ends, with further settings.
func newShow(t *testing.T, settings ...string) *show {
	t.Helper()
	s := &show{t: t, logs: &buffer{}, box: &sandbox{
		telegram: telegramtest.Start(t, telegramtest.Options{Strict: true, AllowHTTP: true}),
		viber:    vibertest.Start(t, vibertest.Options{}),
	}}
	cfg, err := readConfig(append([]string{
		"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0",
		"VISNYK_DATABASE_URL=" + storagetest.SQLiteURL(t),
	}, settings...))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Bots = append(s.box.bots(), botConfig{Name: webchat.DefaultName, Channel: "webchat"})
	for i := range cfg.Bots {
		cfg.Bots[i].Rate = 0 // nobody waits for a second between two messages
	}
	said := &buffer{}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() {
		ended <- demonstrate(ctx, said, cfg, s.box, slog.New(slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ends: %v", err)
		}
		if t.Failed() {
			t.Logf("log:\n%.20000s", s.logs)
		}
	})
	address := regexp.MustCompile(`http://\S+/`)
	await(t, "the demo to say where it is", func() bool {
		s.url = address.FindString(said.String())
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the demo ended at once: %v", err)
		default:
		}
		return s.url != ""
	})
	s.url = s.url[:len(s.url)-1]
	if _, _, err := net.SplitHostPort(s.url[len("http://"):]); err != nil {
		t.Fatalf("the demo says it is at %s", s.url)
	}
	return s
}

// windows are the widths that pages are made for, in pixels.
func windows() []int64 { return []int64{320, 390, 820, 1440} }

// everyCheck holds a page to all checks in each light on each window. ready
// waits for it to be drawn.
func everyCheck(t *testing.T, p *tab, url string, l bot.Language, ready func(), windows ...int64) {
	t.Helper()
	fail := func(v view, faults []string) {
		t.Helper()
		for _, f := range faults {
			t.Errorf("%v: %s", v, f)
		}
	}
	for _, width := range windows {
		v := view{width: width, height: 900, lang: string(l)}
		p.look(v)
		p.to(url)
		ready()
		fail(v, p.layout(width))
		for _, v.dark = range []bool{false, true} {
			p.look(v)
			fail(v, p.contrast())
		}
		fail(v, p.keyboard())
		if width == 320 || width == 1440 {
			fail(v, p.names())
			fail(v, p.markup(string(l)))
			fail(v, p.policy())
		}
	}
}

// light wants a page that nobody has talked on to weigh little.
func light(t *testing.T, p *tab) {
	t.Helper()
	encoded, decoded, faults := p.weight()
	for _, f := range faults {
		t.Error(f)
	}
	t.Logf("the page weighs %d bytes on the wire, %d unpacked", encoded, decoded)
}
