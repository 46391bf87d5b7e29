package dialog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"visnyk/bot"
)

// tapped lets a press through only if the current screen offers it, or the button
// lasts.
func (t *turn) tapped(e bot.Event) error {
	if t.lasting(e).Do != "" {
		if err := t.lastingPress(e); err != nil || t.erased {
			return err
		}
		return t.followLink(e)
	}
	if t.current(e) {
		t.answerPress(e, "")
		replaceable, said := t.replaceable(e), len(t.said)
		if err := t.advance(e); err != nil || t.erased {
			return err
		}
		if err := t.followLink(e); err != nil {
			return err
		}
		if replaceable {
			t.replace(e, said)
		}
		return nil
	}
	key := "press.gone"
	if rehearsed(e) {
		key = rehearsalPress
	}
	entry, err := t.text(key)
	if err != nil {
		return err
	}
	t.answerPress(e, entry)
	if e.Press == nil || e.Press.ID == "" { // no answer is shown there, so say it
		if err := t.sayKey(key); err != nil {
			return err
		}
	} else if key == rehearsalPress {
		return nil
	}
	return t.showAgain()
}

// current reports whether the event presses what the current screen offers.
func (t *turn) current(e bot.Event) bool {
	if e.Kind != bot.Tapped || e.Press == nil {
		return false
	}
	return e.Press.Screen == t.conv.State.Screen && t.conv.State.Offers(e.Press.Action) || t.before.offered(*e.Press, t.conv.State)
}

// asPress makes a press of a text that equals a label under the broadcast that was told
// last, or of the current screen. That of a lasting button, too, acts only while nothing
// else was shown since.
func (t *turn) asPress(e bot.Event) bot.Event {
	b, ok := t.s.underTold(e)
	if !ok {
		b, ok = labelled(t.conv.State.Buttons, e.Text)
	}
	if ok {
		e.Kind = bot.Tapped
		e.Press = &bot.Press{Screen: t.conv.State.Screen, Action: b.Action}
	}
	return e
}

// labelled finds the button whose label the text is, or else the one
// whose label was cut of it; none where that may be two.
func labelled(buttons []bot.Button, text string) (found bot.Button, ok bool) {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "•")) // as lines show them
	matches, longest := 0, 0
	for _, b := range buttons {
		if b.Action != "" && alike(b.Label, text) {
			return b, true
		}
		beginning, cut := strings.CutSuffix(b.Label, "…")
		if !cut || b.Action == "" {
			continue
		}
		beginning, whole := folded(beginning), folded(text)
		switch {
		case strings.TrimSpace(beginning) == "":
		case !strings.HasPrefix(whole, beginning) && whole != strings.TrimSpace(beginning) || len(beginning) < longest:
		case len(beginning) > longest:
			found, matches, longest = b, 1, len(beginning)
		case b.Action != found.Action:
			matches++
		}
	}
	if matches != 1 {
		return bot.Button{}, false
	}
	return found, true
}

// folded returns the text as those are compared whose case does not matter.
func folded(text string) string {
	if strings.ContainsFunc(text, foldsApart) {
		return cases.Fold().String(text)
	}
	return bot.InSmall(text)
}

// foldsApart reports whether folding r may be more than to lower its case. What our
// customers write in needs none of the room that other alphabets do.
func foldsApart(r rune) bool {
	return r >= unicode.MaxASCII && (r < 'Ѐ' || r > 'џ') && r != 'ґ' && r != 'Ґ' && (r < '‐' || r > '›')
}

// alike reports whether two texts are the same but for their case, which most are not
// from the first letter on.
func alike(a, b string) bool {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if foldsApart(x) || foldsApart(y) {
			break
		}
		if x != y && bot.Small(x) != bot.Small(y) {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return folded(a) == folded(b)
}

// answerPress stops the button's spinner, with a short notice or without.
func (t *turn) answerPress(e bot.Event, entry string) {
	if e.Press == nil || e.Press.ID == "" {
		return
	}
	if t.said == nil { // and what the press brings about
		t.said = make([]Said, 0, 2)
	}
	t.said = append(t.said, Said{Message: bot.Message{Press: e.Press.ID, Text: entry}, Language: t.language()})
}
