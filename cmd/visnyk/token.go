package main

import (
	"context"
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/bot/staff"
)

// runToken makes and revokes the tokens of programs.
func runToken(ctx context.Context, c call) error {
	sub, c, err := c.sub("token", "add", "revoke")
	if err != nil {
		return err
	}
	f := c.flags("token " + sub)
	user := f.String("user", "", "the login of the user the token belongs to")
	name := f.String("name", "", "what the token is for")
	role := ""
	if sub == "add" {
		f.StringVar(&role, "role", "", "at most the user's role, which is the default")
	}
	if err := c.parse(f, 0); err != nil {
		return err
	}
	if *user == "" || *name == "" {
		return usageError{errors.New("want -user L and -name N")}
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if sub == "revoke" {
			if err := s.RevokeToken(ctx, staff.System(), *user, *name); err != nil {
				return err
			}
			fmt.Fprintf(c.out, "the token %s of %s is revoked\n", *name, *user)
			return nil
		}
		secret, err := s.AddToken(ctx, staff.System(), *user, *name, bot.Role(role))
		if err != nil {
			return err
		}
		fmt.Fprintln(c.err, "Keep this token now: it is stored nowhere and cannot be shown again.")
		fmt.Fprintln(c.out, secret) // alone, so that it can go straight into a file
		return nil
	})
}
