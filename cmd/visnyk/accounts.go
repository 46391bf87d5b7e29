package main

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	settings "visnyk/cmd/visnyk/config"
)

// readConfig reads the settings, with accounts at the messengers there are.
func readConfig(environ []string) (config, error) { return settings.Read(environ, accounts()) }

// accounts are the messengers, as far as accounts at them are settings.
func accounts() []settings.Kind {
	return []settings.Kind{
		{Name: "telegram", Check: checkTelegram},
		{Name: "viber", Check: checkViber},
		{Name: "webchat", Check: checkWebchat, Alone: "there is another web chat, and /chat is one; VISNYK_CHAT_ORIGINS makes one too"},
	}
}

var (
	telegramToken  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{20,}$`)
	telegramSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

func checkTelegram(b botConfig, public bool) (errs []error) {
	if !telegramToken.MatchString(b.Token) {
		errs = append(errs, errors.New("TOKEN: want the token BotFather gave, NUMBER:LETTERS"))
	}
	if b.Secret == "" && !public {
		return errs // updates are fetched, and the webhook refuses everything
	}
	if !telegramSecret.MatchString(b.Secret) {
		errs = append(errs, errors.New("SECRET: want 1 to 256 of A-Z a-z 0-9 _ -; Telegram sends it with every update, and without it anyone could"))
	}
	return errs
}

func checkViber(b botConfig, _ bool) (errs []error) {
	if b.Token == "" || strings.ContainsAny(b.Token, " \t\r\n") {
		errs = append(errs, errors.New("TOKEN: want the authentication token of the Viber bot"))
	}
	if n := utf8.RuneCountInString(b.SenderName); n == 0 || n > 28 {
		errs = append(errs, errors.New("SENDER_NAME: want 1 to 28 characters; customers see it over each message"))
	}
	return errs
}

func checkWebchat(b botConfig, _ bool) []error {
	if b.Token != "" || b.Secret != "" || b.SenderName != "" || b.APIURL != "" {
		return []error{errors.New("TOKEN, SECRET, SENDER_NAME, API_URL: a web chat has none")}
	}
	return nil
}
