package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"visnyk/bot/webchat"
)

// checkBots gathers the accounts from the single settings and from VISNYK_BOTS,
// and finds what is wrong with them.
func (c *Config) checkBots() (errs []error) {
	c.Bots = nil
	if c.TelegramToken != "" || c.TelegramSecret != "" {
		c.Bots = append(c.Bots, Bot{
			Name: "telegram", Channel: "telegram", Token: c.TelegramToken, Secret: c.TelegramSecret,
			APIURL: c.TelegramAPIURL, Rate: c.TelegramRate,
		})
	}
	if c.ViberToken != "" || c.ViberSenderName != "" {
		c.Bots = append(c.Bots, Bot{
			Name: "viber", Channel: "viber", Token: c.ViberToken, SenderName: c.ViberSenderName,
			APIURL: c.ViberAPIURL, Rate: c.ViberRate,
		})
	}
	if len(c.ChatOrigins) > 0 {
		c.Bots = append(c.Bots, Bot{Name: webchat.DefaultName, Channel: "webchat"})
	}
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
	chats := 0
	for i := range c.Bots {
		if c.Bots[i].Channel == "webchat" {
			if chats++; chats == 2 {
				errs = append(errs, fmt.Errorf("%sCHANNEL: there is another web chat, and /chat is one; VISNYK_CHAT_ORIGINS makes one too", where[i]))
			}
		}
		for _, err := range c.Bots[i].check(seen, c.PublicURL != "") {
			errs = append(errs, fmt.Errorf("%s%w", where[i], err))
		}
		seen[c.Bots[i].Name] = true
	}
	return errs
}

// readBots reads the file of VISNYK_BOTS: a list of accounts.
func readBots(file string) ([]Bot, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
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
			*s.value = strings.TrimSpace(string(secret))
		}
	}
	return bots, nil
}

// check names the fields in capitals, as the single settings are called. public
// tells that messengers can reach us.
func (b *Bot) check(seen map[string]bool, public bool) (errs []error) {
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
	switch b.Channel {
	case "telegram":
		if !telegramToken.MatchString(b.Token) {
			wrong("TOKEN: want the token BotFather gave, NUMBER:LETTERS")
		}
		if b.Secret == "" && !public {
			break // updates are fetched, and the webhook refuses everything
		}
		if !telegramSecret.MatchString(b.Secret) {
			wrong("SECRET: want 1 to 256 of A-Z a-z 0-9 _ -; Telegram sends it with every update, and without it anyone could")
		}
	case "viber":
		if b.Token == "" || strings.ContainsAny(b.Token, " \t\r\n") {
			wrong("TOKEN: want the authentication token of the Viber bot")
		}
		if n := utf8.RuneCountInString(b.SenderName); n == 0 || n > 28 {
			wrong("SENDER_NAME: want 1 to 28 characters; customers see it over each message")
		}
	case "webchat":
		if b.Token != "" || b.Secret != "" || b.SenderName != "" || b.APIURL != "" {
			wrong("TOKEN, SECRET, SENDER_NAME, API_URL: a web chat has none")
		}
	default:
		wrong("CHANNEL: want telegram, viber or webchat")
	}
	return errs
}
