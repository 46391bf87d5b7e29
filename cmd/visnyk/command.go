package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// The exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// streams are the standard streams of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is one word of the command line.
type command struct {
	name, args, does string
	run              func(ctx context.Context, c call) error
}

// call is what a command is called with.
type call struct {
	streams
	args []string
	env  []string
}

// usageError is a mistake in the words of a call or in the configuration.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func commands() []command {
	return []command{
		{"demo", "[-listen ADDRESS] [-data DIR]", "everything on this machine, with sandbox messengers and sample content; a page to play with", runDemo},
		{"serve", "", "the service, configured by the environment", runServe},
		{"migrate", "", "bring the database up to date", runMigrate},
		{"webhook", "set | info | delete [-bot NAME]", "tell the messengers where we are, or ask how delivery stands", runWebhook},
		{"user", "add -login L -role R | disable -login L", "people of the staff; add reads the password from the standard input", runUser},
		{"token", "add -user L -name N [-role R] | revoke -user L -name N", "tokens for programs; add prints the token once", runToken},
		{"setting", "list | set NAME VALUE", "what people decide while the service runs", runSetting},
		{"faq", "import [-approve] [-replace] FILE | export | check | wanted | offers | eval -kb FILE -queries FILE", "articles in and out, as JSON; what is wrong with them, what people miss, how well questions find them", runFAQ},
		{"contacts", "import FILE | export", "people in and out, as CSV; import names every rejected row with its line", runContacts},
		{"flows", "[-format mermaid|dot]", "draw the conversation flows", runFlows},
		{"chat", "[-lang uk|ru]", "talk to the bot in this terminal, without a messenger", runChat},
		{"backup", "FILE", "a consistent copy of the database in a new SQLite file; the service may run", runBackup},
		{"copy", "-from URL -to URL", "a whole database, or a backup, into one without data; the service must not run", runCopy},
		{"verify", "[-known NUMBER:HASH]", "check the schema and the audit chain, and say what is wrong", runVerify},
		{"config", "", "the settings in force, secrets masked", runConfig},
		{"version", "", "version, commit and Go version", runVersion},
	}
}

// run carries out a command line and gives the exit code.
func run(ctx context.Context, args, env []string, s streams) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(s.out)
		if len(args) == 0 {
			return exitUsage
		}
		return exitDone
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, call{streams: s, args: args[1:], env: env})
		var wrong usageError
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return exitDone
		case errors.As(err, &wrong):
			fmt.Fprintf(s.err, "visnyk %s: %v\n", c.name, err)
			return exitUsage
		default:
			fmt.Fprintf(s.err, "visnyk %s: %v\n", c.name, err)
			return exitFailed
		}
	}
	fmt.Fprintf(s.err, "visnyk: no command %q; these exist:\n\n", args[0])
	usage(s.err)
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprint(w, "visnyk tells a company's customers about changes and answers their questions.\n\n")
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(tw, "  visnyk %s\t%s\n", strings.TrimSpace(c.name+" "+c.args), c.does)
	}
	tw.Flush()
	fmt.Fprint(w, "\nEvery command is configured by the environment; see the README, or visnyk config.\n")
}

// flags gives the flag set of a command, reporting to its error stream.
func (c call) flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet("visnyk "+name, flag.ContinueOnError)
	f.SetOutput(c.err)
	return f
}

// parse reads the flags and refuses more arguments than wanted.
func (c call) parse(f *flag.FlagSet, wanted int) error {
	if err := f.Parse(c.args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err}
	}
	if f.NArg() != wanted {
		return usageError{fmt.Errorf("want %d argument(s), got %d", wanted, f.NArg())}
	}
	return nil
}
