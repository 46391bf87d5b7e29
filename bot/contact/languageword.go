package contact

import (
	"slices"
	"strings"

	"visnyk/bot"
)

// latinTyped makes Cyrillic letters of the Latin ones that people type for them.
var latinTyped = strings.NewReplacer("a", "а", "c", "с", "e", "е", "i", "і", "o", "о", "p", "р", "x", "х", "y", "у")

// languageOf reads how the company's records name a language: UA, uk-UA, укр.,
// ru_RU, Українська. What it does not know it returns as it is.
func languageOf(cell string) bot.Language {
	parts := strings.FieldsFunc(strings.ToLower(cell), func(c rune) bool { return strings.ContainsRune(" -_.()", c) })
	if len(parts) > 1 && parts[0] == "по" {
		parts = parts[1:]
	}
	if len(parts) == 0 {
		return bot.Language(strings.ToLower(cell))
	}
	for _, more := range parts[1:] {
		if !slices.Contains([]string{
			"ua", "ru", "cyrl", "utf", "utf8", "8", "мова", "мовою", "язык", "language",
			"ukraine", "україна", "украина", "russia", "росія", "россия",
		}, more) {
			return bot.Language(strings.ToLower(cell))
		}
	}
	word := parts[0]
	if strings.ContainsFunc(word, func(c rune) bool { return c >= 0x80 }) {
		word = latinTyped.Replace(word)
	}
	switch word {
	case "uk", "ua", "ukr", "ukrainian", "уа", "укр", "українська", "українською", "українськи", "украинский", "украинская", "украински":
		return bot.Ukrainian
	case "ru", "rus", "russian", "ру", "рус", "рос", "русский", "русская", "русски", "російська", "російською", "російськи":
		return bot.Russian
	}
	return bot.Language(strings.ToLower(cell))
}
