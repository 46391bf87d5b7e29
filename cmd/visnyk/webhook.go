package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/cmd/visnyk/cli"
)

// runWebhook tells the messengers where we are, or asks them how it stands.
func runWebhook(ctx context.Context, c cli.Call) error {
	move, c, err := c.Sub("webhook", "set", "info", "delete")
	if err != nil {
		return err
	}
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
	found := false
	var errs []error
	for _, b := range cfg.Bots {
		if *only != "" && b.Name != *only {
			continue
		}
		ch, err := hooked(b)
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
	switch {
	case !found && *only != "":
		return cli.Usagef("no bot %q is configured", *only)
	case !found:
		return cli.Usagef("no bot with a webhook is configured: set VISNYK_TELEGRAM_TOKEN and VISNYK_TELEGRAM_SECRET, or VISNYK_VIBER_TOKEN and VISNYK_VIBER_SENDER_NAME, or VISNYK_BOTS")
	}
	return errors.Join(errs...)
}

var errNoWebhook = errors.New("this messenger has no webhook that could be set from here")

// hooked returns the channel of a bot whose messenger is told where to deliver.
func hooked(b botConfig) (bot.WebhookSetter, error) {
	k, _ := kindOf(b.Channel, kinds())
	if k.open == nil {
		return nil, errNoWebhook
	}
	ch, err := k.open(b.Account(), ours{})
	if err != nil {
		return nil, err
	}
	if h, ok := ch.(bot.WebhookSetter); ok {
		return h, nil
	}
	return nil, errNoWebhook
}

func moveWebhook(ctx context.Context, c cli.Call, move, public string, ch bot.WebhookSetter) error {
	switch move {
	case "set":
		url := hookURL(public, ch.Name())
		if err := ch.SetWebhook(ctx, url); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s delivers to %s\n", ch.Name(), url)
	case "delete":
		if err := ch.DeleteWebhook(ctx); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s delivers nowhere\n", ch.Name())
	case "info":
		want := ""
		if public != "" {
			want = hookURL(public, ch.Name())
		}
		d, err := ask(ctx, ch, want, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s: %s\n", ch.Name(), d.words)
		if d.wrong {
			return errors.New("updates do not arrive")
		}
	}
	return nil
}
