package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
)

// ToNews is the verb of the button that opens a change just mentioned.
const ToNews = "news"

// mention adds to the last thing said, once for each change and at most once a day,
// that there is one the person does not know of. It comes after the answer, never
// instead of it.
func (t *Turn) mention(effects []Effect) []Effect {
	last := lastSay(effects)
	if last < 0 {
		return effects
	}
	n, ok := t.news()
	if !ok || len(effects[last].(Say).Buttons) == 0 {
		return effects
	}
	t.set(VarNews, n.Change.ID)
	say := effects[last].(Say)
	line := t.mentioning(n.Change)
	at := len(say.Texts)
	for at > 0 && say.Texts[at-1].Last {
		at--
	}
	say.Texts = slices.Insert(slices.Clone(say.Texts), at, line)
	say.Tells = append(slices.Clip(say.Tells), Telling{Change: n.Change, Part: bot.PartDigest, Texts: []Text{line}})
	effects[last] = say
	return t.withNews(effects)
}

// mentioning is the line that mentions a change: that things will be different, or
// already are, and from when, unless its title says so.
func (t *Turn) mentioning(c bot.Change) Text {
	key := "change.mention"
	if !c.From.After(t.Facts.Now) {
		key = "change.mention_past"
	}
	return mentionBy(key, c, dated(c, t.Local(c.From)))
}

func mentionBy(key string, c bot.Change, dated bool) Text {
	if dated {
		return T(key+"_dated", "Title", c.Title)
	}
	return T(key, "Title", c.Title, "FromSince", c.From)
}

// Mentions are the lines by which a change may be mentioned, before it takes effect and
// after, by whether its title names the day.
func Mentions(c bot.Change) (all []Telling) {
	for _, key := range []string{"change.mention", "change.mention_past"} {
		for _, dated := range []bool{false, true} {
			all = append(all, Telling{Change: c, Part: bot.PartDigest, Texts: []Text{mentionBy(key, c, dated)}})
		}
	}
	return all
}

// dated reports whether the title of the change names the day, in either language.
func dated(c bot.Change, day time.Time) bool {
	return slices.ContainsFunc(bot.Languages(), func(l bot.Language) bool { return NamesDay(c.Title.In(l), day) })
}

// NamesDay reports whether the text names the day: its number with a word behind it.
func NamesDay(text string, day time.Time) bool {
	words := strings.Fields(text)
	for i := range len(words) - 1 {
		next, _ := utf8.DecodeRuneInString(words[i+1])
		if strings.Trim(words[i], "*_(") == strconv.Itoa(day.Day()) && unicode.IsLetter(next) {
			return true
		}
	}
	return false
}

// Local returns the moment where people live.
func (t Turn) Local(at time.Time) time.Time {
	if t.Facts.Zone == nil {
		return at.UTC()
	}
	return at.In(t.Facts.Zone)
}

// today reports whether a change was mentioned on this day already, or is about to
// be: one a day is enough.
func (t *Turn) today(n bot.LedgerEntry) bool {
	if n.MentionedAt.IsZero() {
		return n.OnItsWay
	}
	y, m, d := t.Local(n.MentionedAt).Date()
	ny, nm, nd := t.Local(t.Facts.Now).Date()
	return y == ny && m == nm && d == nd
}

// news returns the change to mention in this turn, if there is one: the person
// has written, nobody else is about to answer, and they have not asked to be
// spared. Who reads what changes, or sets how they are told, needs no hint; nor
// is it time for one while the language is being chosen, or for somebody angry.
// What the answer is about comes first, then the nearest date.
func (t *Turn) news() (bot.LedgerEntry, bool) {
	wrote := t.Event.Kind == bot.Typed || t.Event.Kind == bot.Attached || t.Event.Kind == bot.Started && t.Event.Text == ""
	if !wrote || t.Facts.Ticket != nil || t.Facts.Quiet() || slices.Contains([]string{"change", "settings", "welcome"}, t.State.Flow) ||
		path(t.State) == "faq/unhelped" || slices.ContainsFunc(t.Facts.Ledger, t.today) {
		return bot.LedgerEntry{}, false
	}
	about := t.answered()
	var first bot.LedgerEntry
	for _, n := range t.Facts.Ledger {
		if n.Mentioned || n.Heard() || !t.Facts.Wishes.Wants(n.Change.Kind, t.Facts.Now) {
			continue
		}
		if n.Change.ID == about {
			return n, true
		}
		if first.Change.ID == "" {
			first = n
		}
	}
	return first, first.Change.ID != ""
}

// answered returns the change that the answer on the screen is about; "" for none.
func (t *Turn) answered() string {
	if path(t.State) != "faq/answer" {
		return ""
	}
	a, _ := t.Facts.FAQ.Article(t.Var(VarArticle), t.Facts.Now)
	return a.Change
}

// withNews puts the button of the change that the screen mentions under what is
// said last.
func (t *Turn) withNews(effects []Effect) []Effect {
	n, ok := t.Entry(t.Var(VarNews))
	if !ok {
		return effects
	}
	last := lastSay(effects)
	if last < 0 {
		return effects
	}
	say := effects[last].(Say)
	// The way to the menu stays the last row.
	at := len(say.Buttons)
	if at > 0 && slices.ContainsFunc(say.Buttons[at-1], func(b Button) bool { return b.Action == ToMenu }) {
		at--
	}
	say.Buttons = slices.Insert(slices.Clone(say.Buttons), at, Row(T("change.open"), Action(ToNews, n.Change.ID)))
	effects[last] = say
	return effects
}

// lastSay is the place of what is said last; -1 when nothing is.
func lastSay(effects []Effect) int {
	for i := len(effects) - 1; i >= 0; i-- {
		if _, ok := effects[i].(Say); ok {
			return i
		}
	}
	return -1
}

// Mentioned returns the change whose mention was pressed.
func (t Turn) Mentioned() (bot.LedgerEntry, bool) {
	for _, n := range t.Facts.Ledger {
		if t.Pressed(Action(ToNews, n.Change.ID)) {
			return n, true
		}
	}
	return bot.LedgerEntry{}, false
}
