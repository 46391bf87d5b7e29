// Package telegram is the channel to one Telegram bot: what Telegram delivers
// becomes events, messages become Bot API requests, and every failure of a send
// becomes one of the outcomes the house knows.
//
// It holds no state of a conversation, no queue, no limiter and no words for
// customers; it never opens a listener and never decides when to send.
package telegram

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	client "github.com/go-telegram/bot"

	"visnyk/bot"
	"visnyk/bot/call"
)

// DefaultAPIURL is the address of Telegram's own Bot API.
const DefaultAPIURL = "https://api.telegram.org"

// DefaultTimeout bounds one call to the Bot API, from dialling to the last byte
// of the answer.
const DefaultTimeout = 10 * time.Second

// Config describes one Telegram bot.
type Config struct {
	Name  string // the bot's name in addresses; "telegram" when empty
	Token string // from BotFather
	// Secret is what Telegram sends with every webhook: 1–256 of A-Z a-z 0-9 _ -.
	// Without it every webhook request is refused.
	Secret string
	// Username is the bot's @name without the @. With it, commands that are
	// addressed to another bot are told apart; "" takes them all as ours, until
	// FetchName has asked.
	Username string
	APIURL   string // DefaultAPIURL when empty; plain http only on loopback
	// Transport carries the calls; nil makes one of our own.
	Transport http.RoundTripper
	Timeout   time.Duration // of one call; DefaultTimeout when 0
	// Files gives the files that messages name by an id of ours; without it none of
	// them can be sent.
	Files bot.FileOpener
}

// Channel is one bot at Telegram. It implements bot.Channel.
type Channel struct {
	name     string
	username atomic.Pointer[string]
	secret   string
	digest   [sha256.Size]byte // of secret, for the comparison at the door
	base     string            // of the API, without the token
	api      *client.Bot
	calls    *call.Client
	posts    map[string]*call.Target // by method
	files    bot.FileOpener
	taken    taken
	timeout  time.Duration
	atOnce   atomic.Int32 // updates to ask for in one poll
	redact   *strings.Replacer
}

var (
	_ bot.Prober        = (*Channel)(nil)
	_ bot.Poller        = (*Channel)(nil)
	_ bot.DeepLinker    = (*Channel)(nil)
	_ bot.NameFetcher   = (*Channel)(nil)
	_ bot.WebhookSetter = (*Channel)(nil)
	_ bot.Fetcher       = (*Channel)(nil)
)

// New makes the channel without calling Telegram: the service must start while
// Telegram is down. The error names every wrong setting and no secret.
func New(c Config) (*Channel, error) {
	if c.Name == "" {
		c.Name = "telegram"
	}
	if c.APIURL == "" {
		c.APIURL = DefaultAPIURL
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Transport == nil {
		c.Transport = call.Transport(idle)
	}
	if err := errors.Join(checkName(c.Name), checkToken(c.Token), checkSecret(c.Secret), checkAPIURL(c.APIURL)); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	ch := &Channel{
		name:    c.Name,
		secret:  c.Secret,
		digest:  sha256.Sum256([]byte(c.Secret)),
		base:    strings.TrimRight(c.APIURL, "/"),
		timeout: c.Timeout,
		redact:  redactor(c.Token, c.Secret),
		calls:   call.New(c.Transport),
		files:   c.Files,
	}
	api, err := client.New(c.Token,
		client.WithSkipGetMe(),
		client.WithServerURL(ch.base),
		client.WithHTTPClient(c.Timeout, caller{ch.calls, maxAnswer, c.Timeout}),
		// The library logs whole updates and errors by itself; neither may happen.
		client.WithDefaultHandler(nothing),
		client.WithErrorsHandler(func(error) {}),
	)
	if err != nil {
		return nil, fmt.Errorf("telegram: %s", ch.redact.Replace(err.Error()))
	}
	ch.api = api
	if ch.posts, err = ch.targets(); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	ch.atOnce.Store(pollLimit)
	ch.called(c.Username)
	return ch, nil
}

// Name implements bot.Channel.
func (c *Channel) Name() string { return c.name }

// Capabilities implements bot.Channel. Telegram asks for a second between two
// messages to one chat.
func (c *Channel) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		Buttons: true, LastingButtons: true, Edits: true, Files: true, Phones: bot.PhonesVouched,
		Limits: bot.Limits{
			Text: maxText, Buttons: maxButtons, Keyboard: maxKeyboard, PerChat: time.Second,
			Files: bot.FileLimits{Photos: "image/jpeg image/png image/webp", Photo: maxPhoto, File: maxDocument},
		},
	}
}

// FetchName implements bot.NameFetcher: it asks Telegram for the bot's @name.
func (c *Channel) FetchName(ctx context.Context) error {
	ctx, f := watch(ctx)
	me, err := c.api.GetMe(ctx)
	if err := c.failed("get me", err, f); err != nil {
		return err
	}
	if me == nil || me.Username == "" {
		return errors.New("telegram get me: the answer names nobody")
	}
	c.called(me.Username)
	return nil
}

// Probe implements bot.Prober.
func (c *Channel) Probe(ctx context.Context) error {
	ctx, f := watch(ctx)
	_, err := c.api.GetMe(ctx)
	if failed := c.judge(err, f); failed != nil {
		return failed
	}
	return nil
}

// DeepLink implements bot.DeepLinker. It asks Telegram for the bot's @name if
// need be.
func (c *Channel) DeepLink(ctx context.Context, payload string) (string, error) {
	if len(payload) > 64 || !only(payload, isWord) {
		return "", errors.New("telegram deep link: the payload must be up to 64 of A-Z a-z 0-9 _ -")
	}
	if *c.username.Load() == "" {
		if err := c.FetchName(ctx); err != nil {
			return "", err
		}
	}
	return "https://t.me/" + *c.username.Load() + "?start=" + payload, nil
}

func (c *Channel) called(username string) {
	username = strings.TrimPrefix(username, "@")
	c.username.Store(&username)
}

// Close lets go of idle connections.
func (c *Channel) Close() { c.calls.Close() }

func checkName(s string) error {
	if strings.ContainsAny(s, ":/ ") {
		return fmt.Errorf("name %q: must not contain ':', '/' or a space", s)
	}
	return nil
}

// checkToken keeps the token to characters that cannot change the path it
// stands in. It never shows the token.
func checkToken(s string) error {
	if s == "" {
		return errors.New("the token is missing")
	}
	if !only(s, func(r rune) bool { return isWord(r) || r == ':' }) {
		return errors.New("the token has characters no token has")
	}
	return nil
}

func checkSecret(s string) error {
	if len(s) > 256 || !only(s, isWord) {
		return errors.New("the webhook secret must be 1 to 256 of A-Z a-z 0-9 _ -")
	}
	return nil
}

// checkAPIURL refuses what would send the token in the clear over a network.
func checkAPIURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("the API address must be like " + DefaultAPIURL)
	}
	if !call.Safe(u) {
		return errors.New("the API address must be https (plain http only on loopback)")
	}
	return nil
}

// only reports whether every rune of s is ok.
func only(s string, ok func(rune) bool) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0
}

// isWord reports whether r may stand in a secret, a token or a deep link's payload.
func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}
