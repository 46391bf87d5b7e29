package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"visnyk/storage"
	"visnyk/storage/upkeep"
)

// runBackup writes a consistent copy of the configured database into a new
// file, while the service may run.
func runBackup(ctx context.Context, c call) error {
	f := c.flags("backup")
	if err := c.parse(f, 1); err != nil {
		return err
	}
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	ctx, cancel := onSignal(ctx)
	defer cancel()
	file := f.Arg(0)
	err = upkeep.Backup(ctx, cfg.DatabaseURL, file, storage.Options{Log: newLog(cfg, c.err)})
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and a backup is never written over another", file)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s is complete; visnyk copy -from sqlite:%s -to URL brings it back\n", file, file)
	return nil
}
