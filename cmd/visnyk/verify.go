package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"visnyk/storage"
	"visnyk/storage/upkeep"
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
	secret, err := cfg.secretThere()
	if err != nil {
		return err
	}
	log := newLog(cfg, c.err)
	store, err := storage.OpenExisting(ctx, cfg.DatabaseURL, storage.Options{Log: log, Secret: secret})
	if err != nil {
		return err
	}
	defer closeStore(store, log)
	if err := store.Ready(ctx); err != nil { // it only looks, so it does not migrate
		return err
	}
	problems, err := upkeep.Verify(ctx, store)
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
	marks, err := store.VerifyAuditMarks(ctx, found)
	if err != nil {
		return err
	}
	sayMarks(c.out, marks, len(secret) > 0)
	if found.Entries > 0 {
		fmt.Fprintf(c.out, "keep this elsewhere, and a later verify -known shows that nobody wrote the chain anew:\n%d:%s\n",
			found.Entries, found.Hash)
	}
	switch {
	case len(problems) > 0:
		return fmt.Errorf("%d things are wrong with the tables", len(problems))
	case !marks.Continued():
		return errors.New("the latest marks of the audit are not of this VISNYK_SECRET: it was changed, or somebody without it wrote them")
	}
	return nil
}

// sayMarks says what is known of the marks, and what is not.
func sayMarks(w io.Writer, m storage.AuditMarks, secret bool) {
	switch {
	case m.First == 0:
		fmt.Fprintln(w, "marks: none yet; every entry from now on has one")
		return
	case !secret:
		fmt.Fprintf(w, "marks: every entry from %d on has one; they were not checked, for VISNYK_SECRET is not set\n", m.First)
		return
	}
	fmt.Fprintf(w, "marks: every entry from %d on has one; %d checked and right\n", m.First, m.Checked)
	for _, o := range m.Other {
		fmt.Fprintf(w, "marks: entries %d to %d are marked with another secret (its key is %s) and were not checked: set VISNYK_SECRET to that one to check them\n",
			o.First, o.Last, o.Key)
	}
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
