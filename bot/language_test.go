package bot_test

import (
	"testing"

	"visnyk/bot"
)

func TestLanguageAccepted(t *testing.T) {
	for header, want := range map[string]bot.Language{
		"":                                bot.Ukrainian,
		"en-US,en;q=0.9":                  bot.Ukrainian,
		"ru":                              bot.Russian,
		"ru-UA,uk;q=0.5":                  bot.Russian,
		"uk;q=0.5, ru;q=0.9":              bot.Russian,
		"en, uk;q=0.8, ru;q=0.7":          bot.Ukrainian,
		"ru;q=0, uk;q=0.1":                bot.Ukrainian,
		"ru;q=many":                       bot.Ukrainian,
		" ru-RU ; q=0.3 , UA ; q=0.2 ,, ": bot.Russian,
	} {
		if got := bot.LanguageAccepted(header); got != want {
			t.Errorf("%q gives %q", header, got)
		}
	}
}
