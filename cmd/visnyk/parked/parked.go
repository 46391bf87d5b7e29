// Package parked is the command line of updates that were put aside.
package parked

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"visnyk/bot"
	"visnyk/bot/parked"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Run lists and shows what was put aside, sends it back into the line, or drops
// it.
func Run(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("parked", "list", "show", "replay", "drop")
	if err != nil {
		return err
	}
	f := c.Flags("parked " + sub)
	if sub == "list" {
		n := f.Int("n", 50, "how many at most, the latest first")
		if err := c.Parse(f, 0); err != nil {
			return err
		}
		return list(ctx, c, *n)
	}
	if err := c.Parse(f, 1); err != nil {
		return err
	}
	// Names of bots have no stroke, ids of messengers may.
	name, id, ok := strings.Cut(f.Arg(0), "/")
	if !ok || name == "" || id == "" {
		return cli.Usagef("want an ID as parked list prints it: BOT/ID")
	}
	if sub == "show" {
		return show(ctx, c, name, id)
	}
	return c.StoreWithSecret(ctx, func(store *storage.Store) error {
		aside := parked.New(store)
		said, move := "goes on at its old place in its chat", aside.Replay
		if sub == "drop" {
			said, move = "is dropped; delivered again, it will not come back", aside.Drop
		}
		if err := move(ctx, bot.System(), name, id); err != nil {
			return inWords(err)
		}
		fmt.Fprintf(c.Out, "%s %s. A ticket that was opened for it stays until an operator closes it.\n", parked.Visible(f.Arg(0)), said)
		return nil
	})
}

// inWords says what to do about what has failed.
func inWords(err error) error {
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return errors.New("no such update is parked: visnyk parked list shows those that are")
	case errors.Is(err, storage.ErrNoChat):
		return errors.New("nobody knows whose update this is, so there is no chat it could go back to: visnyk parked drop gives it up")
	}
	return err
}

func list(ctx context.Context, c cli.Call, n int) error {
	if n < 1 {
		return cli.Usagef("-n %d: want 1 or more", n)
	}
	return c.ExistingStore(ctx, func(cfg config.Config, store *storage.Store, _ []byte) error {
		rows, all, err := parked.New(store).List(ctx, bot.System(), n)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			fmt.Fprintln(c.Out, "nothing is parked")
			return nil
		}
		tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "ID\tSOURCE\tPARKED\tTRIES\tREASON")
		for _, r := range rows {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%s\n",
				parked.Visible(r.Bot+"/"+r.ID), r.Source, cli.Moment(r.ParkedAt, cfg.Zone), r.Attempts, parked.Visible(r.Reason))
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		if all > len(rows) {
			fmt.Fprintf(c.Out, "%d more; -n shows them\n", all-len(rows))
		}
		return nil
	})
}
