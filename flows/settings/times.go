package settings

import (
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// span is one choice of quiet hours.
type span struct {
	quiet  bot.Quiet
	action string
	label  string // the key of its button
	now    string // the key of how it stands in the overview
}

// quietHours are the choices there are, the usual one first.
func quietHours() []span {
	return []span{
		{bot.QuietUsual, quiet + ":usual", "settings.quiet_usual", "settings.quiet_usual_now"},
		{bot.QuietLater, quiet + ":later", "settings.quiet_later", "settings.quiet_later_now"},
		{bot.QuietShort, quiet + ":short", "settings.quiet_short", "settings.quiet_short_now"},
		{bot.QuietNever, quiet + ":never", "settings.quiet_never", "settings.quiet_never_now"},
	}
}

// hours returns the choice that was made.
func hours(q bot.Quiet) span {
	for _, s := range quietHours() {
		if s.quiet == q {
			return s
		}
	}
	return quietHours()[0]
}

func askQuiet(flows.Turn) []flows.Effect {
	say := line("settings.ask_quiet")
	for _, s := range quietHours() {
		say.Buttons = append(say.Buttons, flows.Row(flows.T(s.label), s.action))
	}
	say.Buttons = append(say.Buttons, back())
	return []flows.Effect{say}
}

func pickedQuiet(t flows.Turn) (bot.Quiet, bool) {
	for _, s := range quietHours() {
		if t.Pressed(s.action) {
			return s.quiet, true
		}
	}
	return "", false
}

func setQuiet(t flows.Turn) []flows.Effect {
	w := t.Facts.Wishes
	w.Quiet, _ = pickedQuiet(t)
	return []flows.Effect{flows.Wish{Wishes: w}, line("settings.quiet_set")}
}

// A pause is for a week or for a month.
const (
	week  = 7 * 24 * time.Hour
	month = 30 * 24 * time.Hour
)

func askPause(t flows.Turn) []flows.Effect {
	say := line("settings.ask_pause")
	if t.Facts.Wishes.Paused(t.Facts.Now) {
		say.Buttons = append(say.Buttons, flows.Row(flows.T("settings.pause_end"), toUnpause))
	}
	say.Buttons = append(say.Buttons,
		flows.Row(flows.T("settings.week"), pause+":week"), flows.Row(flows.T("settings.month"), pause+":month"), back())
	return []flows.Effect{say}
}

func pickedPause(t flows.Turn) (time.Duration, bool) {
	switch {
	case t.Pressed(pause + ":week"):
		return week, true
	case t.Pressed(pause + ":month"):
		return month, true
	}
	return 0, false
}

func setPause(t flows.Turn) []flows.Effect {
	span, _ := pickedPause(t)
	return pauseTill(t, t.Facts.Now.Add(span))
}

// namesEnd reports whether the person, asked how long, says so in words.
func namesEnd(t flows.Turn) bool {
	_, ok := t.NamesEnd()
	return ok && !t.Facts.Newcomer()
}

// PauseUntil makes the pause that the person asks for in words of their own, up to the
// day that they name.
func PauseUntil(t flows.Turn) []flows.Effect {
	until, ok := t.SilenceUntil()
	if !ok {
		until, _ = t.NamesEnd()
	}
	return pauseTill(t, until)
}

func pauseTill(t flows.Turn, until time.Time) []flows.Effect {
	w := t.Facts.Wishes
	w.PausedUntil = until
	return []flows.Effect{flows.Wish{Wishes: w}, line("settings.pause_set")}
}

func endPause(t flows.Turn) []flows.Effect {
	w := t.Facts.Wishes
	w.PausedUntil = time.Time{}
	return []flows.Effect{flows.Wish{Wishes: w}, line("settings.pause_ended")}
}
