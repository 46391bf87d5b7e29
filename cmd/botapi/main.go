// Command botapi compares what we know of Telegram's Bot API with a description
// of it, and prints what differs:
//
//	npm pack @gramio/types && go run ./cmd/botapi gramio-types-*.tgz
//
// A description is the declarations of that package, as its archive or unpacked.
// Nothing of it is kept. Ours is the table in bot/telegram/telegramtest/api, by
// which the fake of tests is strict.
package main

import (
	"fmt"
	"io"
	"os"

	"visnyk/bot/telegram/telegramtest"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit code: 0 when nothing differs, 1 when something does, 2 when
// they could not be compared.
func run(args []string, out, errs io.Writer) int {
	if len(args) != 1 || args[0] == "-h" || args[0] == "--help" {
		_, _ = fmt.Fprintln(errs, "usage: botapi PATH  (of the package @gramio/types: its .tgz or its directory)")
		return 2
	}
	theirs, err := describe(args[0])
	if err != nil {
		_, _ = fmt.Fprintln(errs, "botapi:", err)
		return 2
	}
	ours := telegramtest.API()
	lines := differences(theirs, ours)
	for _, line := range lines {
		_, _ = fmt.Fprintln(out, line)
	}
	if len(lines) > 0 {
		_, _ = fmt.Fprintf(errs, "%d differences: see the head of bot/telegram/telegramtest/api/types.txt\n", len(lines))
		return 1
	}
	_, _ = fmt.Fprintf(errs, "nothing differs: %d types, %d methods called, %d not called\n", len(ours.Types), len(ours.Methods), len(ours.Uncalled))
	return 0
}
