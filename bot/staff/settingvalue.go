package staff

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// good returns the fault of a value that the setting cannot have; nil when it can.
func (s Setting) good(value string) error {
	switch {
	case s.check != nil:
		return s.check(s, value)
	case !slices.Contains(s.Values, value):
		return bot.Invalid(s.Name, bot.FaultChoice, bot.Data{"Choices": s.Values})
	}
	return nil
}

func goodNumber(s Setting, value string) error {
	n, _ := storage.NumberSettingOf(s.Name)
	switch _, _, err := n.Read(value); {
	case err == nil:
		return nil
	case n.Unlimited == "":
		return bot.Invalid(s.Name, bot.FaultNumber, bot.Data{"Least": n.Least, "Most": n.Most})
	default:
		return bot.Invalid(s.Name, bot.FaultNumberOrNone, bot.Data{"Least": n.Least, "Most": n.Most, "None": n.Unlimited})
	}
}

func goodMinutes(s Setting, value string) error {
	if _, err := bot.ParseMinutes(value); err != nil {
		return bot.Invalid(s.Name, bot.FaultNumber, bot.Data{"Least": 0, "Most": bot.MinutesMost})
	}
	return nil
}

func goodHours(s Setting, value string) error {
	if _, err := bot.ParseHours(value, time.UTC); err != nil {
		return bot.Invalid(s.Name, bot.FaultHours, bot.Data{"Why": err.Error()})
	}
	return nil
}

func goodPrices(s Setting, value string) error {
	unprinted := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unprinted) {
		return bot.Invalid(s.Name, bot.FaultNotText, nil)
	}
	if _, ok := bot.ParsePrices(value); !ok {
		return bot.Invalid(s.Name, bot.FaultPrices, bot.Data{"Max": bot.PriceMost})
	}
	return nil
}

func goodColour(s Setting, value string) error {
	if _, ok := bot.ParseColour(value); !ok && value != "" {
		return bot.Invalid(s.Name, bot.FaultColour, nil)
	}
	return nil
}

func goodLogo(s Setting, value string) error {
	_, err := bot.ParseLogo(value)
	switch {
	case errors.Is(err, bot.ErrLogoLarge):
		return bot.Invalid(s.Name, bot.FaultLogoLarge, bot.Data{"Max": bot.LogoMost >> 10})
	case errors.Is(err, bot.ErrLogoSide):
		return bot.Invalid(s.Name, bot.FaultLogoSide, bot.Data{"Max": bot.LogoSide})
	case err != nil:
		return bot.Invalid(s.Name, bot.FaultLogoKind, nil)
	}
	return nil
}

// goodGreeting allows several lines, each of them text.
func goodGreeting(s Setting, value string) error {
	if utf8.RuneCountInString(value) > bot.GreetingMost {
		return bot.Invalid(s.Name, bot.FaultLong, bot.Data{"Max": bot.GreetingMost})
	}
	return goodName(s.Name, strings.ReplaceAll(value, "\n", ""), bot.GreetingMost)
}

// goodName returns the fault of a name that no sentence can hold; nil where there is
// none, nor a name.
func goodName(setting, value string, most int) error {
	if code, data := nameFault(value, most); code != "" {
		return bot.Invalid(setting, code, data)
	}
	return nil
}

// nameFault returns what is wrong with a name of at most so many characters; ""
// where nothing is, or there is no name.
func nameFault(name string, most int) (bot.FaultCode, bot.Data) {
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return bot.FaultNotText, nil
	case utf8.RuneCountInString(name) > most:
		return bot.FaultLong, bot.Data{"Max": most}
	case name != strings.TrimSpace(name):
		return bot.FaultSpaces, nil
	}
	return "", nil
}
