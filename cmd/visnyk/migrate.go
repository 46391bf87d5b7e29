package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"visnyk/storage"
)

func runMigrate(ctx context.Context, c call) error {
	if err := c.parse(c.flags("migrate"), 0); err != nil {
		return err
	}
	return withStore(ctx, c, func(_ config, store *storage.Store, applied []string) error {
		for _, name := range applied {
			fmt.Fprintln(c.out, "applied", name)
		}
		if len(applied) == 0 {
			fmt.Fprintln(c.out, "nothing to do: the database is up to date")
		}
		return nil
	})
}

// withStore opens the configured database, brings it up to date, and closes it
// after f.
func withStore(ctx context.Context, c call, f func(config, *storage.Store, []string) error) error {
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	// Whoever only reads needs none; what is written is refused without it.
	secret, err := cfg.secret()
	var notSet usageError
	if err != nil && !errors.As(err, &notSet) {
		return err
	}
	store, err := storage.Open(ctx, cfg.DatabaseURL, storage.Options{Log: newLog(cfg, c.err), Secret: secret})
	if err != nil {
		return err
	}
	defer closeStore(store, newLog(cfg, c.err))
	applied, err := store.Migrate(ctx)
	if err != nil {
		return err
	}
	return f(cfg, store, applied)
}

func closeStore(store *storage.Store, log *slog.Logger) {
	if err := store.Close(); err != nil {
		log.Error("database not closed cleanly", "err", err)
	}
}
