package users

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// listUsers prints who may do what.
func listUsers(ctx context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("user list"), 0); err != nil {
		return err
	}
	return c.ExistingStore(ctx, func(cfg config.Config, store *storage.Store, _ []byte) error {
		list, err := staff.New(store).Users(ctx, bot.System())
		if err != nil {
			return err
		}
		tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "LOGIN\tROLE\tSINCE\tTOKENS\tLAST USED\tSTATE")
		for _, u := range list {
			state := "may work"
			if !u.DisabledAt.IsZero() {
				state = "disabled on " + cli.Moment(u.DisabledAt, cfg.Zone)
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%s\t%s\n", u.Login, u.Role, day(u.CreatedAt, cfg.Zone), u.Tokens, cli.Moment(u.UsedAt, cfg.Zone), state)
		}
		return tw.Flush()
	})
}

// listTokens prints what programs may do. The secrets are kept nowhere, and
// nothing of their hashes is shown.
func listTokens(ctx context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("token list"), 0); err != nil {
		return err
	}
	return c.ExistingStore(ctx, func(cfg config.Config, store *storage.Store, _ []byte) error {
		list, err := staff.New(store).Tokens(ctx, bot.System())
		if err != nil {
			return err
		}
		tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "USER\tNAME\tROLE\tSINCE\tLAST USED\tSTATE")
		for _, k := range list {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n",
				k.Login, k.Name, k.Role, day(k.CreatedAt, cfg.Zone), cli.Moment(k.UsedAt, cfg.Zone), stateOf(k, cfg.Zone))
		}
		return tw.Flush()
	})
}

// stateOf reports whether a token is taken, and why not.
func stateOf(k storage.TokenEntry, zone *time.Location) string {
	switch {
	case !k.RevokedAt.IsZero():
		return "revoked on " + cli.Moment(k.RevokedAt, zone)
	case k.Disabled:
		return "refused: its user is disabled"
	case !k.Role.Within(k.UserRole):
		return "refused: its user has become " + string(k.UserRole)
	}
	return "in force"
}

func day(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }
