package viber

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// CheckAccount finds what is wrong with the settings of an account, each named
// in capitals.
func CheckAccount(a bot.Account, _ bool) (wrong []error) {
	if a.Token == "" || strings.ContainsAny(a.Token, " \t\r\n") {
		wrong = append(wrong, errors.New("TOKEN: want the authentication token of the Viber bot"))
	}
	if n := utf8.RuneCountInString(a.SenderName); n == 0 || n > maxSenderName {
		wrong = append(wrong, fmt.Errorf("SENDER_NAME: want 1 to %d characters; customers see it over each message", maxSenderName))
	}
	return wrong
}

// Account is what Viber knows of our account.
type Account struct {
	ID          string
	Name        string
	URI         string // for deep links: viber://pa?chatURI=URI
	Webhook     string // "" when none is set
	EventTypes  []string
	Subscribers int64
}

// SetWebhook has Viber deliver callbacks to address. Viber calls back there
// before it answers, so the service must be listening and reachable already.
func (c *Channel) SetWebhook(ctx context.Context, address string) error {
	return c.setWebhook(ctx, map[string]any{
		"url":         address,
		"event_types": []string{eventDelivered, eventSeen, eventFailed, eventSubscribed, eventUnsubscribed, eventStarted},
		"send_name":   true,
		"send_photo":  false,
	})
}

// DeleteWebhook has Viber deliver nothing any more.
func (c *Channel) DeleteWebhook(ctx context.Context) error {
	return c.setWebhook(ctx, map[string]any{"url": ""})
}

func (c *Channel) setWebhook(ctx context.Context, params map[string]any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return err
	}
	a, err := c.call(ctx, "set_webhook", body)
	if err != nil {
		// The administrator's own address is all that these words can repeat,
		// and they say what Viber met there.
		if why := line(c.redact(string(a.Message)), maxDetail); why != "" {
			return fmt.Errorf("%w: %s", err, why)
		}
		return err
	}
	return nil
}

// Probe implements bot.Prober.
func (c *Channel) Probe(ctx context.Context) error {
	_, err := c.AccountInfo(ctx)
	return err
}

// AccountInfo asks Viber about the account.
func (c *Channel) AccountInfo(ctx context.Context) (Account, error) {
	a, err := c.call(ctx, "get_account_info", []byte("{}"))
	if err != nil {
		return Account{}, err
	}
	return Account{
		ID: a.ID, Name: a.Name, URI: a.URI, Webhook: a.Webhook,
		EventTypes: a.EventTypes, Subscribers: a.Subscribers.int64(),
	}, nil
}

// WebhookInfo implements bot.WebhookSetter.
func (c *Channel) WebhookInfo(ctx context.Context) (bot.WebhookInfo, error) {
	a, err := c.AccountInfo(ctx)
	if err != nil {
		return bot.WebhookInfo{}, err
	}
	return bot.WebhookInfo{
		Messenger: "Viber", URL: a.Webhook, About: fmt.Sprintf("%d subscribers", a.Subscribers),
	}, nil
}

// DeepLink implements bot.DeepLinker. It asks Viber for the account's URI, once.
func (c *Channel) DeepLink(ctx context.Context, payload string) (string, error) {
	uri := c.uri.Load()
	if uri == nil {
		a, err := c.AccountInfo(ctx)
		if err != nil {
			return "", err
		}
		if a.URI == "" {
			return "", errors.New("viber deep link: the account has no URI")
		}
		uri = &a.URI
		c.uri.Store(uri)
	}
	return "viber://pa?chatURI=" + url.QueryEscape(*uri) + "&context=" + url.QueryEscape(payload), nil
}

// redact takes the token out of somebody else's words.
func (c *Channel) redact(s string) string { return strings.ReplaceAll(s, c.token, "…") }
