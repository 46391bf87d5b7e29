// Package users is the command line of the staff: who may work with Visnyk, and the
// tokens of their programs.
package users

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/textfile"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Run adds, lists and disables people of the staff.
func Run(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("user", "add", "list", "disable")
	if err != nil {
		return err
	}
	if sub == "list" {
		return listUsers(ctx, c)
	}
	f := c.Flags("user " + sub)
	login := f.String("login", "", "the login")
	role := ""
	if sub == "add" {
		f.StringVar(&role, "role", "", "operator, marketer, approver or admin")
	}
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if *login == "" || sub == "add" && role == "" {
		return cli.Usagef("want -login L, and with add -role operator|marketer|approver|admin")
	}
	if sub == "disable" {
		return withStaff(ctx, c, func(s *staff.Staff) error {
			if err := s.DisableUser(ctx, bot.System(), *login); err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "%s is disabled, and all of their tokens\n", *login)
			return nil
		})
	}
	password, err := readPassword(c.In)
	if err != nil {
		return err
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if err := s.AddUser(ctx, bot.System(), *login, bot.Role(role), password); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s is now staff, as %s\n", strings.ToLower(*login), role)
		return nil
	})
}

// readPassword takes the first line, so that a password never stands in the
// arguments, which every process of the machine can see.
func readPassword(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(string(textfile.Unmarked([]byte(line))), "\r\n")
	if line == "" {
		return "", cli.Usagef("the password comes in by the standard input, as one line")
	}
	return line, nil
}

// withStaff opens the staff of the configured database. What is asked for in a
// wrong form is a usage error.
func withStaff(ctx context.Context, c cli.Call, f func(*staff.Staff) error) error {
	err := c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error { return f(staff.New(store)) })
	var wrong *bot.InvalidError
	if errors.As(err, &wrong) {
		return cli.UsageError{Err: err}
	}
	return err
}
