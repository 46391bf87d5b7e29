package flows

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// PageRows is how many rows of buttons a screen has at most: what a phone shows
// beside the words above them.
const PageRows = 8

// VarPage is the page of a list that is read, with the list's name before it. It
// outlives the screen: who has opened one thing of a list comes back to its page.
const VarPage = "page"

// toPage is the verb of the actions that turn to a page.
const toPage = "page"

// List is a screen with a row for each of many things, page by page.
type List struct {
	Name  string // among the lists
	Below int    // rows under them on every page
}

// Page is a part of a list: the things from From up to To, one of Of pages.
type Page struct{ From, To, Number, Of int }

// Page returns the page that the person reads of n things; of one that is not there
// any more the last.
func (l List) Page(t Turn, n int) Page {
	if n+l.Below <= PageRows {
		return Page{To: n, Number: 1, Of: 1}
	}
	most := PageRows - l.Below - 1 // one more row turns the pages
	of := (n + most - 1) / most
	number := 1
	if name, v, _ := strings.Cut(t.Var(VarPage), " "); name == l.Name {
		number, _ = strconv.Atoi(v)
	}
	number = min(max(number, 1), of)
	return Page{From: (number - 1) * most, To: min(number*most, n), Number: number, Of: of}
}

// Turning is the arrow of the buttons that turn the pages of the list; to is the step
// that shows it.
func (l List) Turning(to string) Transition {
	number := func(t Turn) int {
		if t.Event.Kind != bot.Tapped || t.Event.Press == nil {
			return 0
		}
		v, _ := strings.CutPrefix(t.Event.Press.Action, toPage+":")
		n, _ := strconv.Atoi(v)
		return n
	}
	return Transition{
		Label: "[another page]", To: to,
		When: func(t Turn) bool { return number(t) > 0 },
		Do: func(t Turn) []Effect {
			return []Effect{Set{Name: VarPage, Value: l.Name + " " + strconv.Itoa(number(t))}}
		},
	}
}

// Note tells which page it is; nothing where there is one.
func (p Page) Note() []Text {
	if p.Of < 2 {
		return nil
	}
	return []Text{T("page.number", "Number", p.Number, "Of", p.Of)}
}

// Row returns the buttons to the pages before and after; no row where there is one.
func (p Page) Row() [][]Button {
	if p.Of < 2 {
		return nil
	}
	var row []Button
	if p.Number > 1 {
		row = append(row, Button{Label: T("page.back"), Action: Action(toPage, strconv.Itoa(p.Number-1))})
	}
	if p.Number < p.Of {
		row = append(row, Button{Label: T("page.next"), Action: Action(toPage, strconv.Itoa(p.Number+1))})
	}
	return [][]Button{row}
}

// PageTexts are the keys that pages say.
func PageTexts() []string { return []string{"page.number", "page.back", "page.next"} }

// longLabel is how many characters of a title a button bears.
const longLabel = 60

// Label returns a title as the label of a button: a long one is cut at a word.
func Label(title bot.Bilingual) bot.Bilingual {
	return bot.Bilingual{UK: cutAtWord(title.UK), RU: cutAtWord(title.RU)}
}

func cutAtWord(s string) string {
	s = bot.InLine(s)
	if utf8.RuneCountInString(s) <= longLabel {
		return s
	}
	end, runes := 0, 0
	for i, r := range s {
		if runes == longLabel {
			if end == 0 { // one endless word
				end = i
			}
			break
		}
		if r == ' ' {
			end = i
		}
		runes++
	}
	return strings.TrimRight(s[:end], " ,;:.–—-(«") + "…"
}
