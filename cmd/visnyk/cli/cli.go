// Package cli is the command line: what a command is called with, how it reads
// its flags and opens the database, and what its errors mean to the caller.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"visnyk/cmd/visnyk/config"
)

// The exit codes of every command.
const (
	Done   = 0
	Failed = 1
	Usage  = 2 // wrong words, or a wrong configuration
)

// Streams are the standard streams of a command.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Command is one word of the command line.
type Command struct {
	Name, Args, Does string
	Run              func(ctx context.Context, c Call) error
}

// Call is what a command is called with.
type Call struct {
	Streams
	Args []string
	Env  []string
	read func(environ []string) (config.Config, error)
}

// Config returns the settings in force. A *config.WrongError names every one that
// is wrong.
func (c Call) Config() (config.Config, error) { return c.read(c.Env) }

// UsageError is a mistake in the words of a call.
type UsageError struct{ Err error }

// Error implements error.
func (e UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the mistake.
func (e UsageError) Unwrap() error { return e.Err }

// Usagef returns a UsageError in words.
func Usagef(format string, args ...any) UsageError { return UsageError{fmt.Errorf(format, args...)} }

// Line is a command line to be carried out.
type Line struct {
	Streams
	Args, Env []string
	Read      func(environ []string) (config.Config, error) // the settings
}

// Run carries out the line with one of the commands and returns the exit code.
func (l Line) Run(ctx context.Context, commands []Command) int {
	args := l.Args
	if len(args) > 1 && args[0] == "help" {
		args = []string{args[1], "-h"}
	}
	if len(args) == 0 || asksHelp(args[0]) {
		usage(l.Out, commands)
		if len(args) == 0 {
			return Usage
		}
		return Done
	}
	for _, c := range commands {
		if c.Name != args[0] {
			continue
		}
		if len(args) > 1 && asksHelp(args[1]) {
			c.describe(l.Out)
		}
		err := c.Run(ctx, Call{Streams: l.Streams, Args: args[1:], Env: l.Env, read: l.Read})
		if err == nil || errors.Is(err, flag.ErrHelp) {
			return Done
		}
		fmt.Fprintf(l.Err, "visnyk %s: %v\n", c.Name, err)
		var words UsageError
		var settings *config.WrongError
		if errors.As(err, &words) || errors.As(err, &settings) {
			return Usage
		}
		return Failed
	}
	fmt.Fprintf(l.Err, "visnyk: no command %q; these exist:\n\n", args[0])
	usage(l.Err, commands)
	return Usage
}

func usage(w io.Writer, commands []Command) {
	fmt.Fprint(w, "visnyk tells a company's customers about changes and answers their questions.\n\n")
	for _, c := range commands {
		c.describe(w)
	}
	fmt.Fprint(w, "\nEvery command is configured by the environment; see the README, or visnyk config.\n")
}

// describe writes how the command is called, and below what it does: a line of
// both is longer than a terminal.
func (c Command) describe(w io.Writer) {
	fmt.Fprintf(w, "  visnyk %s\n        %s\n", strings.TrimSpace(c.Name+" "+c.Args), c.Does)
}

// asksHelp reports whether the word asks what there is.
func asksHelp(word string) bool {
	return slices.Contains([]string{"help", "-h", "-help", "--help"}, word)
}

// Flags returns the flag set of a command, reporting to its error stream.
func (c Call) Flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet("visnyk "+name, flag.ContinueOnError)
	f.SetOutput(c.Err)
	f.Usage = func() {
		var any bool
		f.VisitAll(func(*flag.Flag) { any = true })
		if any {
			fmt.Fprintf(c.Err, "visnyk %s takes:\n", name)
			f.PrintDefaults()
		}
	}
	return f
}

// Parse reads the flags and refuses another number of arguments than wanted.
func (c Call) Parse(f *flag.FlagSet, wanted int) error {
	if err := f.Parse(c.Args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return UsageError{err}
	}
	if f.NArg() != wanted {
		return Usagef("want %s, got %d", Count(wanted, "argument", "arguments"), f.NArg())
	}
	return nil
}

// Sub takes the first argument as the word of a command that has several;
// flag.ErrHelp where it asks for help.
func (c Call) Sub(name string, words ...string) (string, Call, error) {
	if len(c.Args) > 0 && asksHelp(c.Args[0]) {
		return "", c, flag.ErrHelp
	}
	if len(c.Args) > 0 && slices.Contains(words, c.Args[0]) {
		word := c.Args[0]
		c.Args = c.Args[1:]
		return word, c, nil
	}
	return "", c, Usagef("want %s %s", name, strings.Join(words, " | "))
}

// Count writes a number with its noun: one article, 2 articles.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Moment writes when something was, in the zone; "never" for the zero time.
func Moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
