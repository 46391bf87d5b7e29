// Package settings is where a person says how they want to be told of changes:
// in which language, of what, at which hours, not for a while, or not at all;
// and where they see or erase what is kept of them.
package settings

import (
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

const (
	toLanguage = "set.lang"
	toTopics   = "set.topics"
	toQuiet    = "set.quiet"
	toPause    = "set.pause"
	toData     = "set.data"
	toKept     = "data.kept"
	toErase    = "data.erase"
	toErased   = "data.erased"
	toUnpause  = "pause.end"
	toChats    = "set.chats"
	toKeep     = "data.keep"
	toNews     = "news.keep"

	topic = "topic" // the verbs of the choices
	quiet = "quiet"
	pause = "pause"
	part  = "part"
	yes   = "yes" // to what another chat asks: the verb of "erase" and "stop"
)

// Flow returns the flow.
func Flow() flows.Flow {
	on := func(more ...flows.Transition) []flows.Transition { return append(more, flows.Asking()) }
	others := func(actions ...string) flows.Transition {
		return flows.Transition{
			Label: "not in a chat that has just come", To: "limited",
			When: func(t flows.Turn) bool {
				pressed := len(actions) == 0 && t.Event.Kind == bot.Tapped || slices.ContainsFunc(actions, t.Pressed)
				return pressed && t.Facts.Newcomer()
			},
		}
	}
	return flows.Flow{
		Name: "settings", Chats: true, Door: "main", Title: "menu.settings",
		Steps: []flows.Step{
			{
				Name: "main", Enter: overview, Choice: true, Else: flows.Stay(),
				On: on(
					others(toTopics, toQuiet, toPause),
					flows.Pressing(toLanguage, "welcome/language", nil),
					flows.Pressing(toTopics, "topics", nil),
					flows.Pressing(toQuiet, "quiet", nil),
					flows.Pressing(toPause, "pause", nil),
					flows.Pressing(toData, "data", nil),
					flows.Pressing(toChats, "chats", nil),
				),
			},
			{
				Name: "chats", Enter: listChats, Choice: true, Else: flows.Stay(), Vars: []string{flows.VarPage},
				On: on(
					flows.Transition{Label: "[part a chat]", To: "chats", When: chosen(pickedChat), Do: partChat},
					pages().Turning("chats"),
				),
			},
			{
				Name: "topics", Enter: askTopics, Choice: true, Else: flows.Stay(),
				On: on(others(), flows.Transition{Label: "[a topic]", To: "topics", When: chosen(pickedTopic), Do: switchTopic}),
			},
			{
				Name: "quiet", Enter: askQuiet, Choice: true, Else: flows.Stay(),
				On: on(others(), flows.Transition{Label: "[quiet hours]", To: "main", When: chosen(pickedQuiet), Do: setQuiet}),
			},
			{
				Name: "pause", Enter: askPause, Choice: true, Else: flows.Stay(),
				On: on(
					others(),
					flows.Transition{Label: "[a pause]", To: "main", When: chosen(pickedPause), Do: setPause},
					flows.Transition{Label: "its end in words", To: "main", When: namesEnd, Do: PauseUntil},
					flows.Pressing(toUnpause, "main", endPause),
				),
			},
			{
				Name: "data", Enter: askData, Choice: true, Else: flows.Stay(),
				On: on(others(toKept, toPhone), flows.Pressing(toPhone, "phone", nil), flows.Pressing(toKept, "kept", nil), flows.Pressing(toErase, "erase", nil)),
			},
			phoneStep(on),
			{Name: "kept", Enter: kept, Else: flows.Stay(), On: on(flows.Pressing(toErase, "erase", nil))},
			{
				Name: "erase", Enter: askErase, Else: flows.Stay(),
				On: on(
					flows.Transition{
						Label: "[" + toErased + "] in a chat that has just come", To: "asked", Do: requestErase,
						When: func(t flows.Turn) bool { return t.Pressed(toErased) && t.Facts.Newcomer() },
					},
					flows.Pressing(toErased, "erased", erase),
					flows.Pressing(toData, "data", nil),
					flows.Pressing(toKeep, "data", keepAll),
				),
			},
			{
				Name: "stop", Enter: askStop, Else: flows.Stay(),
				On: on(
					flows.Pressing(toNews, flows.Menu, says("heard.stop_kept")),
					answering(true, "menu/stop", nil),
					answering(false, flows.Menu, says("heard.stop_kept")),
				),
			},
			{Name: "asked", Enter: asked, Else: flows.Stay(), On: on(flows.Pressing(toKeep, "data", keepAll))},
			{Name: "limited", Enter: limited, Else: flows.Stay(), On: on(flows.Pressing(toChats, "chats", nil))},
			heardStep(on),
			toldStep(on),
			// Nobody stands here for longer than it is said: nothing is left to stand.
			{Name: "erased", Enter: says("settings.erased"), Else: flows.Transition{Label: "a stranger", To: "welcome/first"}},
		},
		Texts: texts(),
	}
}

func texts() []string {
	keys := []string{
		"settings.title", "settings.all_topics", "settings.some_topics", "settings.no_topics", "settings.paused",
		"settings.stopped", "settings.language", "settings.topics", "settings.quiet", "settings.pause", "settings.stop",
		"settings.data", "settings.back", "settings.ask_topics", "settings.ask_quiet", "settings.quiet_set",
		"settings.ask_pause", "settings.week", "settings.month", "settings.pause_end", "settings.pause_set",
		"settings.pause_ended", "settings.about_data", "settings.show", "settings.erase", "settings.kept",
		"settings.kept_name", "settings.kept_nameless", "settings.kept_known", "settings.kept_more", "settings.kept_file",
		"settings.ask_erase", "settings.erase_yes", "settings.erase_check", "settings.erase_no", "settings.erased",
		"settings.ask_erase_new", "settings.ask_erase_late", "settings.erase_asked", "settings.erase_late", "settings.erase_keep",
		"settings.erase_kept", "settings.limited", "stop.ask", "stop.yes", "stop.no", "stop.done",
		"stop.resume", "button.operator", "button.menu",
		"settings.chats", "chats.title", "chats.alone", "chats.how", "chats.own", "chats.joined", "chats.own_here", "chats.joined_here",
		"chats.part", "chats.part_here", "chats.parted", "chats.parted_here",
	}
	keys = slices.Concat(keys, []string{flows.ChannelText("")}, heardTexts(), toldTexts(), flows.PageTexts(), phoneTexts())
	for _, k := range bot.ChangeKinds() {
		keys = append(keys, "topic."+string(k)+"_on", "topic."+string(k)+"_off")
	}
	for _, q := range quietHours() {
		keys = append(keys, q.label, q.now)
	}
	return keys
}

// overview says how things stand, and offers to change each.
func overview(t flows.Turn) []flows.Effect {
	f := t.Facts
	say := flows.Say{Texts: []flows.Text{flows.T("settings.title")}}
	switch {
	case f.Quiet(): // then it does not matter what they would be told of, and when
		say.Texts = append(say.Texts, flows.T("settings.stopped"))
	case f.Wishes.Paused(f.Now):
		say.Texts = append(say.Texts, flows.T("settings.paused", "UntilDate", f.Wishes.PausedUntil))
		fallthrough
	default:
		say.Texts = append(say.Texts, topics(f.Wishes), flows.T(hours(f.Wishes.Quiet).now))
	}
	stop := flows.Row(flows.T("settings.stop"), flows.ToStop)
	if f.Quiet() {
		stop = flows.Row(flows.T("stop.resume"), flows.ToResume)
	}
	say.Buttons = [][]flows.Button{
		{{Label: flows.T("settings.language"), Action: toLanguage}, {Label: flows.T("settings.topics"), Action: toTopics}},
		{{Label: flows.T("settings.quiet"), Action: toQuiet}, {Label: flows.T("settings.pause"), Action: toPause}},
		stop,
		{{Label: flows.T("settings.data"), Action: toData}, {Label: flows.T("settings.chats"), Action: toChats}},
		{flows.MenuButton()},
	}
	return []flows.Effect{say}
}

// topics says how many of the topics the person is told of.
func topics(w bot.Wishes) flows.Text {
	switch all, n := len(bot.ChangeKinds()), len(w.Muted); n {
	case 0:
		return flows.T("settings.all_topics")
	case all:
		return flows.T("settings.no_topics")
	default:
		return flows.Count("settings.some_topics", all-n)
	}
}

// back is the last row of the screens behind the overview.
func back() []flows.Button {
	return []flows.Button{{Label: flows.T("settings.back"), Action: flows.ToSettings}, flows.MenuButton()}
}

func askTopics(t flows.Turn) []flows.Effect {
	say := flows.Say{Texts: []flows.Text{flows.T("settings.ask_topics")}}
	for _, k := range bot.ChangeKinds() {
		key := "topic." + string(k) + "_on"
		if muted(t, k) {
			key = "topic." + string(k) + "_off"
		}
		say.Buttons = append(say.Buttons, []flows.Button{{Label: flows.T(key), Action: flows.Action(topic, string(k)), Listed: true}})
	}
	say.Buttons = append(say.Buttons, back())
	return []flows.Effect{say}
}

// muted reports whether the person has asked not to hear of the kind, pause or no
// pause.
func muted(t flows.Turn, k bot.ChangeKind) bool {
	w := t.Facts.Wishes
	w.PausedUntil = time.Time{}
	return !w.Wants(k, t.Facts.Now)
}

func pickedTopic(t flows.Turn) (bot.ChangeKind, bool) {
	for _, k := range bot.ChangeKinds() {
		if t.Pressed(flows.Action(topic, string(k))) {
			return k, true
		}
	}
	return "", false
}

func switchTopic(t flows.Turn) []flows.Effect {
	k, _ := pickedTopic(t)
	return []flows.Effect{flows.Wish{Wishes: t.Facts.Wishes.Mute(k, !muted(t, k))}}
}

func chosen[T any](picked func(flows.Turn) (T, bool)) func(flows.Turn) bool {
	return func(t flows.Turn) bool { _, ok := picked(t); return ok }
}

// answering is the arrow of a yes, or a no, in the person's own words.
func answering(yes bool, to string, do func(flows.Turn) []flows.Effect) flows.Transition {
	label := "a no"
	if yes {
		label = "a yes"
	}
	return flows.Transition{Label: label, To: to, Do: do, When: func(t flows.Turn) bool {
		agreed, answered := t.Agrees()
		return answered && agreed == yes
	}}
}

func says(key string) func(flows.Turn) []flows.Effect {
	return func(flows.Turn) []flows.Effect { return []flows.Effect{line(key)} }
}

func line(key string, data ...any) flows.Say {
	return flows.Say{Texts: []flows.Text{flows.T(key, data...)}}
}
