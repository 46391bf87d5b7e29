package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"visnyk/storage"
)

// runVerify checks what the database says of itself, and says what is wrong.
func runVerify(ctx context.Context, c call) error {
	f := c.flags("verify")
	known := f.String("known", "", "a head of the audit that verify printed before, as NUMBER:HASH; it must still be there")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	head, err := parseHead(*known)
	if err != nil {
		return usageError{err}
	}
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	log := newLog(cfg, c.err)
	store, err := storage.OpenExisting(ctx, cfg.DatabaseURL, storage.Options{Log: log})
	if err != nil {
		return err
	}
	defer closeStore(store, log)
	if err := store.Ready(ctx); err != nil { // it only looks, so it does not migrate
		return err
	}
	problems, err := store.Verify(ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(c.out, "wrong:", p)
	}
	if len(problems) == 0 {
		fmt.Fprintln(c.out, "tables: the schema is that of this program, and all rows fit each other")
	}
	found, err := store.VerifyAudit(ctx, head)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "audit: %d entries, each whole and in its place\n", found.Entries)
	if found.Entries > 0 {
		fmt.Fprintf(c.out, "keep this elsewhere, and a later verify -known shows that nobody wrote the chain anew:\n%d:%s\n",
			found.Entries, found.Hash)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d things are wrong with the tables", len(problems))
	}
	return nil
}

func parseHead(s string) (storage.AuditHead, error) {
	if s == "" {
		return storage.AuditHead{}, nil
	}
	number, hash, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || len(hash) != 64 {
		return storage.AuditHead{}, errors.New("-known wants NUMBER:HASH as verify prints it")
	}
	return storage.AuditHead{Entries: n, Hash: hash}, nil
}
