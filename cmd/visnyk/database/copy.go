package database

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"visnyk/cmd/visnyk/cli"
	"visnyk/storage"
	"visnyk/storage/upkeep"
)

// Copy copies a whole database into one without data.
func Copy(ctx context.Context, c cli.Call) error {
	f := c.Flags("copy")
	from := f.String("from", "", "the database to copy, or a backup: sqlite:FILE or postgres://…")
	to := f.String("to", "", "where to: a database without data")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if *from == "" || *to == "" {
		return cli.Usagef("want -from URL -to URL")
	}
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	copied, err := upkeep.Copy(ctx, *from, *to, storage.Options{Log: cfg.NewLog(c.Err)}, nil)
	switch {
	case errors.Is(err, storage.ErrCommitUnknown):
		return fmt.Errorf("%w: copy once more, which is refused if everything is there", err)
	case err != nil:
		return err
	}
	tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	rows := 0
	for _, t := range copied {
		fmt.Fprintf(tw, "%s\t%d\t\n", t.Table, t.Rows)
		rows += t.Rows
	}
	fmt.Fprintf(tw, "in all\t%d\t\n", rows)
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "every row read is there; set VISNYK_SECRET to the secret of the source, which signs its erase marks")
	return nil
}
