package users

import (
	"context"
	"fmt"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/cmd/visnyk/cli"
)

// RunTokens makes, lists and revokes the tokens of programs.
func RunTokens(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("token", "add", "list", "revoke")
	if err != nil {
		return err
	}
	if sub == "list" {
		return listTokens(ctx, c)
	}
	f := c.Flags("token " + sub)
	user := f.String("user", "", "the login of the user the token belongs to")
	name := f.String("name", "", "what the token is for")
	role := ""
	if sub == "add" {
		f.StringVar(&role, "role", "", "at most the user's role, which is the default")
	}
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if *user == "" || *name == "" {
		return cli.Usagef("want -user L and -name N")
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if sub == "revoke" {
			if err := s.RevokeToken(ctx, bot.System(), *user, *name); err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "the token %s of %s is revoked\n", *name, *user)
			return nil
		}
		secret, err := s.AddToken(ctx, bot.System(), *user, *name, bot.Role(role))
		if err != nil {
			return err
		}
		fmt.Fprintln(c.Err, "Keep this token now: it is stored nowhere and cannot be shown again.")
		fmt.Fprintln(c.Out, secret) // alone, so that it can go straight into a file
		return nil
	})
}
