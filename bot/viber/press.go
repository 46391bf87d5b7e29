package viber

import (
	"strconv"
	"strings"

	"visnyk/bot"
)

// A pressed button comes back as an ordinary text, so what a button says must
// be nothing a person types by accident: "#<screen in base 36>~<action>".

// actionBody is what a reply button sends when it is pressed.
func actionBody(screen int, action string) string {
	return "#" + strconv.FormatInt(int64(screen), 36) + "~" + action
}

// press reads what actionBody wrote, and nothing that differs from it in a
// single byte.
func press(text string) (bot.Press, bool) {
	version, action, ok := strings.Cut(strings.TrimPrefix(text, "#"), "~")
	if !ok {
		return bot.Press{}, false
	}
	screen, err := strconv.ParseInt(version, 36, 32)
	if err != nil || screen < 0 || !validAction(action) || actionBody(int(screen), action) != text {
		return bot.Press{}, false
	}
	return bot.Press{Screen: int(screen), Action: action}, true
}

func validAction(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9', b == '.', b == '_', b == ':', b == '-':
		default:
			return false
		}
	}
	return s != "" && len(s) <= bot.MaxAction
}
