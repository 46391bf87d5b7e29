package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// runContacts brings people in and out, as CSV.
func runContacts(ctx context.Context, c call) error {
	sub, c, err := c.sub("contacts", "import", "export")
	if err != nil {
		return err
	}
	f := c.flags("contacts " + sub)
	if sub == "export" {
		if err := c.parse(f, 0); err != nil {
			return err
		}
		return exporting(ctx, c, func(people *contact.Contacts) error {
			out := bufio.NewWriter(c.out)
			if _, err := people.ExportAll(ctx, staff.System(), out); err != nil {
				return err
			}
			return out.Flush()
		})
	}
	if err := c.parse(f, 1); err != nil {
		return err
	}
	file, err := os.Open(f.Arg(0))
	if err != nil {
		return err
	}
	defer file.Close()
	return importing(ctx, c, func(people *contact.Contacts) error {
		sum, err := people.Import(ctx, staff.System(), file, func(r contact.Rejected) {
			fmt.Fprintf(c.out, "line %d: %v\n", r.Line, &bot.InvalidError{Faults: r.Problems})
		})
		fmt.Fprintf(c.out, "%d rows: %d people are new, %d were there, %d rows were rejected\n",
			sum.Rows, sum.Created, sum.Updated, sum.Rejected)
		switch {
		case err != nil:
			return err
		case sum.Rejected > 0:
			return errors.New("rows were rejected: mend those lines and import the file again, the others will do no harm")
		}
		return nil
	})
}

// exporting opens the people of a configured database that is there.
func exporting(ctx context.Context, c call, f func(*contact.Contacts) error) error {
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	secret, err := cfg.secretThere() // what goes out stands in the audit
	if err != nil {
		return err
	}
	log := newLog(cfg, c.err)
	store, err := storage.OpenExisting(ctx, cfg.DatabaseURL, storage.Options{Log: log, Secret: secret})
	if err != nil {
		return err
	}
	defer closeStore(store, log)
	if err := store.Ready(ctx); err != nil {
		return err
	}
	return f(contact.New(store, time.Now))
}

// importing opens the people of the configured database. The secret shows who
// was erased and must not come back.
func importing(ctx context.Context, c call, f func(*contact.Contacts) error) error {
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	secret, err := cfg.secret()
	if err != nil {
		return err
	}
	log := newLog(cfg, c.err)
	store, err := storage.Open(ctx, cfg.DatabaseURL, storage.Options{Log: log, Secret: secret})
	if err != nil {
		return err
	}
	defer closeStore(store, log)
	if _, err := store.Migrate(ctx); err != nil {
		return err
	}
	return f(contact.New(store, time.Now))
}
