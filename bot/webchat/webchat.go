// Package webchat is the channel of a company's own site: a page that customers
// talk to us with, and a line of script that puts it on any site. Here stand its
// door (visitors, their messages and files, the stream back), the page itself,
// and the reading and rendering of what passes, as for any messenger.
//
// A web chat has no messenger behind it, so what was said is kept in Threads.
// The straight line stays: what a visitor does goes to the inbox before it is
// acknowledged, what we say comes from the outbox through Send. No state of a
// conversation, no decision and no queue stands here, and no text of anybody
// ever becomes HTML.
package webchat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/bot/web"
)

// DefaultName is the bot's name if Config has none.
const DefaultName = "webchat"

// shortestKey is the fewest bytes of Config.Key.
const shortestKey = 16

// Config is what a web chat works with. Key, Threads, Words and Log are required.
type Config struct {
	Name    string // the bot's name, as in Address.Bot
	Key     []byte // signs visitors' tokens; the same in all replicas
	Threads Threads
	// Words are the page's own words: each key of Texts in every language.
	Words map[bot.Language]map[string]string
	// Origins are the sites that may show the chat in a frame, as
	// "https://example.com". The service's own pages always may.
	Origins []string
	// PublicURL is where visitors reach us, where a proxy hides it; or "".
	PublicURL string
	// Company gives the name of the company whose chat it is, as the page's title;
	// nil, and a language without a name, for the page's own word.
	Company func(context.Context) bot.Bilingual
	// Look gives how the company's chat looks; nil for our own look.
	Look func(context.Context) bot.Look
	// Join gives the address where the visitor goes on in another messenger; nil
	// where there is none.
	Join func(ctx context.Context, from bot.Address) (url string, err error)
	// Tell tells the other replicas a topic; Heard of theirs gets it there. It
	// must not block. Nil where there is only this process.
	Tell func(topic string)
	// Entrance is what all doors of the process share; nil is one of the chat's
	// own, which believes no X-Forwarded-For.
	Entrance *web.Entrance
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger
	Limits   Limits
}

// Channel is one web chat. It implements bot.Channel and bot.Typist.
type Channel struct {
	name     string
	key      []byte
	threads  Threads
	words    map[bot.Language]map[string]string
	origins  []string
	public   string // the origin of PublicURL, or ""
	company  func(context.Context) bot.Bilingual
	look     func(context.Context) bot.Look
	join     func(context.Context, bot.Address) (string, error)
	tell     func(string)
	now      func() time.Time
	log      *slog.Logger
	limits   Limits
	hub      *web.Hub
	rates    rateLimits
	entrance *web.Entrance
	seats    *seats
	assets   *assets
}

// New checks the configuration, naming everything that is wrong with it at once.
func New(c Config) (*Channel, error) {
	ch := &Channel{
		name: c.Name, key: slices.Clone(c.Key), threads: c.Threads, words: maps.Clone(c.Words),
		company: c.Company, look: c.Look, join: c.Join, tell: c.Tell, now: c.Now, log: c.Log, limits: c.Limits.orDefaults(), entrance: c.Entrance,
	}
	if ch.name == "" {
		ch.name = DefaultName
	}
	if ch.look == nil {
		ch.look = func(context.Context) bot.Look { return bot.Look{} }
	}
	if ch.tell == nil {
		ch.tell = func(string) {}
	}
	if ch.now == nil {
		ch.now = time.Now
	}
	var errs []error
	if len(c.Key) < shortestKey {
		errs = append(errs, fmt.Errorf("key: want %d bytes and more", shortestKey))
	}
	if c.Threads == nil || c.Log == nil {
		errs = append(errs, errors.New("threads and a log are required"))
	}
	for _, l := range bot.Languages() {
		for _, key := range Texts() {
			if c.Words[l][key] == "" {
				errs = append(errs, fmt.Errorf("words: no %q in %q", key, l))
			}
		}
	}
	for _, o := range c.Origins {
		origin, err := ParseOrigin(o)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		ch.origins = append(ch.origins, origin)
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" {
			errs = append(errs, errors.New("public URL: want https://host"))
		} else {
			ch.public = u.Scheme + "://" + u.Host
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("webchat %s: %w", ch.name, err)
	}
	if ch.entrance == nil {
		ch.entrance = web.New(web.Config{Log: c.Log})
	}
	ch.hub = web.NewHub(ch.limits.streamCaps())
	ch.rates = newRateLimits(ch.limits)
	ch.seats = newSeats(ch.limits)
	var err error
	if ch.assets, err = newAssets(ch.words); err != nil {
		return nil, fmt.Errorf("webchat %s: %w", ch.name, err)
	}
	return ch, nil
}

// CheckAccount finds what is wrong with the settings of a web chat, which has no
// account anywhere.
func CheckAccount(a bot.Account, _ bool) (wrong []error) {
	if a.Token != "" || a.Secret != "" || a.SenderName != "" || a.APIURL != "" {
		wrong = append(wrong, errors.New("TOKEN, SECRET, SENDER_NAME, API_URL: a web chat has none"))
	}
	return wrong
}

// Name implements bot.Channel.
func (c *Channel) Name() string { return c.name }

// Capabilities implements bot.Channel.
func (c *Channel) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		Visited: true, Buttons: true, LastingButtons: true, Typing: true, Files: true,
		Receipts: bot.Receipts{Delivered: true, Seen: true},
		Limits: bot.Limits{
			Keyboard: maxKeyboard, Label: maxLabel,
			Files: bot.FileLimits{Photos: "image/jpeg image/png image/gif image/webp"},
		},
	}
}

// Close ends all streams and lets no new ones begin; pages come back to another
// replica. What was asked before is still answered.
func (c *Channel) Close() { c.hub.Close() }

// ParseOrigin reads the origin of a site that may show the chat: https, or http
// on this machine, and nothing after the host.
func ParseOrigin(s string) (string, error) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err == nil && u.Host != "" && u.User == nil && u.Path == "" && u.RawQuery == "" && u.Fragment == "" &&
		strings.Trim(strings.ToLower(u.Host), "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == "" &&
		call.Safe(u) {
		return u.Scheme + "://" + strings.ToLower(u.Host), nil
	}
	return "", fmt.Errorf("%q is no origin of a site: want https://example.com (http:// only on this machine)", s)
}
