package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/cmd/visnyk/cli"
	"visnyk/locales"
)

// hooked is a channel that can be told where to deliver.
type hooked interface {
	bot.Channel
	SetWebhook(ctx context.Context, url string) error
	DeleteWebhook(ctx context.Context) error
}

// runWebhook tells the messengers where we are, or asks them how it stands.
func runWebhook(ctx context.Context, c cli.Call) error {
	moves := []string{"set", "info", "delete"}
	if len(c.Args) == 0 || !slices.Contains(moves, c.Args[0]) {
		return cli.Usagef("want set, info or delete")
	}
	move := c.Args[0]
	c.Args = c.Args[1:]
	f := c.Flags("webhook " + move)
	only := f.String("bot", "", "this bot alone; all of them without it")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	if move == "set" && cfg.PublicURL == "" {
		return cli.Usagef("VISNYK_PUBLIC_URL is not set: the messengers must know where to deliver")
	}
	texts, err := locales.New()
	if err != nil {
		return err
	}
	found := false
	var errs []error
	for _, b := range cfg.Bots {
		if *only != "" && b.Name != *only || *only == "" && b.Channel == "webchat" {
			continue
		}
		found = true
		if err := moveWebhook(ctx, c, move, cfg.PublicURL, b, texts); err != nil {
			errs = append(errs, fmt.Errorf("bot %s: %w", b.Name, err))
		}
	}
	if !found {
		return cli.Usagef("no bot %q is configured", *only)
	}
	return errors.Join(errs...)
}

func moveWebhook(ctx context.Context, c cli.Call, move, public string, b botConfig, texts *locales.Bundle) error {
	ch, err := newChannel(b, texts)
	if err != nil {
		return err
	}
	h, ok := ch.(hooked)
	if !ok {
		return errors.New("this messenger has no webhook")
	}
	switch move {
	case "set":
		url := hookURL(public, b.Name)
		if err := h.SetWebhook(ctx, url); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s delivers to %s\n", b.Name, url)
	case "delete":
		if err := h.DeleteWebhook(ctx); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s delivers nowhere\n", b.Name)
	case "info":
		want := ""
		if public != "" {
			want = hookURL(public, b.Name)
		}
		d, err := ask(ctx, ch, want, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s: %s\n", b.Name, d.words)
		if d.wrong {
			return errors.New("updates do not arrive")
		}
	}
	return nil
}
