// Package contacts is the command line of people: in and out, as CSV.
package contacts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Run brings people in and out, as CSV.
func Run(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("contacts", "import", "export")
	if err != nil {
		return err
	}
	f := c.Flags("contacts " + sub)
	if sub == "export" {
		if err := c.Parse(f, 0); err != nil {
			return err
		}
		// What goes out stands in the audit.
		return c.ExistingStore(ctx, func(_ config.Config, store *storage.Store, _ []byte) error {
			out := bufio.NewWriter(c.Out)
			if _, err := contact.New(store, time.Now).ExportAll(ctx, bot.System(), out); err != nil {
				return err
			}
			return out.Flush()
		})
	}
	if err := c.Parse(f, 1); err != nil {
		return err
	}
	file, err := os.Open(f.Arg(0))
	if err != nil {
		return err
	}
	defer file.Close()
	// The secret shows who was erased and must not come back.
	return c.StoreWithSecret(ctx, func(store *storage.Store) error {
		sum, err := contact.New(store, time.Now).Import(ctx, bot.System(), file, func(r contact.Rejected) {
			fmt.Fprintf(c.Out, "line %d: %v\n", r.Line, &bot.InvalidError{Faults: r.Problems})
		})
		fmt.Fprintf(c.Out, "%s: %s new, %s there, %s rejected\n", cli.Count(sum.Rows, "row", "rows"),
			cli.Count(sum.Created, "person is", "people are"), cli.Count(sum.Updated+sum.Unchanged, "was", "were"),
			cli.Count(sum.Rejected, "row was", "rows were"))
		if sum.Short > 0 {
			fmt.Fprintf(c.Out, "%s before the last column: what is missing there was left as it is\n", cli.Count(sum.Short, "row ends", "rows end"))
		}
		if sum.Updated+sum.Unchanged > 0 {
			fmt.Fprintf(c.Out, "of those there, %s changed and %s as before\n", cli.Count(sum.Updated, "is", "are"), cli.Count(sum.Unchanged, "is", "are"))
		}
		switch {
		case err != nil:
			return err
		case sum.Rejected > 0:
			return errors.New("rows were rejected: mend those lines and import the file again, the others will do no harm")
		}
		return nil
	})
}
