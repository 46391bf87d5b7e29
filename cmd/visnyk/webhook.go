package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/locales"
)

// runWebhook tells the messengers where we are, or asks them how it stands.
func runWebhook(ctx context.Context, c call) error {
	moves := []string{"set", "info", "delete"}
	if len(c.args) == 0 || !slices.Contains(moves, c.args[0]) {
		return usageError{errors.New("want set, info or delete")}
	}
	move := c.args[0]
	c.args = c.args[1:]
	f := c.flags("webhook " + move)
	only := f.String("bot", "", "this bot alone; all of them without it")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	if move == "set" && cfg.PublicURL == "" {
		return usageError{errors.New("VISNYK_PUBLIC_URL is not set: the messengers must know where to deliver")}
	}
	texts, err := locales.New()
	if err != nil {
		return err
	}
	found := false
	var errs []error
	for _, b := range cfg.bots {
		if *only != "" && b.Name != *only {
			continue
		}
		ch, err := hooked(&cfg, b, texts)
		if errors.Is(err, errNoWebhook) && *only == "" {
			continue
		}
		found = true
		if err == nil {
			err = moveWebhook(ctx, c, move, cfg.PublicURL, ch)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("bot %s: %w", b.Name, err))
		}
	}
	if !found {
		return usageError{fmt.Errorf("no bot %q is configured", *only)}
	}
	return errors.Join(errs...)
}

var errNoWebhook = errors.New("this messenger has no webhook that could be set from here")

// hooked gives the channel of a bot whose messenger is told where to deliver.
func hooked(cfg *config, b botConfig, texts *locales.Bundle) (bot.WebhookSetter, error) {
	k, _ := cfg.kindOf(b.Channel)
	if k.open == nil {
		return nil, errNoWebhook
	}
	ch, err := k.open(b.account(), texts)
	if err != nil {
		return nil, err
	}
	if h, ok := ch.(bot.WebhookSetter); ok {
		return h, nil
	}
	return nil, errNoWebhook
}

func moveWebhook(ctx context.Context, c call, move, public string, ch bot.WebhookSetter) error {
	switch move {
	case "set":
		url := hookURL(public, ch.Name())
		if err := ch.SetWebhook(ctx, url); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s delivers to %s\n", ch.Name(), url)
	case "delete":
		if err := ch.DeleteWebhook(ctx); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s delivers nowhere\n", ch.Name())
	case "info":
		want := ""
		if public != "" {
			want = hookURL(public, ch.Name())
		}
		d, err := ask(ctx, ch, want, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s: %s\n", ch.Name(), d.words)
		if d.wrong {
			return errors.New("updates do not arrive")
		}
	}
	return nil
}
