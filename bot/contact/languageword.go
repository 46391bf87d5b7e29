package contact

import (
	"slices"
	"strings"

	"visnyk/bot"
)

// languageOf reads how the company's records name a language: UA, uk-UA, укр.,
// ru_RU, Українська. What it does not know it returns as it is.
func languageOf(cell string) bot.Language {
	parts := strings.FieldsFunc(strings.ToLower(cell), func(c rune) bool { return strings.ContainsRune(" -_.", c) })
	if len(parts) == 0 {
		return bot.Language(strings.ToLower(cell))
	}
	for _, more := range parts[1:] {
		if !slices.Contains([]string{"ua", "ru", "cyrl", "utf", "utf8", "8", "мова", "мовою", "язык", "language"}, more) {
			return bot.Language(strings.ToLower(cell))
		}
	}
	switch parts[0] {
	case "uk", "ua", "ukr", "ukrainian", "укр", "українська", "українською", "украинский", "украинская":
		return bot.Ukrainian
	case "ru", "rus", "russian", "рус", "рос", "русский", "русская", "російська", "російською":
		return bot.Russian
	}
	return bot.Language(strings.ToLower(cell))
}
