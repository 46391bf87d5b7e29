package telegram

import (
	"context"
	"errors"
	"fmt"
	"time"

	client "github.com/go-telegram/bot"
)

// Webhook is what Telegram knows of the place it delivers to.
type Webhook struct {
	URL            string // "" when there is none
	Pending        int    // updates that wait for delivery
	LastErrorAt    time.Time
	LastError      string
	MaxConnections int
	Updates        []string // the kinds it delivers
}

// SetWebhook asks Telegram to deliver to the address, with the secret and only
// the kinds Decode makes something of. The kinds are always named, for Telegram
// keeps what was set before. Updates that already wait are kept.
func (c *Channel) SetWebhook(ctx context.Context, url string) error {
	if c.secret == "" {
		return errors.New("telegram set webhook: a webhook needs a secret")
	}
	ctx, f := watch(ctx)
	_, err := c.api.SetWebhook(ctx, &client.SetWebhookParams{
		URL: url, SecretToken: c.secret, AllowedUpdates: conversational(),
	})
	return c.failed("set webhook", err, f)
}

// DeleteWebhook stops deliveries. Updates wait at Telegram for up to a day.
func (c *Channel) DeleteWebhook(ctx context.Context) error {
	ctx, f := watch(ctx)
	_, err := c.api.DeleteWebhook(ctx, &client.DeleteWebhookParams{})
	return c.failed("delete webhook", err, f)
}

// WebhookInfo tells where Telegram delivers and how that goes.
func (c *Channel) WebhookInfo(ctx context.Context) (Webhook, error) {
	ctx, f := watch(ctx)
	info, err := c.api.GetWebhookInfo(ctx)
	if err := c.failed("webhook info", err, f); err != nil {
		return Webhook{}, err
	}
	if info == nil {
		return Webhook{}, errors.New("telegram webhook info: the answer is empty")
	}
	return Webhook{
		URL:            c.redact.Replace(info.URL),
		Pending:        info.PendingUpdateCount,
		LastErrorAt:    moment(int64(info.LastErrorDate)),
		LastError:      c.safe(info.LastErrorMessage),
		MaxConnections: info.MaxConnections,
		Updates:        info.AllowedUpdates,
	}, nil
}

// failed says why a call of the account failed: a *bot.SendError inside; nil
// when it did not.
func (c *Channel) failed(what string, err error, f *facts) error {
	if reason := c.judge(err, f); reason != nil {
		return fmt.Errorf("telegram %s: %w", what, reason)
	}
	return nil
}
