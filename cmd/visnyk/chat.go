package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/dialog"
	"visnyk/bot/library"
	"visnyk/bot/markup"
	"visnyk/cmd/visnyk/sample"
	"visnyk/storage"
)

// runChat lets one talk to the bot without a messenger: the same turns over the
// database's content, with nothing stored.
func runChat(ctx context.Context, c call) error {
	f := c.flags("chat")
	lang := f.String("lang", "", "uk or ru: the language of the person's messenger")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	if *lang != "" && !bot.Language(*lang).Known() {
		return usageError{fmt.Errorf("-lang %q: want uk or ru", *lang)}
	}
	return withStore(ctx, c, func(cfg config, store *storage.Store, _ []string) error {
		director, err := newDirector(cfg.zone)
		if err != nil {
			return err
		}
		library := library.NewLibrary(store, newFinder, newLog(cfg, c.err))
		if err := library.Refresh(ctx); err != nil {
			return err
		}
		snapshot, own, err := orSample(ctx, library.Now(), store, time.Now().In(cfg.zone))
		if err != nil {
			return err
		}
		if !own {
			fmt.Fprintln(c.out, "The database has no approved articles or changes yet; this is the sample company.")
		}
		fmt.Fprintln(c.out, "Write as a customer would; a number presses that button; an empty input ends.")
		t := terminal{
			in: bufio.NewScanner(c.in), out: c.out,
			profile: bot.Profile{Locale: *lang},
			talk:    dialog.Rehearsal{Director: director, Content: snapshot, Hours: desk.DefaultHours(cfg.zone)},
		}
		return t.run()
	})
}

// orSample gives the sample content where there is none of the company's own.
func orSample(ctx context.Context, own library.Snapshot, store *storage.Store, now time.Time) (library.Snapshot, bool, error) {
	articles, err := store.Articles(ctx)
	if err != nil {
		return own, false, err
	}
	if len(articles) > 0 || len(own.Changes) > 0 {
		return own, true, nil
	}
	if articles, err = sample.Articles(now); err != nil {
		return own, false, err
	}
	changes, err := sample.Changes(now)
	if err != nil {
		return own, false, err
	}
	told := slices.DeleteFunc(changes, func(c bot.Change) bool { return !c.Told() })
	return library.Snapshot{FAQ: newFinder(articles), Changes: told}, false, nil
}

// terminal is a conversation in text.
type terminal struct {
	in      *bufio.Scanner
	out     io.Writer
	profile bot.Profile
	talk    dialog.Rehearsal
}

func (t *terminal) run() error {
	if err := t.turn(bot.Event{Kind: bot.Started}); err != nil {
		return err
	}
	for {
		fmt.Fprint(t.out, "> ")
		if !t.in.Scan() || strings.TrimSpace(t.in.Text()) == "" {
			fmt.Fprintln(t.out)
			return t.in.Err()
		}
		if err := t.turn(t.event(strings.TrimSpace(t.in.Text()))); err != nil {
			return err
		}
	}
}

// event reads a line: a number is a press, anything else is typed.
func (t *terminal) event(line string) bot.Event {
	state := t.talk.State()
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(state.Buttons) {
		return bot.Event{Kind: bot.Tapped, Press: &bot.Press{Screen: state.Screen, Action: state.Buttons[n-1].Action}}
	}
	if line == "/start" {
		return bot.Event{Kind: bot.Started}
	}
	return bot.Event{Kind: bot.Typed, Text: line}
}

func (t *terminal) turn(e bot.Event) error {
	e.From, e.Profile = bot.Address{Bot: "terminal", Chat: "you"}, t.profile
	result, err := t.talk.Turn(e, time.Now())
	if err != nil {
		return err
	}
	for _, s := range result.Said {
		printMessage(t.out, s.Message)
	}
	if result.Write.Open != nil {
		fmt.Fprintln(t.out, "  (a ticket is opened for the operators)")
	}
	return nil
}

// printMessage shows a message with its buttons numbered as they are pressed.
func printMessage(w io.Writer, m bot.Message) {
	fmt.Fprintf(w, "\n%s\n", markup.Parse(m.Text).Plain())
	n := 0
	for _, row := range m.Buttons {
		for _, b := range row {
			n++
			fmt.Fprintf(w, "  [%d %s]", n, b.Label)
		}
		fmt.Fprintln(w)
	}
}
