package dialog

import (
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

const (
	// varPressed keeps the last press and when it was, varPresses how many there
	// were since when.
	varPressed = "~pressed"
	varPresses = "~presses"
	varTired   = "~tired"

	// A second press of the same button within doubleSpan is a double tap.
	doubleSpan = 2 * time.Second
	// pressesMax presses within pressesSpan are more than a hand does.
	pressesMax  = 90
	pressesSpan = time.Minute
)

// twice reports whether the event is the second press of a double tap, and notes
// what is pressed.
func (t *turn) twice(e bot.Event) bool {
	if e.Kind != bot.Tapped || e.Press == nil || e.Press.Action == "" {
		return false
	}
	at, last := counted(t.variable(varPressed))
	pressed := strconv.Itoa(e.Press.Screen) + "/" + e.ID + "/" + e.Press.Action
	if last == pressed && !passed(t.s.Now, time.UnixMilli(at), doubleSpan) {
		return true
	}
	t.setVar(varPressed, strconv.FormatInt(t.s.Now.UnixMilli(), 10)+" "+pressed)
	return false
}

// hammering counts the press, and reports whether there were so many that no hand
// does them.
func (t *turn) hammering(e bot.Event) bool {
	if e.Kind != bot.Tapped {
		return false
	}
	since, many := counted(t.variable(varPresses))
	n, _ := counted(many)
	if passed(t.s.Now, time.Unix(since, 0), pressesSpan) {
		since, n = t.s.Now.Unix(), 0
	}
	n++
	t.setVar(varPresses, strconv.FormatInt(since, 10)+" "+strconv.FormatInt(n, 10))
	return n > pressesMax
}

// counted reads a number and what stands behind it; nothing where nothing is kept.
func counted(kept string) (n int64, rest string) {
	if kept == "" {
		return 0, ""
	}
	first, rest, _ := strings.Cut(kept, " ")
	n, _ = strconv.ParseInt(first, 10, 64)
	return n, rest
}

// tire asks for a pause, once a minute where presses are not answered. Nobody is
// called, and the screen stays.
func (t *turn) tire(e bot.Event) error {
	words, err := t.text("press.often")
	if err != nil {
		return err
	}
	if e.Press != nil && e.Press.ID != "" {
		t.answerPress(e, words)
		return nil
	}
	if t.within(varTired, pressesSpan) {
		return nil
	}
	t.setMoment(varTired)
	return t.sayKey("press.often")
}
