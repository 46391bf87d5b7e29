package users

import (
	"cmp"
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
		fmt.Fprintln(tw, "LOGIN\tNAME\tROLE\tSINCE\tSEEN\tSECOND FACTOR\tTOKENS\tLAST USED\tSTATE")
		for _, u := range list {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", u.Login, cmp.Or(u.Name, "-"), roleOf(u), day(u.CreatedAt, cfg.Zone),
				cli.Moment(u.SeenAt, cfg.Zone), factorOf(u), u.Tokens, cli.Moment(u.UsedAt, cfg.Zone), userState(u, cfg.Zone))
		}
		return tw.Flush()
	})
}

// roleOf is a user's role, with the lead of the desk.
func roleOf(u storage.UserEntry) string {
	if u.Lead {
		return string(u.Role) + ", leads the desk"
	}
	return string(u.Role)
}

// factorOf reports whether a user has a second factor, and whether they must.
func factorOf(u storage.UserEntry) string {
	switch {
	case u.TOTP != "":
		return "yes"
	case staff.NeedsFactor(u.Role):
		return "with the next sign-in"
	}
	return "no"
}

// userState reports whether a user may work, and why not.
func userState(u storage.UserEntry, zone *time.Location) string {
	switch {
	case !u.DisabledAt.IsZero():
		return "disabled on " + cli.Moment(u.DisabledAt, zone)
	case u.Password == "" && u.Invited:
		return "invited"
	case u.Password == "":
		return "the invitation is past: visnyk user link makes another"
	}
	return "may work"
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
