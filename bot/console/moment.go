package console

import (
	"html/template"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/locales"
)

// timeTag marks words up with the moment they speak of; on hover it is whole.
func (c *Console) timeTag(t time.Time, words string) template.HTML {
	if t.IsZero() {
		return "—"
	}
	t = t.In(c.cfg.Zone)
	return template.HTML(`<time datetime="` + t.Format(time.RFC3339) + `" title="` + t.Format("02.01.2006 15:04:05") + `">` +
		template.HTMLEscapeString(words) + `</time>`)
}

// shown writes a moment as people do: the hour alone where it is of today.
func (c *Console) shown(l bot.Language, t time.Time) string {
	now, t := c.cfg.Now().In(c.cfg.Zone), t.In(c.cfg.Zone)
	if now.Format(time.DateOnly) == t.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return locales.When(l, t, now)
}

// Valued writes the value of an attribute, which is in the one form of its type, as
// people do: a day with the name of its month, a number with a comma.
func (v *Visit) Valued(of bot.AttributeType, value string) string {
	switch of {
	case bot.AttributeDate:
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return locales.Dated(v.Lang, day)
		}
	case bot.AttributeNumber:
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}

// ago writes how long ago a moment was; the moment itself where that is days.
func (c *Console) ago(l bot.Language, t time.Time) string {
	d := c.cfg.Now().Sub(t)
	switch {
	case d < time.Minute:
		return c.must(l, "console.time.now")
	case d < 24*time.Hour:
		return c.must(l, "console.time.ago", "Long", c.long(l, d))
	}
	return c.shown(l, t)
}

// long writes a duration as people do: «12 хв», «3 год 5 хв», «2 дні».
func (c *Console) long(l bot.Language, d time.Duration) string {
	minutes := int(d / time.Minute)
	days, hours, minutes := minutes/(24*60), minutes/60%24, minutes%60
	switch {
	case days > 0:
		words, err := c.count(l, "console.time.days", days)
		if err != nil {
			panic(err)
		}
		return words
	case hours > 0 && minutes > 0:
		return c.must(l, "console.time.hours_minutes", "Hours", hours, "Minutes", minutes)
	case hours > 0:
		return c.must(l, "console.time.hours", "Hours", hours)
	case minutes > 0:
		return c.must(l, "console.time.minutes", "Minutes", minutes)
	}
	return c.must(l, "console.time.less")
}

// must returns a text of the frame's own.
func (c *Console) must(l bot.Language, key string, args ...any) string {
	words, err := c.text(l, key, args...)
	if err != nil {
		panic(err)
	}
	return words
}
