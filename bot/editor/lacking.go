package editor

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/cases"

	"visnyk/bot"
	"visnyk/locales"
)

// ofAState are the buttons that stand only before those in some state: within a
// change, in the queue, after a stop. The list of changes is in everybody's menu, and
// empty for whom nothing changes.
const listed = "menu.changes"

var ofAState = []string{
	"menu.waiting", "stop.resume", "handoff.recall", "faq.none", "change.why", "change.what", "change.gain", "change.do", "change.follow",
	"change.unfollow", "change.understood", "change.question", "change.back", "change.all", "change.open", "settings.pause_end",
}

// buttonsOf returns the labels above, by language and folded, with their keys.
var buttonsOf = sync.OnceValue(func() map[bot.Language]map[string]string {
	texts, err := locales.New()
	if err != nil {
		panic(err) // they come with the program, and its tests read them
	}
	all := map[bot.Language]map[string]string{}
	for _, l := range bot.Languages() {
		all[l] = map[string]string{}
		for _, key := range append([]string{listed}, ofAState...) {
			if label, err := texts.Text(l, key, nil, nil); err == nil {
				all[l][folded(label)] = key
			}
		}
	}
	return all
})

// lacking warns where the answer sends its reader to a button, or to a change of the
// list, that they may not have. What stands in quotes and is neither is no matter.
func (w *watch) lacking() {
	for _, l := range bot.Languages() {
		for _, quoted := range quotes(w.a.Answer.In(l)) {
			key := buttonsOf()[l][folded(quoted)]
			id, title := w.shelf.titled(quoted)
			if key == listed && w.shelf.everybodys(w.a.Change) || title && w.shelf.everybodys(id) || key == "" && !title {
				continue
			}
			w.say(bot.WarnLacks, "answer."+string(l), "", bot.Data{"Wording": quoted})
		}
	}
}

// everybodys reports whether the change is told to everybody; of "", whether any is.
func (s *Shelf) everybodys(change string) bool {
	return slices.ContainsFunc(s.changes, func(c bot.Change) bool {
		return c.Told() && c.Audience.Everyone() && (change == "" || c.ID == change)
	})
}

// quotes returns what stands in quotation marks of either kind.
func quotes(text string) (all []string) {
	for _, marks := range [][2]string{{"«", "»"}, {"„", "“"}, {"“", "”"}, {`"`, `"`}} {
		rest := text
		for {
			_, after, ok := strings.Cut(rest, marks[0])
			if !ok {
				break
			}
			inside, behind, ok := strings.Cut(after, marks[1])
			if !ok {
				break
			}
			all, rest = append(all, inside), behind
		}
	}
	return all
}

// folded returns a label as it is compared: without bold, case and a full stop.
func folded(label string) string {
	return cases.Fold().String(strings.Trim(label, " *_.…?!"))
}
