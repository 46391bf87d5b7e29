package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"visnyk/storage"
	"visnyk/storage/upkeep"
)

// runCopy copies a whole database into one without data.
func runCopy(ctx context.Context, c call) error {
	f := c.flags("copy")
	from := f.String("from", "", "the database to copy, or a backup: sqlite:FILE or postgres://…")
	to := f.String("to", "", "where to: a database without data")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	if *from == "" || *to == "" {
		return usageError{errors.New("want -from URL -to URL")}
	}
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	ctx, cancel := onSignal(ctx)
	defer cancel()
	copied, err := upkeep.Copy(ctx, *from, *to, storage.Options{Log: newLog(cfg, c.err)}, nil)
	switch {
	case errors.Is(err, storage.ErrCommitUnknown):
		return fmt.Errorf("%w: copy once more, which is refused if everything is there", err)
	case err != nil:
		return err
	}
	tw := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	rows := 0
	for _, t := range copied {
		fmt.Fprintf(tw, "%s\t%d\t\n", t.Table, t.Rows)
		rows += t.Rows
	}
	fmt.Fprintf(tw, "in all\t%d\t\n", rows)
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(c.out, "every row read is there; set VISNYK_SECRET to the secret of the source, which signs its erase marks")
	return nil
}
