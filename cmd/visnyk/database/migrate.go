package database

import (
	"context"
	"fmt"

	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Migrate brings the configured database up to date and says what it did.
func Migrate(ctx context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("migrate"), 0); err != nil {
		return err
	}
	return c.Store(ctx, func(_ config.Config, _ *storage.Store, applied []string) error {
		for _, name := range applied {
			fmt.Fprintln(c.Out, "applied", name)
		}
		if len(applied) == 0 {
			fmt.Fprintln(c.Out, "nothing to do: the database is up to date")
		}
		return nil
	})
}
