// Package database is the command line of the database: migrations, copies, and
// checks of what stands in it.
package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"visnyk/cmd/visnyk/cli"
	"visnyk/storage"
	"visnyk/storage/upkeep"
)

// Backup writes a consistent copy of the configured database into a new
// file, while the service may run.
func Backup(ctx context.Context, c cli.Call) error {
	f := c.Flags("backup")
	if err := c.Parse(f, 1); err != nil {
		return err
	}
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	file := f.Arg(0)
	err = upkeep.Backup(ctx, cfg.DatabaseURL, file, storage.Options{Log: cfg.NewLog(c.Err)})
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and a backup is never written over another", file)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s is complete; visnyk copy -from sqlite:%s -to URL brings it back\n", file, file)
	return nil
}
