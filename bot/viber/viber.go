// Package viber is the channel of one Viber account: it verifies and reads
// Viber's callbacks, renders messages into Viber's requests, and sends them.
//
// It keeps no state beyond its configuration: no database, no queue, no retry
// and no conversation. What a person meant, when to try again, and what to say
// are decided elsewhere. Sources: Viber's REST Bot API.
package viber

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/call"
)

// Defaults of Config.
const (
	DefaultName    = "viber"
	DefaultAPIURL  = "https://chatapi.viber.com/pa/"
	DefaultTimeout = 20 * time.Second
)

// maxSenderName is Viber's limit of a sender's name, in characters.
const maxSenderName = 28

// Config is what one Viber account needs.
type Config struct {
	Name         string // the bot's name, as in Address.Bot; DefaultName if ""
	Token        string // the account's authentication token; required
	SenderName   string // shown over every message, at most 28 characters; required
	SenderAvatar string // https address of a small picture, or ""
	APIURL       string // DefaultAPIURL if ""; plain http only on loopback
	// Greeting gives what answers a person who opens the chat for the first time.
	// Their language is not known yet, so it speaks both. It must fit one message;
	// without Text, or without a Greeting, nobody is greeted. It must not wait.
	Greeting func() bot.Message
	// Transport carries the calls; nil makes one of our own.
	Transport http.RoundTripper
	// Media carries what fetches files; nil makes one that calls nobody but hosts on
	// the open net.
	Media http.RoundTripper
	// FileURL gives the public address of a file that we keep, "" where nobody can
	// reach us; without it none of them can be sent.
	FileURL func(bot.Media) string
	// Timeout bounds one call, whatever the context allows; DefaultTimeout if 0.
	Timeout time.Duration
}

var _ bot.Fetcher = (*Channel)(nil)

// Channel is one Viber account. It implements bot.Channel.
type Channel struct {
	name     string
	token    string
	sender   sender
	base     *url.URL
	greeting func() bot.Message     // nil when nobody is greeted
	uri      atomic.Pointer[string] // of the account, once asked for
	calls    *call.Client
	fileURL  func(bot.Media) string
	media    *call.Client // for files at addresses that come from outside
	timeout  time.Duration
}

// New checks the configuration, naming everything that is wrong with it at once.
func New(c Config) (*Channel, error) {
	ch := &Channel{
		name:    c.Name,
		token:   c.Token,
		sender:  sender{Name: c.SenderName, Avatar: c.SenderAvatar},
		timeout: c.Timeout,
		fileURL: c.FileURL,
	}
	if ch.name == "" {
		ch.name = DefaultName
	}
	if ch.timeout <= 0 {
		ch.timeout = DefaultTimeout
	}
	var errs []error
	if !printable(c.Token) {
		errs = append(errs, errors.New("token: want printable ASCII, as Viber shows it"))
	}
	if n := utf8.RuneCountInString(c.SenderName); strings.TrimSpace(c.SenderName) == "" || n > maxSenderName {
		errs = append(errs, fmt.Errorf("sender name: want 1 to %d characters, have %d", maxSenderName, n))
	}
	if c.SenderAvatar != "" && !webAddress(c.SenderAvatar) {
		errs = append(errs, errors.New("sender avatar: want an http(s) address"))
	}
	var err error
	if ch.base, err = apiURL(c.APIURL); err != nil {
		errs = append(errs, err)
	}
	if ch.greeting = c.Greeting; ch.greeting != nil {
		if _, err := ch.welcome(ch.greeting()); err != nil {
			errs = append(errs, fmt.Errorf("greeting: %w", err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("viber %s: %w", ch.name, err)
	}
	if c.Transport == nil {
		c.Transport = call.Transport(idle)
	}
	if c.Media == nil {
		c.Media = call.Public(idle, besides(ch.base))
	}
	ch.calls, ch.media = call.New(c.Transport), call.New(c.Media)
	return ch, nil
}

// Name implements bot.Channel.
func (c *Channel) Name() string { return c.name }

// Capabilities implements bot.Channel. The keyboard is gone with the next
// message, and a day after the person's last one ours are charged.
func (c *Channel) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		Buttons: true, Files: true, Phones: bot.PhonesGiven,
		Receipts: bot.Receipts{Delivered: true, Seen: true, Failed: true},
		Session:  bot.Session{Length: 24 * time.Hour},
		Limits: bot.Limits{
			Text: maxText, Rows: maxRows, Keyboard: maxKeys, Label: maxLabel,
			Files: bot.FileLimits{Photos: "image/jpeg image/png", Photo: maxPicture, File: maxFile, Barred: barred},
		},
	}
}

// apiURL reads the address of the API. The account's token travels there with
// every call, so plain http is for this machine alone.
func apiURL(s string) (*url.URL, error) {
	if s == "" {
		s = DefaultAPIURL
	}
	if !strings.HasSuffix(s, "/") {
		s += "/"
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "":
		return nil, errors.New("API address: want https://host/path/")
	case call.Safe(u):
		return u, nil
	}
	return nil, errors.New("API address: plain http is allowed on loopback alone")
}

// printable reports whether s is a non-empty word of printable ASCII.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
