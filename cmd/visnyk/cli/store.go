package cli

import (
	"context"
	"errors"

	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Store opens the configured database, brings it up to date, and closes it after
// f, which hears of the migrations that were applied.
func (c Call) Store(ctx context.Context, f func(cfg config.Config, store *storage.Store, applied []string) error) error {
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	// Whoever only reads needs none; what is written is refused without it.
	secret, err := cfg.SecretKey()
	var notSet *config.WrongError
	if err != nil && !errors.As(err, &notSet) {
		return err
	}
	return c.with(ctx, cfg, secret, f)
}

// StoreWithSecret does what Store does, and refuses to begin without a secret.
func (c Call) StoreWithSecret(ctx context.Context, f func(*storage.Store) error) error {
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	secret, err := cfg.SecretKey()
	if err != nil {
		return err
	}
	return c.with(ctx, cfg, secret, func(_ config.Config, store *storage.Store, _ []string) error { return f(store) })
}

func (c Call) with(ctx context.Context, cfg config.Config, secret []byte, f func(config.Config, *storage.Store, []string) error) (err error) {
	store, err := storage.Open(ctx, cfg.DatabaseURL, storage.Options{Log: cfg.NewLog(c.Err), Secret: secret})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	applied, err := store.Migrate(ctx)
	if err != nil {
		return err
	}
	return f(cfg, store, applied)
}

// ExistingStore opens the configured database for whoever looks: it makes no
// file, no secret and no migration, and refuses a database that lacks one. secret
// is nil where none is set.
func (c Call) ExistingStore(ctx context.Context, f func(cfg config.Config, store *storage.Store, secret []byte) error) (err error) {
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	secret, err := cfg.ExistingSecretKey()
	if err != nil {
		return err
	}
	store, err := storage.OpenExisting(ctx, cfg.DatabaseURL, storage.Options{Log: cfg.NewLog(c.Err), Secret: secret})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Ready(ctx); err != nil {
		return err
	}
	return f(cfg, store, secret)
}
