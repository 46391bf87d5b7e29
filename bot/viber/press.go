package viber

import (
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// A pressed button comes back as an ordinary text, and a client that does not know
// Silent shows that text as the person's own words. So it begins with the label,
// for people, and ends with our mark, which nobody types by accident:
// "<label> ·#<screen in base 36>~<action>". Buttons of before, which still stand
// under old messages, say the mark alone.

const (
	// apart stands between the label and the mark.
	apart = " ·"
	// maxSpoken is how much of a label stands there, in characters.
	maxSpoken = 64
)

// actionBody is what a reply button sends when it is pressed.
func actionBody(label string, screen int, action string) string {
	if words := spoken(label); visible(words) {
		return words + apart + marked(screen, action)
	}
	return marked(screen, action)
}

// spoken is a label as it stands before the mark.
func spoken(label string) string {
	return strings.TrimSpace(markup.Cut(harmless(line(label, maxLabel)), maxSpoken))
}

// marked is our mark of a button.
func marked(screen int, action string) string {
	return "#" + strconv.FormatInt(int64(screen), 36) + "~" + action
}

// press reads what actionBody wrote, and nothing that differs from it in a
// single byte: words before the mark that could not be a label, in several lines
// or too long, are words. What the label says decides nothing.
func press(text string) (bot.Press, bool) {
	mark := text
	if i := strings.LastIndex(text, apart+"#"); i >= 0 {
		if label := text[:i]; !visible(label) || spoken(label) != label {
			return bot.Press{}, false
		}
		mark = text[i+len(apart):]
	}
	version, action, ok := strings.Cut(strings.TrimPrefix(mark, "#"), "~")
	if !ok {
		return bot.Press{}, false
	}
	screen, err := strconv.ParseInt(version, 36, 32)
	if err != nil || screen < 0 || !validAction(action) || marked(int(screen), action) != mark {
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
