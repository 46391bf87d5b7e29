package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"visnyk/bot"
	"visnyk/bot/textfile"
	"visnyk/bot/webchat"
)

// Kind is a kind of messenger, as far as accounts at it are settings.
type Kind struct {
	Name  string // as in VISNYK_BOTS
	Alone string // why there can be one such bot; "" when there can be many
	// Check returns what is wrong with an account, each of its fields named in
	// capitals. public reports that messengers can reach us.
	Check func(a bot.Account, public bool) []error
}

// single returns the accounts of the single settings.
func (c *Config) single() (bots []Bot) {
	if c.TelegramToken != "" || c.TelegramSecret != "" {
		bots = append(bots, Bot{
			Name: "telegram", Channel: "telegram", Token: c.TelegramToken, Secret: c.TelegramSecret,
			APIURL: c.TelegramAPIURL, Rate: c.TelegramRate,
		})
	}
	if c.ViberToken != "" || c.ViberSenderName != "" {
		bots = append(bots, Bot{
			Name: "viber", Channel: "viber", Token: c.ViberToken, SenderName: c.ViberSenderName,
			APIURL: c.ViberAPIURL, Rate: c.ViberRate,
		})
	}
	if len(c.ChatOrigins) > 0 {
		bots = append(bots, Bot{Name: webchat.DefaultName, Channel: "webchat"})
	}
	return bots
}

// checkBots gathers the accounts from the single settings and from VISNYK_BOTS,
// and finds what is wrong with them.
func (c *Config) checkBots(kinds []Kind) (errs []error) {
	c.Bots = c.single()
	where := make([]string, len(c.Bots))
	for i, b := range c.Bots {
		where[i] = "VISNYK_" + strings.ToUpper(b.Channel) + "_"
	}
	if c.BotsFile != "" {
		more, err := readBots(c.BotsFile)
		if err != nil {
			errs = append(errs, fmt.Errorf("VISNYK_BOTS: %w", err))
		}
		for i := range more {
			where = append(where, fmt.Sprintf("VISNYK_BOTS: bot %d (%s): ", i+1, more[i].Name))
		}
		c.Bots = append(c.Bots, more...)
	}
	seen := map[string]bool{}
	ofKind := map[string]int{}
	for i, b := range c.Bots {
		k := kindOf(b.Channel, kinds)
		if ofKind[k.Name]++; ofKind[k.Name] == 2 && k.Alone != "" {
			errs = append(errs, fmt.Errorf("%sCHANNEL: %s", where[i], k.Alone))
		}
		for _, err := range b.check(seen) {
			errs = append(errs, fmt.Errorf("%s%w", where[i], err))
		}
		for _, err := range k.Check(b.Account(), c.PublicURL != "") {
			errs = append(errs, fmt.Errorf("%s%w", where[i], err))
		}
		seen[b.Name] = true
	}
	return errs
}

// kindOf returns the kind of that name, or one that no account can be of.
func kindOf(name string, kinds []Kind) Kind {
	var names []string
	for _, k := range kinds {
		if k.Name == name {
			return k
		}
		names = append(names, k.Name)
	}
	last := len(names) - 1
	wanted := fmt.Errorf("CHANNEL: want %s or %s", strings.Join(names[:last], ", "), names[last])
	return Kind{Check: func(bot.Account, bool) []error { return []error{wanted} }}
}

// readBots reads the file of VISNYK_BOTS: a list of accounts.
func readBots(file string) ([]Bot, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if data, err = textfile.UTF8(data); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var bots []Bot
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&bots); err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for i := range bots {
		b := &bots[i]
		for _, s := range []struct{ value, file *string }{{&b.Token, &b.TokenFile}, {&b.Secret, &b.SecretFile}} {
			if *s.file == "" {
				continue
			}
			secret, err := os.ReadFile(*s.file)
			if err != nil {
				return nil, fmt.Errorf("bot %q: %w", b.Name, err)
			}
			*s.value = strings.TrimSpace(string(textfile.Unmarked(secret)))
		}
	}
	return bots, nil
}

// Account returns what the kind of messenger uses of it.
func (b Bot) Account() bot.Account {
	return bot.Account{Name: b.Name, Token: b.Token, Secret: b.Secret, SenderName: b.SenderName, APIURL: b.APIURL}
}

// check finds what is wrong with an account at whatever messenger, each field
// named in capitals, as the single settings are called.
func (b Bot) check(seen map[string]bool) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !botName.MatchString(b.Name) {
		wrong("NAME: want a-z, 0-9 and -, beginning with a letter")
	}
	if seen[b.Name] {
		wrong("NAME: another bot is called %q too", b.Name)
	}
	if !sensible(b.Rate) {
		wrong("RATE: " + wantRate)
	}
	if b.APIURL != "" && !secureURL(b.APIURL) {
		wrong("API_URL: want an https:// address (http:// only on this machine)")
	}
	return errs
}

var botName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
