package users

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/cmd/visnyk/cli"
)

// RunSettings shows and sets what people decide while the service runs.
func RunSettings(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("setting", "list", "set")
	if err != nil {
		return err
	}
	f := c.Flags("setting " + sub)
	if sub == "list" {
		if err := c.Parse(f, 0); err != nil {
			return err
		}
		return withStaff(ctx, c, func(s *staff.Staff) error {
			all, err := s.Settings(ctx, bot.System())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
			for _, one := range all {
				fmt.Fprintf(w, "%s\t%s\t%s (%s)\n", one.Name, one.Shown(), one.Does, one.Wants)
			}
			return w.Flush()
		})
	}
	if err := c.Parse(f, 2); err != nil {
		return err
	}
	value, err := settingValue(f.Arg(0), f.Arg(1))
	if err != nil {
		return err
	}
	return withStaff(ctx, c, func(s *staff.Staff) error {
		if err := s.Set(ctx, bot.System(), f.Arg(0), value); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s is %s now\n", f.Arg(0), f.Arg(1))
		return nil
	})
}

// settingValue is what to set: of a picture, what the file holds.
func settingValue(name, given string) (string, error) {
	if name != bot.LogoSetting || given == "" {
		return given, nil
	}
	data, err := os.ReadFile(given)
	if err != nil {
		return "", fmt.Errorf("the logo cannot be read: %w", err)
	}
	logo, err := bot.NewLogo(data)
	if err != nil {
		return "", cli.Usagef("%s: %v", given, err)
	}
	return logo.Setting(), nil
}
