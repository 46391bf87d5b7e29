package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/library"
	"visnyk/bot/markup"
	"visnyk/cmd/visnyk/cli"
	"visnyk/storage"
)

// runChat lets one talk to the bot without a messenger: through the whole line, with
// the database's content, and in a database of its own that is thrown away.
func runChat(ctx context.Context, c cli.Call) error {
	f := c.Flags("chat")
	lang := f.String("lang", "", "uk or ru: the language of the person's messenger")
	each := f.String("each", "", "a file of messages, each by a person of its own: print what comes of it")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if *lang != "" && !bot.Language(*lang).Known() {
		return cli.Usagef("-lang %q: want uk or ru", *lang)
	}
	return c.Store(ctx, func(cfg config, store *storage.Store, _ []string) error {
		if cfg.LogLevel == "info" {
			cfg.LogLevel = "warn" // what is said here is the talk
		}
		dir, err := os.MkdirTemp("", "visnyk-chat-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		log := cfg.NewLog(c.Err)
		own, err := storage.Open(ctx, "sqlite:"+filepath.Join(dir, "chat.db"), storage.Options{Log: log, Secret: []byte(dir)})
		if err != nil {
			return err
		}
		defer own.Close()
		if _, err := own.Migrate(ctx); err != nil {
			return err
		}
		lib := library.NewLibrary(own, newFinder, log)
		sampled, err := lend(ctx, store, own, lib, time.Now().In(cfg.Zone))
		if err != nil {
			return err
		}
		engine, err := newEngine(cfg.Zone)
		if err != nil {
			return err
		}
		line, err := newPaperLine(ctx, own, "terminal", engine, lib, time.Now, log)
		if err != nil {
			return err
		}
		defer line.close()
		if sampled {
			fmt.Fprintln(c.Out, "The database has no approved articles or changes yet; this is the sample company.")
		}
		if *each != "" {
			return answerEach(ctx, *each, c.Out, *lang, line)
		}
		fmt.Fprintln(c.Out, "Write as a customer would; a number presses that button; an empty input ends.")
		t := terminal{in: bufio.NewScanner(c.In), out: c.Out, chat: "you", profile: bot.Profile{Locale: *lang}, line: line}
		return t.run(ctx)
	})
}

// lend copies the content into the database of the talk, and reports whether it is
// that of the sample company, where there is none of the company's own.
func lend(ctx context.Context, from, to *storage.Store, lib *library.Library, now time.Time) (sampled bool, err error) {
	articles, err := from.Articles(ctx)
	if err != nil {
		return false, err
	}
	changes, err := from.Changes(ctx)
	if err != nil {
		return false, err
	}
	if len(articles) == 0 && !slices.ContainsFunc(changes, bot.Change.Told) {
		return true, fillSample(ctx, to, change.New(to, nil, time.Now), lib, now)
	}
	if err := to.PutArticles(ctx, articles); err != nil {
		return false, err
	}
	if err := to.PutChanges(ctx, changes); err != nil {
		return false, err
	}
	return false, lib.Refresh(ctx)
}

// terminal is a conversation in text.
type terminal struct {
	in      *bufio.Scanner
	out     io.Writer
	chat    string
	profile bot.Profile
	line    *paperLine
	shown   bot.Message // the last message with buttons
}

func (t *terminal) run(ctx context.Context) error {
	if err := t.turn(ctx, bot.Event{Kind: bot.Started}); err != nil {
		return err
	}
	for {
		fmt.Fprint(t.out, "> ")
		if !t.in.Scan() || strings.TrimSpace(t.in.Text()) == "" {
			fmt.Fprintln(t.out)
			return t.in.Err()
		}
		if err := t.turn(ctx, t.event(strings.TrimSpace(t.in.Text()))); err != nil {
			return err
		}
	}
}

// event reads a line: a number is a press, anything else is typed.
func (t *terminal) event(line string) bot.Event {
	buttons := slices.Concat(t.shown.Buttons...)
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(buttons) {
		return bot.Event{Kind: bot.Tapped, Press: &bot.Press{Screen: t.shown.Screen, Action: buttons[n-1].Action}}
	}
	if line == "/start" {
		return bot.Event{Kind: bot.Started}
	}
	return bot.Event{Kind: bot.Typed, Text: line}
}

func (t *terminal) turn(ctx context.Context, e bot.Event) error {
	e.From, e.Profile = bot.Address{Bot: "terminal", Chat: t.chat}, t.profile
	write, left, err := t.line.take(ctx, storage.SourceChannel, e)
	if err != nil {
		return err
	}
	for _, row := range left {
		var m bot.Message
		if err := json.Unmarshal(row.Part.Body, &m); err != nil {
			return err
		}
		if row.Part.Kind != bot.Say {
			continue
		}
		if len(m.Buttons) > 0 {
			t.shown = m
		}
		printMessage(t.out, m)
	}
	if write.Open != nil {
		fmt.Fprintln(t.out, "  (a ticket is opened for the operators)")
	}
	return nil
}

// printMessage shows a message with its buttons numbered as they are pressed.
func printMessage(w io.Writer, m bot.Message) {
	fmt.Fprintf(w, "\n%s\n", markup.Read(m.Text, m.Plain).Plain())
	n := 0
	for _, row := range m.Buttons {
		for _, b := range row {
			n++
			fmt.Fprintf(w, "  [%d %s]", n, b.Label)
		}
		fmt.Fprintln(w)
	}
}
