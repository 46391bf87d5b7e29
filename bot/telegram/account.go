package telegram

import (
	"errors"
	"regexp"

	"visnyk/bot"
)

var (
	tokenForm  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{20,}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// CheckAccount finds what is wrong with the settings of a bot, each named in
// capitals. public tells that Telegram can reach us: otherwise updates are
// fetched, and without a secret the webhook refuses everything.
func CheckAccount(a bot.Account, public bool) (wrong []error) {
	if !tokenForm.MatchString(a.Token) {
		wrong = append(wrong, errors.New("TOKEN: want the token BotFather gave, NUMBER:LETTERS"))
	}
	if (a.Secret != "" || public) && !secretForm.MatchString(a.Secret) {
		wrong = append(wrong, errors.New("SECRET: want 1 to 256 of A-Z a-z 0-9 _ -; Telegram sends it with every update, and without it anyone could"))
	}
	return wrong
}
