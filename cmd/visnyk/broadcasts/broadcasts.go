// Package broadcasts is the command line of messages to many: what there is, how far it
// has come, and the moves that need no second person. What is written, submitted,
// approved and scheduled is so by users, over REST.
package broadcasts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// moves are those of the command line, with what is said of each.
func moves() map[string]string {
	return map[string]string{
		"start":  "begins: its people are listed and told",
		"pause":  "is paused: what has not left goes back and waits",
		"resume": "goes on where it was",
		"cancel": "is cancelled: whoever has not been told is not told",
	}
}

// Run lists broadcasts, shows and counts one, moves it, or stops all.
func Run(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("broadcast", "list", "show", "report", "start", "pause", "resume", "cancel", "stop")
	if err != nil {
		return err
	}
	f := c.Flags("broadcast " + sub)
	note := ""
	if _, moves := moves()[sub]; moves {
		f.StringVar(&note, "note", "", "what is said with it, for the audit and for colleagues")
	}
	args := map[string]int{"list": 0, "stop": 0}
	n, none := args[sub]
	if !none {
		n = 1
	}
	if err := c.Parse(f, n); err != nil {
		return err
	}
	switch sub {
	case "list", "show", "report":
		return c.ExistingStore(ctx, func(cfg config.Config, store *storage.Store, _ []byte) error {
			all := of(store, cfg.Zone)
			switch sub {
			case "list":
				return list(ctx, c.Out, all, cfg.Zone)
			case "show":
				return show(ctx, c.Out, all, f.Arg(0), cfg.Zone)
			}
			return report(ctx, c.Out, all, f.Arg(0))
		})
	case "stop":
		return c.StoreWithSecret(ctx, func(store *storage.Store) error { return stop(ctx, c.Out, of(store, nil)) })
	}
	return c.StoreWithSecret(ctx, func(store *storage.Store) error {
		return move(ctx, c.Out, of(store, nil), f.Arg(0), bot.BroadcastMove(sub), note)
	})
}

// of returns the broadcasts in the store; without messengers nothing can be submitted.
func of(store *storage.Store, zone *time.Location) *broadcast.Broadcasts {
	return broadcast.New(broadcast.Config{Store: store, Zone: zone, Now: time.Now})
}

// atOnce is how many broadcasts are read at a time.
const atOnce = 200

func list(ctx context.Context, out io.Writer, all *broadcast.Broadcasts, zone *time.Location) error {
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	found := false
	for cursor := ""; ; {
		some, next, err := all.List(ctx, bot.System(), cursor, atOnce)
		if err != nil {
			return err
		}
		for _, m := range some {
			if !found {
				fmt.Fprintln(tw, "ID\tSTATE\tSTARTS\tSTARTED\tTITLE")
			}
			found = true
			starts := "by hand"
			if m.Template {
				starts = "a template"
			}
			if !m.Start.IsZero() {
				starts = cli.Moment(m.Start, zone)
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", m.ID, state(m), starts, cli.Moment(m.Started, zone), visible(m.Title))
		}
		if cursor = next; next == "" {
			break
		}
	}
	if !found {
		fmt.Fprintln(out, "there are no broadcasts: they are made by POST /api/v1/broadcasts")
	}
	return tw.Flush()
}

// state is where a broadcast stands, and why it asks.
func state(m storage.Mailing) string {
	if m.Halt != "" {
		return string(m.State) + " (" + m.Halt + ")"
	}
	return string(m.State)
}

// visible is a text of a person's on one line of a terminal.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

func show(ctx context.Context, out io.Writer, all *broadcast.Broadcasts, id string, zone *time.Location) error {
	m, err := all.Read(ctx, bot.System(), id)
	if err != nil {
		return inWords(id, err)
	}
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(tw, "%s\t%s\n", name, visible(value))
		}
	}
	line("id", m.ID)
	line("title", m.Title)
	line("state", state(m))
	line("version", fmt.Sprint(m.Version))
	line("moves", strings.Join(bot.Choices(m.Moves()), ", "))
	line("topic", m.Topic)
	line("change", m.Change)
	if m.Template {
		line("template", "its copies are sent, with the slots filled")
	}
	if m.Filled != nil {
		line("made of", m.Filled.Template.ID)
		for _, slot := range bot.Slots() {
			line(string(slot), m.Filled.Words[slot].UK)
		}
	}
	line("author", m.Author)
	line("editor", m.Editor)
	line("note", m.Note)
	line("urgent", m.Urgent)
	line("approved", m.Hash)
	for _, at := range []struct {
		name string
		time.Time
	}{{"start", m.Start}, {"until", m.Until}, {"started", m.Started}, {"ended", m.Ended}} {
		if !at.IsZero() {
			line(at.name, cli.Moment(at.Time, zone))
		}
	}
	return tw.Flush()
}

func report(ctx context.Context, out io.Writer, all *broadcast.Broadcasts, id string) error {
	r, err := all.Report(ctx, bot.System(), id)
	if err != nil {
		return inWords(id, err)
	}
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(what string, n int) { fmt.Fprintf(tw, "%s\t%d\n", what, n) }
	planned := "planned"
	if r.Expanding {
		planned += " so far"
	}
	line(planned, r.Planned)
	line("sent", r.Sent)
	line("pending", r.Pending)
	line("unknown", r.Unknown)
	for _, of := range []struct {
		what    string
		reasons map[string]int
	}{{"skipped", r.Skipped}, {"failed", r.Failed}} {
		for _, reason := range slices.Sorted(maps.Keys(of.reasons)) {
			line(of.what+": "+reason, of.reasons[reason])
		}
	}
	for _, mark := range []struct {
		what string
		n    int
	}{
		{"delivered", r.Delivered},
		{"seen", r.Seen},
		{"clicked, at least", r.Clicked},
		{"acknowledged", r.Acknowledged},
		{"asked", r.Asked},
		{"complained", r.Complained},
		{"unsubscribed", r.Unsubscribed},
	} {
		line(mark.what, mark.n)
	}
	return tw.Flush()
}

// move makes the move of the version that is there, as whoever has the machine.
func move(ctx context.Context, out io.Writer, all *broadcast.Broadcasts, id string, m bot.BroadcastMove, note string) error {
	was, err := all.Read(ctx, bot.System(), id)
	if err == nil {
		_, err = all.Move(ctx, bot.System(), id, m, was.Version, broadcast.Moved{Note: note})
	}
	if err != nil {
		return inWords(id, err)
	}
	fmt.Fprintf(out, "%s %s\n", id, moves()[string(m)])
	return nil
}

func stop(ctx context.Context, out io.Writer, all *broadcast.Broadcasts) error {
	stopped, err := all.StopAll(ctx, bot.System())
	if err != nil {
		return err
	}
	if len(stopped) == 0 {
		fmt.Fprintln(out, "no broadcast is scheduled or sends")
		return nil
	}
	fmt.Fprintf(out, "paused: %s. Each goes on with visnyk broadcast resume ID.\n", strings.Join(stopped, ", "))
	return nil
}

// inWords says what to do about what has failed.
func inWords(id string, err error) error {
	var illegal *bot.MoveError
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return fmt.Errorf("there is no broadcast %q: visnyk broadcast list shows those there are", visible(id))
	case errors.As(err, &illegal):
		return fmt.Errorf("broadcast %s is %s: from there it may be moved by %s", id, illegal.From, strings.Join(illegal.Legal, ", "))
	}
	return err
}
