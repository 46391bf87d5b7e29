package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/editor"
	"visnyk/bot/library"
	"visnyk/bot/webchat"
	"visnyk/cmd/visnyk/cli"
	settings "visnyk/cmd/visnyk/config"
	"visnyk/cmd/visnyk/demo"
	"visnyk/cmd/visnyk/sample"
	"visnyk/storage"
)

// runDemo runs the whole service against the sandbox, with the sample company,
// and shows it as a page with two phones and a web chat.
func runDemo(ctx context.Context, c cli.Call) error {
	ctx, cancel := onSignal(ctx)
	defer cancel()
	f := c.Flags("demo")
	listen := f.String("listen", "127.0.0.1:8080", "where the page is; port 0 takes any free one")
	data := f.String("data", "", "keep the database in this directory; without it the demo forgets everything")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if !settings.Listenable(*listen) {
		return cli.Usagef("-listen %q: want host:port, for example 127.0.0.1:8080", *listen)
	}
	if at, err := net.ResolveTCPAddr("tcp", *listen); err == nil && at.IP != nil && !at.IP.IsLoopback() && !at.IP.IsUnspecified() {
		return cli.Usagef("-listen %q: the sandbox's messengers reach this machine alone: listen at 127.0.0.1, or at 0.0.0.0 for others to reach the page too", *listen)
	}
	dir := *data
	if dir == "" {
		temporary, err := os.MkdirTemp("", "visnyk-demo-")
		if err != nil {
			return fmt.Errorf("%w: give a directory with -data", err)
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("-data: %w", err)
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "visnyk.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("-data: %w", err)
	}
	defer logFile.Close()

	box, err := newSandbox()
	if err != nil {
		return err
	}
	defer box.close()
	cfg, err := readConfig([]string{
		"VISNYK_LISTEN=" + *listen, "VISNYK_INTERNAL_LISTEN=127.0.0.1:0",
		"VISNYK_DATABASE_URL=sqlite:" + filepath.Join(dir, "visnyk.db"),
	})
	if err != nil {
		return err
	}
	cfg.Bots = append(box.bots(), botConfig{Name: webchat.DefaultName, Channel: "webchat"})
	return demonstrate(ctx, c.Out, cfg, box, slog.New(slog.NewTextHandler(logFile, nil)))
}

// demonstrate starts the service with the page beside it, fills it with the
// sample company, tells w where it is, and runs until ctx ends.
func demonstrate(ctx context.Context, w io.Writer, cfg config, box *sandbox, log *slog.Logger) error {
	page, err := demo.New(log)
	if err != nil {
		return err
	}
	door, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("-listen: %w; -listen 127.0.0.1:0 takes any free port", err)
	}
	defer door.Close()
	at := reached(door.Addr())
	cfg.PublicURL = "http://" + at // of the sandbox's messengers alone, so it may be a plain one
	s, err := newService(cfg, log)
	if err != nil {
		return err
	}
	s.door = door
	s.mount = page.Mount
	s.watch = watcher{arrived: page.Line.Arrived, turned: page.Line.Turned, ended: page.Line.Ended}
	s.phones = func(bot, payload string) string { return cfg.PublicURL + demo.Start(bot, payload) }
	filled := make(chan struct{})
	// Nobody holds the bots yet: whoever takes one finds the company there, and its
	// messenger told where to deliver.
	s.started = func(s *service, _ net.Addr) error {
		switch err := s.prepare(ctx, box, at); {
		case err == nil:
			close(filled)
		case ctx.Err() == nil: // else it was stopped, and what failed is of no interest
			return err
		}
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	context.AfterFunc(ctx, page.Close)
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-filled:
	}
	parts := demo.Parts{
		Store: s.store.Load(), Staff: s.parts.api.Staff, Admit: s.console.Admit, Book: s.engine.Book,
		Telegram: box.telegram, Viber: box.viber, Zone: cfg.Zone, WebChat: s.chat != nil,
	}
	if err := page.Greet(ctx, parts); err != nil && ctx.Err() == nil {
		stop()
		return errors.Join(err, <-ended)
	}
	page.Open(parts)
	invite(ctx, w, door.Addr())
	return <-ended
}

// prepare fills an empty database with the sample company, ready for an outage, and
// has the messengers of the sandbox deliver to us at the address.
func (s *service) prepare(ctx context.Context, box *sandbox, address string) error {
	store := s.store.Load()
	// Before the content is read, which the company's name is part of.
	if err := demo.Seed(ctx, store); err != nil {
		return err
	}
	if err := fillSample(ctx, store, s.parts.api.Changes, s.parts.library, time.Now().In(s.cfg.Zone)); err != nil {
		return err
	}
	if err := demo.Remember(ctx, store, box.telegram, box.viber, time.Now()); err != nil {
		return err
	}
	if err := demo.Hire(ctx, s.parts.api.Staff); err != nil {
		return err
	}
	if err := s.plan(ctx); err != nil {
		return err
	}
	return box.connect(ctx, s, address)
}

// fillSample puts the sample company into an empty database, as it stands now. What its
// changes tell is bound for the messengers that take them in.
func fillSample(ctx context.Context, store *storage.Store, takes *change.Changes, library *library.Library, now time.Time) error {
	have, err := store.Articles(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	articles, err := sample.Articles(now)
	if err != nil {
		return err
	}
	changes, err := sample.Changes(now)
	if err != nil {
		return err
	}
	// The changes first: the dates of articles follow theirs.
	if err := takes.Import(ctx, bot.System(), changes); err != nil {
		return err
	}
	how := editor.Import{Approve: true}
	if _, err := editor.NewEditor(store, time.Now).Import(ctx, bot.System(), articles, how); err != nil {
		return err
	}
	return library.Refresh(ctx)
}

// plan has the sample company be ready for an outage.
func (s *service) plan(ctx context.Context) error {
	made, err := sample.Outage()
	if err != nil {
		return err
	}
	line, whom := sample.OnTheLine()
	return demo.Ready(ctx, s.parts.api.Staff, s.parts.api.Audiences, s.parts.api.Broadcasts, made, line, whom)
}

// reached is where this machine reaches a listener.
func reached(at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return at.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// invite says where the page is, and shows it to whoever sits before a screen.
func invite(ctx context.Context, w io.Writer, at net.Addr) {
	address := "http://" + reached(at) + "/"
	fmt.Fprintf(w, "Visnyk is running: the whole service, with sandbox messengers in place of Telegram and Viber.\n\n  %s\n\n", address)
	if tcp, ok := at.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		fmt.Fprint(w, "Whoever reaches this address can play every part. Without -listen the page is for this machine alone.\n")
	}
	demo.PrintLogins(w, address+"console")
	fmt.Fprint(w, "Ctrl-C ends it.\n")
	if open := opener(); open != "" && onTerminal(w) {
		// A browser that does not come up is no reason to stop: the address stands above.
		if err := exec.CommandContext(context.WithoutCancel(ctx), open, address).Start(); err == nil {
			return
		}
	}
}

// opener is the program that shows an address on this system; "" where there is
// nothing to show it on.
func opener() string {
	switch {
	case runtime.GOOS == "darwin":
		return "open"
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		return "xdg-open"
	}
	return ""
}

// onTerminal reports whether somebody reads w as it comes.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
