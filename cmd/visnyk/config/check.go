package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"visnyk/bot/call"
	"visnyk/bot/webchat"
)

// check finds what is wrong with the values.
func (c *Config) check() (errs []error) {
	wrong := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf(name+": "+format, args...))
	}
	for _, l := range []struct{ name, addr string }{
		{"VISNYK_LISTEN", c.Listen}, {"VISNYK_INTERNAL_LISTEN", c.InternalListen},
	} {
		if !Listenable(l.addr) {
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
	if !databaseURL(c.DatabaseURL) {
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
	c.Zone = zone
	for _, r := range []struct {
		name string
		rate float64
	}{{"VISNYK_TELEGRAM_RATE", c.TelegramRate}, {"VISNYK_VIBER_RATE", c.ViberRate}} {
		if !sensible(r.rate) {
			wrong(r.name, wantRate)
		}
	}
	for _, p := range c.TrustedProxies {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(p))
		if err != nil {
			wrong("VISNYK_TRUSTED_PROXIES", "%q is not an address range such as 10.0.0.0/8", p)
			continue
		}
		c.Proxies = append(c.Proxies, prefix)
	}
	if c.EmbeddingsURL != "" {
		if u, err := url.Parse(c.EmbeddingsURL); err != nil || !secureURL(c.EmbeddingsURL) && !privateURL(u) || u.User != nil || u.Hostname() == "" || strings.ContainsAny(c.EmbeddingsURL, "?#") {
			wrong("VISNYK_EMBEDDINGS_URL", "want the base of an API, such as https://host/v1, without a name, a password or a question mark in it (http:// only on this machine or at a private address)")
		}
		if c.EmbeddingsModel == "" {
			wrong("VISNYK_EMBEDDINGS_MODEL", "name the model that VISNYK_EMBEDDINGS_URL is to be asked for")
		}
	}
	for _, t := range []struct{ name, text string }{
		{"VISNYK_EMBEDDINGS_KEY", c.EmbeddingsKey}, {"VISNYK_EMBEDDINGS_MODEL", c.EmbeddingsModel},
	} {
		if strings.ContainsFunc(t.text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			wrong(t.name, "want no spaces and no line breaks in it")
		}
	}
	for _, o := range c.ChatOrigins {
		if _, err := webchat.ParseOrigin(o); err != nil {
			wrong("VISNYK_CHAT_ORIGINS", "%w", err)
		}
	}
	return errs
}

// Listenable reports whether the address is one to listen at.
func Listenable(addr string) bool {
	_, err := net.ResolveTCPAddr("tcp", addr)
	return err == nil && addr != ""
}

// databaseURL reports whether the URL is one of a database. A file must have a name:
// SQLite would forget what it was told in one without.
func databaseURL(s string) bool {
	if file, ok := strings.CutPrefix(s, "sqlite:"); ok {
		return file != "" && !strings.HasPrefix(file, "?")
	}
	_, err := url.Parse(s)
	return err == nil && (strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://"))
}

const wantRate = "want messages per second, from 0.001 to 1000000, or 0 for no limit"

// sensible reports whether the rate is one that can be kept to.
func sensible(rate float64) bool { return rate == 0 || rate >= 0.001 && rate <= 1e6 }

// secureURL reports whether secrets may travel to the address.
func secureURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && call.Safe(u)
}

// privateURL reports whether the address is one of a network of our own.
func privateURL(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && err == nil && ip.IsPrivate()
}
