package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"visnyk/bot/staff"
)

// runSetting shows and sets what people decide while the service runs.
func runSetting(ctx context.Context, c call) error {
	sub, c, err := c.sub("setting", "list", "set")
	if err != nil {
		return err
	}
	f := c.flags("setting " + sub)
	if sub == "list" {
		if err := c.parse(f, 0); err != nil {
			return err
		}
		return withStaff(ctx, c, func(s *staff.Staff) error {
			all, err := s.Settings(ctx, staff.System())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
			for _, one := range all {
				fmt.Fprintf(w, "%s\t%s\t%s (%s)\n", one.Name, one.Value, one.Does, strings.Join(one.Values, " or "))
			}
			return w.Flush()
		})
	}
	if err := c.parse(f, 2); err != nil {
		return err
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if err := s.Set(ctx, staff.System(), f.Arg(0), f.Arg(1)); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s is %s now\n", f.Arg(0), f.Arg(1))
		return nil
	})
}
