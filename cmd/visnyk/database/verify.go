package database

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"visnyk/bot/broadcast"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
	"visnyk/storage/upkeep"
)

// Verify checks what the database says of itself, and says what is wrong.
func Verify(ctx context.Context, c cli.Call) error {
	f := c.Flags("verify")
	known := f.String("known", "", "a head of the audit that verify printed before, as NUMBER:HASH; it must still be there")
	proof := f.String("proof", "", "a file that proves what one person was told; it is checked instead of the database")
	key := f.String("key", "", "the key to check the proof with, as visnyk config shows it; without it that of VISNYK_SECRET, or an earlier one that the database has")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	switch {
	case *proof != "" && *known != "":
		return cli.Usagef("-known is of the database, -proof of a file: ask for one at a time")
	case *proof == "" && *key != "":
		return cli.Usagef("-key goes with -proof")
	case *proof != "":
		return verifyProof(ctx, c, *proof, *key)
	}
	head, err := parseHead(*known)
	if err != nil {
		return cli.UsageError{Err: err}
	}
	return c.ExistingStore(ctx, func(_ config.Config, store *storage.Store, secret []byte) error {
		return verify(ctx, c, store, head, len(secret) > 0)
	})
}

// verify says what is right and what is wrong; an error when anything is.
func verify(ctx context.Context, c cli.Call, store *storage.Store, head storage.AuditHead, secret bool) error {
	problems, err := upkeep.Verify(ctx, store)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(c.Out, "wrong:", p)
	}
	if len(problems) == 0 {
		fmt.Fprintln(c.Out, "tables: the schema is that of this program, and all rows fit each other")
	}
	found, err := store.VerifyAudit(ctx, head)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "audit: %s, each whole and in its place\n", cli.Count(int(found.Entries), "entry", "entries"))
	marks, err := store.VerifyAuditMarks(ctx, found)
	if err != nil {
		return err
	}
	sayMarks(c.Out, marks, secret)
	approved, err := store.VerifyApprovals(ctx)
	if err != nil {
		return err
	}
	filled, wrong, err := broadcast.VerifyFilled(ctx, store)
	if err != nil {
		return err
	}
	approved.Problems = append(approved.Problems, wrong...)
	sayApproved(c.Out, approved)
	if filled > 0 {
		fmt.Fprintf(c.Out, "templates: %s with its slots filled\n", cli.Count(filled, "broadcast is an approved template", "broadcasts are each an approved template"))
	}
	if found.Entries > 0 {
		fmt.Fprintf(c.Out, "keep this elsewhere, and a later verify -known shows that nobody wrote the chain anew:\n%d:%s\n",
			found.Entries, found.Hash)
	}
	switch {
	case len(problems) > 0:
		return fmt.Errorf("%s wrong with the tables", cli.Count(len(problems), "thing is", "things are"))
	case len(approved.Problems) > 0:
		return fmt.Errorf("%s not as approved", cli.Count(len(approved.Problems), "article, change or broadcast is", "articles, changes or broadcasts are"))
	case !marks.Continued():
		return errors.New("the latest marks of the audit are not of this VISNYK_SECRET: it was changed, or somebody without it wrote them")
	}
	return nil
}

// sayApproved says what is known of what customers may be told.
func sayApproved(w io.Writer, a storage.ApprovedContent) {
	for _, p := range a.Problems {
		fmt.Fprintln(w, "wrong:", p)
	}
	fmt.Fprintf(w, "approved: %s\n", cli.Count(a.Checked,
		"article, change or broadcast is as it was when it was approved", "articles, changes and broadcasts are as they were when they were approved"))
	if len(a.Unhashed) > 0 {
		fmt.Fprintf(w, "approved: %d were not checked, for they were approved before the audit kept hashes: %s\n",
			len(a.Unhashed), strings.Join(a.Unhashed, ", "))
	}
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
