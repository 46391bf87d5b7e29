package settings

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
)

// factView is one thing that an entry says besides what was done.
type factView struct {
	Name  words  // the key of what it is called
	Raw   string // its name, where there is no word for it
	Word  words  // the key of what it is
	Value string // what it is, where there is no word for it
}

// factNames are what entries say, as far as there are words for it; in the order in
// which they are read.
func factNames() []string {
	return []string{
		"from", "to", "state", "role", "lead", "name", "known", "with", "by", "bot", "version", "note", "ended", "rows", "created", "updated", "unchanged", "rejected", "reason", "halt", "fields", "attributes", "topic", "given", "source",
		"people", "approved_for", "read", "notes", "level", "late", "short_notice", "alone", "approved_at", "next_news", "told", "replaces", "corrects",
		"heard", "channels", "language", "contact", "article", "change", "change_version", "segment", "urgent", "holder", "outcome", "refused", "ids", "replaced", "place", "owner", "gate",
		"template", "broadcast", "until", "slot_where", "slot_from", "slot_until",
	}
}

// factWords are the values that there are words for.
func factWords() []string {
	var all []string
	for _, s := range []bot.ChangeState{bot.ChangeDraft, bot.ChangeReview, bot.ChangeApproved, bot.ChangeAnnounced, bot.ChangeClosed, bot.ChangeWithdrawn} {
		all = append(all, strings.ReplaceAll(string(s), " ", "_"))
	}
	for _, s := range []bot.BroadcastState{bot.BroadcastScheduled, bot.BroadcastSending, bot.BroadcastPaused, bot.BroadcastSent, bot.BroadcastCancelled} { // the others are called as those
		all = append(all, string(s))
	}
	for _, level := range bot.ChangeLevels() {
		all = append(all, strings.ReplaceAll(string(level), " ", "_"))
	}
	for _, l := range bot.Languages() {
		all = append(all, string(l))
	}
	return append(all, string(bot.TicketWaiting), string(bot.TicketTaken), string(bot.ArticleRetired), "true", "none", "never")
}

// detail reads what an entry of that action says besides, a user by their name. The digest
// of a text is for machines, and stays in the audit.
func detail(action, text string, users map[string]string) (all []factView) {
	var values map[string]any
	if json.Unmarshal([]byte(text), &values) != nil {
		return nil
	}
	delete(values, "hash")
	order := func(name string) int {
		if at := slices.Index(factNames(), name); at >= 0 {
			return at
		}
		return len(factNames())
	}
	names := slices.SortedStableFunc(slices.Values(slices.Sorted(maps.Keys(values))), func(a, b string) int { return order(a) - order(b) })
	for _, name := range names {
		f := factView{Raw: name, Value: factValue(values[name])}
		if user, known := users[f.Value]; known {
			f.Value = user
		}
		if f.Value == "" || f.Value == "?" || f.Value == "false" {
			continue
		}
		if order(name) < len(factNames()) {
			f.Name, f.Raw = words("settings.audit.fact."+name), ""
		}
		switch word := strings.ReplaceAll(f.Value, " ", "_"); {
		case bot.Role(word).Known():
			f.Word = words("console.role." + word)
		case action == halted && name == "reason" && slices.Contains(bot.Halts(), word):
			f.Name, f.Word = "settings.audit.fact.halt", words("report.halt."+word)
		case name != "name" && name != "note" && slices.Contains(factWords(), word):
			f.Word = words("settings.audit.is." + word)
		}
		all = append(all, f)
	}
	return all
}

// halted is the action of a broadcast that pauses by itself.
const halted = "broadcast.halt"

// factValue writes a value on one line.
func factValue(value any) string {
	const most = 80
	shown := ""
	switch value := value.(type) {
	case nil:
	case string:
		shown = value
	case []any: // such as the languages that were read
		var parts []string
		for _, one := range value {
			parts = append(parts, factValue(one))
		}
		shown = strings.Join(parts, ", ")
	case map[string]any: // such as a name in each language, Ukrainian first
		var parts []string
		for _, key := range slices.Backward(slices.Sorted(maps.Keys(value))) {
			if one := factValue(value[key]); one != "" && !slices.Contains(parts, one) {
				parts = append(parts, one)
			}
		}
		shown = strings.Join(parts, ", ")
	default:
		b, _ := json.Marshal(value) // of what was JSON
		shown = string(b)
	}
	if r := []rune(shown); len(r) > most {
		shown = string(r[:most]) + "…"
	}
	return shown
}

// objectOf returns the word for what something was done to, and enough of its name to
// tell it from others.
func objectOf(object string) (words, string) {
	const enough = 13 // of an id that we gave: up to the second hyphen
	kind, name, named := strings.Cut(object, "/")
	if !slices.Contains(nouns(), noun(kind)) {
		return "", object
	}
	if named && len(name) == 36 && strings.Count(name, "-") == 4 {
		name = name[:enough]
	}
	return words("settings.audit.one." + kind), name
}

// namedSettings are the settings that have words of their own: those of the pages.
func namedSettings() []string {
	all := []string{bot.ColourSetting, bot.LogoSetting, bot.HoursSetting, bot.ReturnSetting, bot.NoticeSetting, bot.PriceSetting, bot.AloneSetting}
	for _, l := range bot.Languages() {
		all = append(all, bot.CompanySetting(l), bot.GreetingSetting(l))
	}
	return slices.Concat(all, numberRules(), allLimits())
}

// settingText is the key of what such a setting is called.
func settingText(name string) words {
	return words("settings.audit.setting." + strings.ReplaceAll(name, ".", "_"))
}
