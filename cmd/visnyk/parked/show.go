package parked

import (
	"context"
	"fmt"
	"text/tabwriter"

	"visnyk/bot"
	"visnyk/bot/parked"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// show prints one update: what is known about it, and the bytes that came.
func show(ctx context.Context, c cli.Call, name, id string) error {
	return c.ExistingStore(ctx, func(cfg config.Config, store *storage.Store, _ []byte) error {
		r, err := parked.New(store).Get(ctx, bot.System(), name, id)
		if err != nil {
			return inWords(err)
		}
		chat := parked.Visible(r.Chat)
		if chat == "" {
			chat = "(none: nobody knows whose it is)"
		}
		tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		for _, line := range [][2]string{
			{"id", parked.Visible(r.Bot + "/" + r.ID)},
			{"chat", chat},
			{"source", string(r.Source)},
			{"received", cli.Moment(r.ReceivedAt, cfg.Zone)},
			{"parked", cli.Moment(r.ParkedAt, cfg.Zone)},
			{"tries", fmt.Sprint(r.Attempts)},
			{"reason", parked.Visible(r.Reason)},
			{"in the audit", parked.Object(r.Bot, r.ID)},
		} {
			fmt.Fprintf(tw, "%s\t%s\n", line[0], line[1])
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "\nWhat came, %s, as the person wrote it: it is theirs, keep it to yourself.\n%s\n",
			cli.Count(len(r.Payload), "byte", "bytes"), parked.Body(r.Payload))
		return nil
	})
}
