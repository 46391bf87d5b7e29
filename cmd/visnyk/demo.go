package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"visnyk/bot/content"
	"visnyk/cmd/visnyk/sample"
	"visnyk/storage"
)

// runDemo runs the whole service against the sandbox, with the sample company,
// and gives the terminal two phones and the operator's desk.
func runDemo(ctx context.Context, c call) error {
	f := c.flags("demo")
	listen := f.String("listen", "127.0.0.1:8080", "where the service listens; port 0 takes any free one")
	data := f.String("data", "", "keep the database in this directory; without it the demo forgets everything")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	dir := *data
	if dir == "" {
		temporary, err := os.MkdirTemp("", "visnyk-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "visnyk.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
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
		"VISNYK_PUBLIC_URL=http://" + *listen,
	})
	if err != nil {
		return err
	}
	cfg.bots = box.bots()
	ctx, cancel := onSignal(ctx)
	defer cancel()
	return demonstrate(ctx, c, cfg, box, slog.New(slog.NewTextHandler(logFile, nil)), cancel)
}

// demonstrate starts the service, fills it with the sample company, and talks
// until the input ends.
func demonstrate(ctx context.Context, c call, cfg config, box *sandbox, log *slog.Logger, stop context.CancelFunc) error {
	s, err := newService(cfg, log)
	if err != nil {
		return err
	}
	type begun struct {
		s       *service
		address net.Addr
	}
	ready := make(chan begun, 1)
	s.started = func(s *service, address net.Addr) { ready <- begun{s, address} }
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	select {
	case err := <-ended:
		return err
	case b := <-ready:
		if err := fillSample(ctx, b.s.store.Load(), b.s.parts.library); err != nil {
			stop()
			return errors.Join(err, <-ended)
		}
		if err := box.connect(ctx, b.s, b.address.String()); err != nil {
			stop()
			return errors.Join(err, <-ended)
		}
		welcomeTo(c.out, box, b.address.String())
		talk := newPhones(box, s.parts, c.out)
		talk.all[0].write("/start") // the first thing a new customer's phone sends
		talk.run(ctx, lines(c.in))
		stop()
		return <-ended
	}
}

// fillSample puts the sample company into an empty database.
func fillSample(ctx context.Context, store *storage.Store, library *content.Library) error {
	have, err := store.Articles(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	articles, err := sample.Articles()
	if err != nil {
		return err
	}
	changes, err := sample.Changes()
	if err != nil {
		return err
	}
	if err := store.PutArticles(ctx, articles); err != nil {
		return err
	}
	if err := store.PutChanges(ctx, changes); err != nil {
		return err
	}
	return library.Refresh(ctx)
}

func welcomeTo(w io.Writer, box *sandbox, address string) {
	fmt.Fprintf(w, `Visnyk is running: the whole service, with sandbox messengers in place of Telegram and Viber.

  service    http://%s (readiness at /readyz)
  Telegram   %s
  Viber      %s

You hold two phones. What you write goes out as the messenger's own webhook, and
what you read came through the messenger's own API.

  write anything          a customer's message        1, 2, 3 …   press that button
  /telegram, /viber       take the other phone        /block      block the bot
  /take, /say TEXT, /close   be the operator          /quit       end

`, address, box.telegram.URL(), box.viber.URL())
}

// lines gives the lines of r; the channel closes when r ends.
func lines(r io.Reader) <-chan string {
	ch := make(chan string)
	go func() {
		defer close(ch)
		in := bufio.NewScanner(r)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			ch <- strings.TrimSpace(in.Text())
		}
	}()
	return ch
}
