package telegram

import (
	"context"
	"errors"
	"fmt"

	client "github.com/go-telegram/bot"

	"visnyk/bot"
)

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

// WebhookInfo implements bot.WebhookSetter.
func (c *Channel) WebhookInfo(ctx context.Context) (bot.WebhookInfo, error) {
	ctx, f := watch(ctx)
	info, err := c.api.GetWebhookInfo(ctx)
	if err := c.failed("webhook info", err, f); err != nil {
		return bot.WebhookInfo{}, err
	}
	if info == nil {
		return bot.WebhookInfo{}, errors.New("telegram webhook info: the answer is empty")
	}
	return bot.WebhookInfo{
		Messenger:   "Telegram",
		URL:         c.redact.Replace(info.URL),
		About:       fmt.Sprintf("%d updates wait there", info.PendingUpdateCount),
		Pending:     info.PendingUpdateCount,
		LastErrorAt: moment(int64(info.LastErrorDate)),
		LastError:   c.safe(info.LastErrorMessage),
		Keeps:       "Messages wait for a day, presses for two and a half minutes.",
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
