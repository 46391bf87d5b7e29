package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// runUser adds and disables people of the staff.
func runUser(ctx context.Context, c call) error {
	sub, c, err := c.sub("user", "add", "disable")
	if err != nil {
		return err
	}
	f := c.flags("user " + sub)
	login := f.String("login", "", "the login")
	role := ""
	if sub == "add" {
		f.StringVar(&role, "role", "", "operator, marketer, approver or admin")
	}
	if err := c.parse(f, 0); err != nil {
		return err
	}
	if *login == "" || sub == "add" && role == "" {
		return usageError{errors.New("want -login L, and with add -role operator|marketer|approver|admin")}
	}
	if sub == "disable" {
		return withStaff(ctx, c, func(s *staff.Staff) error {
			if err := s.DisableUser(ctx, staff.System(), *login); err != nil {
				return err
			}
			fmt.Fprintf(c.out, "%s is disabled, and all of their tokens\n", *login)
			return nil
		})
	}
	password, err := readPassword(c.in)
	if err != nil {
		return err
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if err := s.AddUser(ctx, staff.System(), *login, bot.Role(role), password); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s is now staff, as %s\n", strings.ToLower(*login), role)
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
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", usageError{errors.New("the password comes in by the standard input, as one line")}
	}
	return line, nil
}

// withStaff opens the staff of the configured database. What is asked for in a
// wrong form is a usage error.
func withStaff(ctx context.Context, c call, f func(*staff.Staff) error) error {
	err := withStore(ctx, c, func(_ config, store *storage.Store, _ []string) error { return f(staff.New(store)) })
	var wrong *bot.InvalidError
	if errors.As(err, &wrong) {
		return usageError{err}
	}
	return err
}

// sub takes the first argument as the word of a command that has several.
func (c call) sub(name string, words ...string) (string, call, error) {
	if len(c.args) > 0 {
		for _, w := range words {
			if c.args[0] == w {
				c.args = c.args[1:]
				return w, c, nil
			}
		}
	}
	return "", c, usageError{fmt.Errorf("want %s %s", name, strings.Join(words, " | "))}
}
