// Package config is what the environment says: every setting, checked, with the
// accounts of VISNYK_BOTS and the secret beside a SQLite file. It knows which
// values are secret and shows none of them; it opens nothing and sends nothing.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // the service runs in images without a zone database

	"github.com/caarlos0/env/v11"

	"visnyk/bot/textfile"
	"visnyk/bot/webchat"
)

// Config is what the environment says. Fields marked secret are never shown.
type Config struct {
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

	Bots        []Bot
	ChatLimits  webchat.Limits // zero: the usual ones
	EmbedBudget time.Duration  // zero: the usual one
	Zone        *time.Location
	Proxies     []netip.Prefix
	Unused      []string // settings without effect, set all the same
}

// Bot is one account at one messenger.
type Bot struct {
	Name       string  `yaml:"name"`
	Channel    string  `yaml:"channel"` // telegram, viber or webchat
	Token      string  `yaml:"token"`
	TokenFile  string  `yaml:"token_file"`
	Secret     string  `yaml:"secret"`
	SecretFile string  `yaml:"secret_file"`
	SenderName string  `yaml:"sender_name"`
	APIURL     string  `yaml:"api_url"`
	Rate       float64 `yaml:"rate"`
}

// former are settings that earlier versions kept a name for, and that have no
// effect any more.
func former() []string {
	return []string{"VISNYK_MEDIA_DIR"}
}

// WrongError names every setting that is wrong, one a line.
type WrongError struct{ err error }

// Error implements error.
func (e *WrongError) Error() string { return e.err.Error() }

// Unwrap returns the reasons.
func (e *WrongError) Unwrap() error { return e.err }

// Read reads the environment, with accounts at the kinds of messengers given.
// Everything that is wrong with it is one *WrongError.
func Read(environ []string, kinds []Kind) (Config, error) {
	var c Config
	vars := env.ToMap(environ)
	errs := readSecretFiles(vars)
	errs = append(errs, c.parse(vars)...)
	errs = append(errs, unknownNames(vars, &c)...)
	errs = append(errs, c.check()...)
	errs = append(errs, c.checkBots(kinds)...)
	if len(errs) > 0 {
		return c, &WrongError{fmt.Errorf("wrong settings:\n  %w", joined(errs))}
	}
	return c, nil
}

// parse fills the fields, and names the variables of those whose values do not
// fit them.
func (c *Config) parse(vars map[string]string) (errs []error) {
	err := env.ParseWithOptions(c, env.Options{Environment: vars})
	var all env.AggregateError
	if err != nil && !errors.As(err, &all) {
		return []error{err}
	}
	for _, err := range all.Errors {
		var wrong env.ParseError
		if errors.As(err, &wrong) { // it names the field, and shows the value
			field, _ := reflect.TypeFor[Config]().FieldByName(wrong.Name)
			err = fmt.Errorf("%s: want a number, such as 30", field.Tag.Get("env")) // no other type refuses a text
		}
		errs = append(errs, err)
	}
	return errs
}

// joined writes each error on a line of its own, and none twice.
func joined(errs []error) error {
	var lines []string
	for _, err := range errs {
		if line := err.Error(); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
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
		if name != "VISNYK_SECRET" { // whose mark, if it has one, is a part of every key made of it
			secret = textfile.Unmarked(secret)
		}
		vars[name] = strings.TrimSpace(string(secret))
	}
	return errs
}

// names lists the variables of the fields that fit.
func names(fits func(reflect.StructField) bool) (list []string) {
	for f := range reflect.TypeFor[Config]().Fields() {
		if name := f.Tag.Get("env"); name != "" && fits(f) {
			list = append(list, name)
		}
	}
	return list
}

// unknownNames finds misspelt settings, which would otherwise be ignored.
func unknownNames(vars map[string]string, c *Config) (errs []error) {
	known := names(func(reflect.StructField) bool { return true })
	for name := range vars {
		switch {
		case !strings.HasPrefix(name, "VISNYK_") || slices.Contains(known, name):
		case slices.Contains(former(), strings.TrimSuffix(name, "_FILE")):
			c.Unused = append(c.Unused, name)
		default:
			errs = append(errs, fmt.Errorf("%s: there is no such setting", name))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errs
}

// Show writes the settings in force, secrets masked.
func (c Config) Show(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if name := f.Tag.Get("env"); name != "" {
			fmt.Fprintf(tw, "%s\t%s\n", name, shown(f, v.Field(i)))
		}
	}
	for _, b := range c.Bots {
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
