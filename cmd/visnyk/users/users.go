// Package users is the command line of the staff: who may work with Visnyk, and the
// tokens of their programs.
package users

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/textfile"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Run adds, lists and disables people of the staff, and lets back in who cannot sign in.
func Run(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("user", "add", "list", "link", "disable")
	if err != nil {
		return err
	}
	if sub == "list" {
		return listUsers(ctx, c)
	}
	f := c.Flags("user " + sub)
	login := f.String("login", "", "the login")
	role, factor := "", false
	if sub == "link" {
		f.BoolVar(&factor, "factor", false, "take away their second factor too, as when a phone is lost")
	}
	if sub == "add" {
		f.StringVar(&role, "role", "", "operator, marketer, approver or admin")
	}
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if *login == "" || sub == "add" && role == "" {
		return cli.Usagef("want -login L, and with add -role operator|marketer|approver|admin")
	}
	if sub == "link" {
		return link(ctx, c, *login, factor)
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
	if password == "" {
		return invite(ctx, c, staff.Invitation{Login: *login, Role: bot.Role(role)})
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if err := s.AddUser(ctx, bot.System(), *login, bot.Role(role), password); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s is now staff, as %s\n", strings.ToLower(*login), role)
		return nil
	})
}

// invite adds somebody who chooses their password by a link.
func invite(ctx context.Context, c cli.Call, i staff.Invitation) error {
	return printLink(ctx, c, i.Login, func(s *staff.Staff) (staff.Link, error) { return s.Invite(ctx, bot.System(), i) })
}

// link lets somebody choose another password, and where asked set up another
// second factor.
func link(ctx context.Context, c cli.Call, login string, factor bool) error {
	return printLink(ctx, c, login, func(s *staff.Staff) (staff.Link, error) {
		if factor {
			if err := s.ResetFactor(ctx, bot.System(), login); err != nil {
				return staff.Link{}, err
			}
		}
		return s.PasswordLink(ctx, bot.System(), login)
	})
}

func printLink(ctx context.Context, c cli.Call, login string, make func(*staff.Staff) (staff.Link, error)) error {
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		link, err := make(s)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Err, "Give %s this link. It works once, until %s, and cannot be shown again.\n",
			strings.ToLower(login), cli.Moment(link.Until, cfg.Zone))
		fmt.Fprintln(c.Out, cfg.Address(cfg.Listen)+link.Path) // alone, so that it can go straight into a letter
		return nil
	})
}

// readPassword takes the first line, so that a password never stands in the
// arguments, which every process of the machine can see; "" where there is none, or
// somebody sits at a terminal, which would show what they type.
func readPassword(r io.Reader) (string, error) {
	if f, ok := r.(*os.File); ok {
		if about, err := f.Stat(); err == nil && about.Mode()&os.ModeCharDevice != 0 {
			return "", nil
		}
	}
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(string(textfile.Unmarked([]byte(line))), "\r\n"), nil
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
