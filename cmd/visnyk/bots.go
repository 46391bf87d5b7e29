package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"visnyk/bot"
)

// checkBots gathers the accounts from the single settings and from VISNYK_BOTS,
// and finds what is wrong with them.
func (c *config) checkBots() (errs []error) {
	c.bots = c.single()
	where := make([]string, len(c.bots))
	for i, b := range c.bots {
		where[i] = "VISNYK_" + strings.ToUpper(b.Channel) + "_"
	}
	if c.BotsFile != "" {
		more, err := readBots(c.BotsFile)
		if err != nil {
			return append(errs, fmt.Errorf("VISNYK_BOTS: %w", err))
		}
		for i := range more {
			where = append(where, fmt.Sprintf("VISNYK_BOTS: bot %d (%s): ", i+1, more[i].Name))
		}
		c.bots = append(c.bots, more...)
	}
	seen := map[string]bool{}
	ofKind := map[string]int{}
	for i := range c.bots {
		k, _ := c.kindOf(c.bots[i].Channel)
		if ofKind[k.name]++; ofKind[k.name] == 2 && k.alone != "" {
			errs = append(errs, fmt.Errorf("%sCHANNEL: %s", where[i], k.alone))
		}
		for _, err := range c.bots[i].check(k, seen, c.PublicURL != "") {
			errs = append(errs, fmt.Errorf("%s%w", where[i], err))
		}
		seen[c.bots[i].Name] = true
	}
	return errs
}

// readBots reads the file of VISNYK_BOTS: a list of accounts.
func readBots(file string) ([]botConfig, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var bots []botConfig
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
			*s.value = strings.TrimSpace(string(secret))
		}
	}
	return bots, nil
}

// kindOf returns the kind of messenger of that name; false when there is none.
func (c *config) kindOf(name string) (kind, bool) {
	all := append(kinds(), c.kinds...)
	if i := slices.IndexFunc(all, func(k kind) bool { return k.name == name }); i >= 0 {
		return all[i], true
	}
	return kind{}, false
}

// account is what the kind of messenger uses of it.
func (b botConfig) account() bot.Account {
	return bot.Account{Name: b.Name, Token: b.Token, Secret: b.Secret, SenderName: b.SenderName, APIURL: b.APIURL}
}

// check names the fields in capitals, as the single settings are called. public
// tells that messengers can reach us. The zero kind is none.
func (b *botConfig) check(k kind, seen map[string]bool, public bool) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !botName.MatchString(b.Name) {
		wrong("NAME: want a-z, 0-9 and -, beginning with a letter")
	}
	if seen[b.Name] {
		wrong("NAME: another bot is called %q too", b.Name)
	}
	if b.Rate < 0 {
		wrong("RATE: want messages per second, 0 for no limit")
	}
	if b.APIURL != "" && !secureURL(b.APIURL) {
		wrong("API_URL: want an https:// address (http:// only on this machine)")
	}
	if k.name == "" {
		wrong("CHANNEL: want %s", kindNames())
		return errs
	}
	return append(errs, k.check(b.account(), public)...)
}

// kindNames lists the kinds for people to read.
func kindNames() string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
