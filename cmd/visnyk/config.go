package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // the service runs in images without a zone database

	"github.com/caarlos0/env/v11"

	"visnyk/bot/webchat"
)

// config is what the environment says. Fields marked secret are never shown.
type config struct {
	Listen         string `env:"VISNYK_LISTEN" envDefault:":8080"`
	InternalListen string `env:"VISNYK_INTERNAL_LISTEN" envDefault:"127.0.0.1:9464"`
	PublicURL      string `env:"VISNYK_PUBLIC_URL"`
	DatabaseURL    string `env:"VISNYK_DATABASE_URL" envDefault:"sqlite:visnyk.db" secret:"url"`
	Secret         string `env:"VISNYK_SECRET" secret:"yes"`

	TelegramToken  string  `env:"VISNYK_TELEGRAM_TOKEN" secret:"yes"`
	TelegramSecret string  `env:"VISNYK_TELEGRAM_SECRET" secret:"yes"`
	TelegramAPIURL string  `env:"VISNYK_TELEGRAM_API_URL"`
	TelegramRate   float64 `env:"VISNYK_TELEGRAM_RATE" envDefault:"30"`

	ViberToken      string  `env:"VISNYK_VIBER_TOKEN" secret:"yes"`
	ViberSenderName string  `env:"VISNYK_VIBER_SENDER_NAME"`
	ViberAPIURL     string  `env:"VISNYK_VIBER_API_URL"`
	ViberRate       float64 `env:"VISNYK_VIBER_RATE" envDefault:"20"`

	EmbeddingsURL   string `env:"VISNYK_EMBEDDINGS_URL"`
	EmbeddingsKey   string `env:"VISNYK_EMBEDDINGS_KEY" secret:"yes"`
	EmbeddingsModel string `env:"VISNYK_EMBEDDINGS_MODEL"`

	BotsFile       string   `env:"VISNYK_BOTS"`
	ChatOrigins    []string `env:"VISNYK_CHAT_ORIGINS"`
	LogLevel       string   `env:"VISNYK_LOG_LEVEL" envDefault:"info"`
	LogFormat      string   `env:"VISNYK_LOG_FORMAT" envDefault:"text"`
	Timezone       string   `env:"VISNYK_TIMEZONE" envDefault:"Europe/Kyiv"`
	TrustedProxies []string `env:"VISNYK_TRUSTED_PROXIES"`

	bots        []botConfig
	kinds       []kind         // of messengers, besides the usual ones
	chatLimits  webchat.Limits // zero: the usual ones
	embedBudget time.Duration  // zero: the usual one
	zone        *time.Location
	proxies     []netip.Prefix
	unused      []string // settings of later parts, set but without effect yet
}

// botConfig is one account at one messenger.
type botConfig struct {
	Name       string  `yaml:"name"`
	Channel    string  `yaml:"channel"` // the name of a kind
	Token      string  `yaml:"token"`
	TokenFile  string  `yaml:"token_file"`
	Secret     string  `yaml:"secret"`
	SecretFile string  `yaml:"secret_file"`
	SenderName string  `yaml:"sender_name"`
	APIURL     string  `yaml:"api_url"`
	Rate       float64 `yaml:"rate"`
}

// later are names that the contract keeps for parts that are not built yet.
func later() []string {
	return []string{"VISNYK_MEDIA_DIR"}
}

// readConfig reads the environment. Every wrong setting is named at once.
func readConfig(environ []string) (config, error) {
	var c config
	vars := env.ToMap(environ)
	errs := readSecretFiles(vars)
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars}); err != nil {
		var all env.AggregateError
		if errors.As(err, &all) {
			errs = append(errs, all.Errors...)
		} else {
			errs = append(errs, err)
		}
	}
	errs = append(errs, unknownNames(vars, &c)...)
	errs = append(errs, c.check()...)
	if len(errs) > 0 {
		return c, usageError{fmt.Errorf("wrong settings:\n  %w", joined(errs))}
	}
	return c, nil
}

// joined writes each error on a line of its own.
func joined(errs []error) error {
	lines := make([]string, len(errs))
	for i, err := range errs {
		lines[i] = err.Error()
	}
	return errors.New(strings.Join(lines, "\n  "))
}

// readSecretFiles fills NAME from NAME_FILE for every secret.
func readSecretFiles(vars map[string]string) (errs []error) {
	for _, name := range names(func(f reflect.StructField) bool { return f.Tag.Get("secret") != "" }) {
		file, ok := vars[name+"_FILE"]
		if !ok {
			continue
		}
		delete(vars, name+"_FILE")
		if vars[name] != "" {
			errs = append(errs, fmt.Errorf("%s and %s_FILE are both set: keep one", name, name))
			continue
		}
		secret, err := os.ReadFile(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s_FILE: %w", name, err))
			continue
		}
		vars[name] = strings.TrimSpace(string(secret))
	}
	return errs
}

// names lists the variables of the fields that fit.
func names(fits func(reflect.StructField) bool) (list []string) {
	for f := range reflect.TypeFor[config]().Fields() {
		if name := f.Tag.Get("env"); name != "" && fits(f) {
			list = append(list, name)
		}
	}
	return list
}

// unknownNames finds misspelt settings, which would otherwise be ignored.
func unknownNames(vars map[string]string, c *config) (errs []error) {
	known := names(func(reflect.StructField) bool { return true })
	for name := range vars {
		switch {
		case !strings.HasPrefix(name, "VISNYK_") || slices.Contains(known, name):
		case slices.Contains(later(), strings.TrimSuffix(name, "_FILE")):
			c.unused = append(c.unused, name)
		default:
			errs = append(errs, fmt.Errorf("%s: there is no such setting", name))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errs
}

// check finds what is wrong with the values.
func (c *config) check() (errs []error) {
	wrong := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf(name+": "+format, args...))
	}
	for _, l := range []struct{ name, addr string }{
		{"VISNYK_LISTEN", c.Listen}, {"VISNYK_INTERNAL_LISTEN", c.InternalListen},
	} {
		if _, err := net.ResolveTCPAddr("tcp", l.addr); err != nil {
			wrong(l.name, "want host:port, for example 127.0.0.1:8080")
		}
	}
	for _, u := range []struct{ name, url string }{
		{"VISNYK_PUBLIC_URL", c.PublicURL}, {"VISNYK_TELEGRAM_API_URL", c.TelegramAPIURL}, {"VISNYK_VIBER_API_URL", c.ViberAPIURL},
	} {
		if u.url != "" && !secureURL(u.url) {
			wrong(u.name, "want an https:// address (http:// only on this machine)")
		}
	}
	if !strings.HasPrefix(c.DatabaseURL, "sqlite:") && !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://") {
		wrong("VISNYK_DATABASE_URL", "want sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")
	}
	if c.Secret != "" && len(c.Secret) < shortestSecret {
		wrong("VISNYK_SECRET", "want at least %d characters", shortestSecret)
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		wrong("VISNYK_LOG_LEVEL", "want debug, info, warn or error")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		wrong("VISNYK_LOG_FORMAT", "want text or json")
	}
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil || c.Timezone == "" {
		wrong("VISNYK_TIMEZONE", "want a zone such as Europe/Kyiv")
	}
	c.zone = zone
	for _, p := range c.TrustedProxies {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(p))
		if err != nil {
			wrong("VISNYK_TRUSTED_PROXIES", "%q is not an address range such as 10.0.0.0/8", p)
			continue
		}
		c.proxies = append(c.proxies, prefix)
	}
	if c.EmbeddingsURL != "" {
		if u, err := url.Parse(c.EmbeddingsURL); err != nil || !secureURL(c.EmbeddingsURL) && !privateURL(u) || u.User != nil || u.Hostname() == "" || strings.ContainsAny(c.EmbeddingsURL, "?#") {
			wrong("VISNYK_EMBEDDINGS_URL", "want the base of an API, such as https://host/v1, without a name, a password or a question mark in it (http:// only on this machine or at a private address)")
		}
		if c.EmbeddingsModel == "" {
			wrong("VISNYK_EMBEDDINGS_MODEL", "name the model that VISNYK_EMBEDDINGS_URL is to be asked for")
		}
	}
	for _, o := range c.ChatOrigins {
		if _, err := webchat.ParseOrigin(o); err != nil {
			wrong("VISNYK_CHAT_ORIGINS", "%w", err)
		}
	}
	return append(errs, c.checkBots()...)
}

// secureURL tells whether secrets may travel to the address.
func secureURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// privateURL tells whether the address is one of a network of our own.
func privateURL(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && err == nil && ip.IsPrivate()
}

var botName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// single gives the accounts of the single settings.
func (c *config) single() (bots []botConfig) {
	if c.TelegramToken != "" || c.TelegramSecret != "" {
		bots = append(bots, botConfig{
			Name: "telegram", Channel: "telegram", Token: c.TelegramToken, Secret: c.TelegramSecret,
			APIURL: c.TelegramAPIURL, Rate: c.TelegramRate,
		})
	}
	if c.ViberToken != "" || c.ViberSenderName != "" {
		bots = append(bots, botConfig{
			Name: "viber", Channel: "viber", Token: c.ViberToken, SenderName: c.ViberSenderName,
			APIURL: c.ViberAPIURL, Rate: c.ViberRate,
		})
	}
	if len(c.ChatOrigins) > 0 {
		bots = append(bots, botConfig{Name: webchat.DefaultName, Channel: "webchat"})
	}
	return bots
}

// runConfig shows the settings in force.
func runConfig(_ context.Context, c call) error {
	if err := c.parse(c.flags("config"), 0); err != nil {
		return err
	}
	cfg, err := readConfig(c.env)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	v := reflect.ValueOf(cfg)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if name := f.Tag.Get("env"); name != "" {
			fmt.Fprintf(tw, "%s\t%s\n", name, shown(f, v.Field(i)))
		}
	}
	for _, b := range cfg.bots {
		fmt.Fprintf(tw, "bot %s\t%s, %g messages/s\n", b.Name, b.Channel, b.Rate)
	}
	return tw.Flush()
}

// shown is a value as it may be seen by anyone.
func shown(f reflect.StructField, v reflect.Value) string {
	text := fmt.Sprint(v.Interface())
	switch {
	case v.IsZero():
		return "(not set)"
	case f.Tag.Get("secret") == "yes":
		return "(set)"
	case f.Tag.Get("secret") == "url":
		return maskedURL(text)
	}
	return text
}
