package settings

import (
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// What the buttons under a message to many do, whatever was said since.
const (
	toOff  = "off" // the verb of "no more of this topic", with the topic behind it
	toOn   = "told.on"
	toRead = "ack"
	toAsk  = "ask"
)

// varTold is the topic that the person has just refused.
const varTold = "told"

// many are the arrows of the buttons under a message to many. Whoever an operator
// answers hears no more than what becomes of the press.
func many() []flows.Transition {
	on := func(do string) func(flows.Turn) bool {
		return func(t flows.Turn) bool { return t.OfMany() && t.Facts.Lasting.Do == do }
	}
	off := func(t flows.Turn) bool { _, ok := offTopic(t); return ok }
	opens := func(t flows.Turn) bool { _, ok := bot.OpensFlow(t.Facts.Lasting.Do); return ok && t.OfMany() }
	return []flows.Transition{
		{
			Label: "[no more of these] in a chat that has just come", To: "settings/limited",
			When: func(t flows.Turn) bool { return off(t) && t.Facts.Newcomer() },
		},
		{
			Label: "[no more of these]: the operator answers", When: func(t flows.Turn) bool { return off(t) && t.Held() },
			Do: func(t flows.Turn) []flows.Effect { return append(refuse(t), flows.Notify{Text: refused(t)}) },
		},
		{Label: "[no more of these]", To: "settings/told", When: off, Do: refuse},
		{
			Label: "[of a message to many " + toRead + "]", When: func(t flows.Turn) bool { return on(toRead)(t) && !outdated(t) },
			Do: func(t flows.Turn) []flows.Effect {
				var all []flows.Effect
				if n, known := t.LastingEntry(); known {
					all = append(all, flows.Mark{Change: n.Change.ID, As: bot.MarkAcknowledged})
				}
				return append(all, flows.Notify{Text: flows.T("change.thanks")})
			},
		},
		{
			Label: "[of a message to many]: the operator answers", When: func(t flows.Turn) bool { return t.OfMany() && t.Held() },
		},
		{
			Label: "[of a message to many]: there is a newer version of its change", To: "change/about",
			When: func(t flows.Turn) bool { return (on(toRead)(t) || on(bot.LastingOpen)(t)) && outdated(t) },
			Do: func(t flows.Turn) []flows.Effect {
				return []flows.Effect{
					flows.Set{Name: flows.VarChange, Value: t.Facts.Lasting.Change}, flows.Say{Texts: []flows.Text{flows.T("change.newer")}},
				}
			},
		},
		{Label: "[of a message to many " + toAsk + "]", To: "faq/ask", When: on(toAsk)},
		{
			Label: "[of a digest " + bot.LastingOpen + "]", Do: opened,
			When: func(t flows.Turn) bool { return on(bot.LastingOpen)(t) && t.Facts.Lasting.Opens != nil },
		},
		{
			Label: "[of a message to many]: what it opened is not there any more", To: flows.Menu, When: opens,
			Do: func(flows.Turn) []flows.Effect {
				return []flows.Effect{flows.Say{Texts: []flows.Text{flows.T("told.flow_gone")}}}
			},
		},
		{
			Label: "[of a message to many]: nobody knows the button", When: flows.Turn.OfMany,
			Do: func(flows.Turn) []flows.Effect { return []flows.Effect{flows.Notify{Text: flows.T("press.gone")}} },
		},
	}
}

// outdated reports whether the message told a version of a change that is another now: a
// press under it acknowledges nothing of the one in force.
func outdated(t flows.Turn) bool {
	n, known := t.LastingEntry()
	return known && n.Change.Version != t.Facts.Lasting.Version
}

// opened says all of what a digest had a line of, with its buttons.
func opened(t flows.Turn) []flows.Effect {
	own := func(words string) flows.Text { return flows.Own(bot.Bilingual{UK: words, RU: words}) }
	say := flows.Say{Opens: true, Texts: []flows.Text{own(t.Facts.Lasting.Opens.Text)}}
	for _, row := range t.Facts.Lasting.Opens.Buttons {
		var buttons []flows.Button
		for _, b := range row {
			buttons = append(buttons, flows.Button{Label: own(b.Label), Action: b.Action, URL: b.URL})
		}
		say.Buttons = append(say.Buttons, buttons)
	}
	say.Buttons = append(say.Buttons, []flows.Button{flows.MenuButton()})
	return []flows.Effect{say}
}

// offTopic returns the topic of which the person wants to hear no more.
func offTopic(t flows.Turn) (bot.Topic, bool) {
	id, ok := strings.CutPrefix(t.Facts.Lasting.Do, toOff+".")
	return topicOf(id), ok && t.OfMany() && id != ""
}

// topicOf returns the topic as wishes have it: the kinds of changes are wanted by
// whoever has said nothing.
func topicOf(id string) bot.Topic {
	return bot.Topic{ID: id, Starts: slices.Contains(bot.ChangeKinds(), bot.ChangeKind(id))}
}

func refuse(t flows.Turn) []flows.Effect {
	topic, _ := offTopic(t)
	return []flows.Effect{flows.Set{Name: varTold, Value: topic.ID}, flows.Wish{Wishes: t.Facts.Wishes.Agree(topic, false)}}
}

// refused says of what they hear no more.
func refused(t flows.Turn) flows.Text {
	topic, ok := offTopic(t)
	if !ok {
		topic = topicOf(t.Var(varTold))
	}
	return ofTopic("told.off", topic.ID)
}

// ofTopic is a text that names the topic, or the one without where it has no name
// among the texts.
func ofTopic(key, id string) flows.Text {
	if id != bot.TopicNews && !topicOf(id).Starts {
		return flows.T(key + "_these")
	}
	return flows.T(key, "Topic", flows.T("told.topic_"+id))
}

// toldStep is where somebody stands who has refused a topic: it can be taken back.
func toldStep(on func(...flows.Transition) []flows.Transition) flows.Step {
	return flows.Step{
		Name: "told", Vars: []string{varTold}, Else: flows.Stay(),
		Enter: func(t flows.Turn) []flows.Effect {
			say := flows.Say{Texts: []flows.Text{refused(t)}}
			say.Buttons = [][]flows.Button{flows.Row(flows.T("told.on_button"), toOn), back()}
			return []flows.Effect{say}
		},
		On: on(flows.Pressing(toOn, flows.Menu, func(t flows.Turn) []flows.Effect {
			topic := topicOf(t.Var(varTold))
			return []flows.Effect{
				flows.Wish{Wishes: t.Facts.Wishes.Agree(topic, true)},
				flows.Say{Texts: []flows.Text{ofTopic("told.on", topic.ID)}},
			}
		})),
	}
}

// toldTexts are the keys of these.
func toldTexts() []string {
	keys := []string{"told.off", "told.off_these", "told.on", "told.on_these", "told.on_button", "told.flow_gone", "told.topic_" + bot.TopicNews, "change.thanks", "change.newer", "press.gone"}
	for _, k := range bot.ChangeKinds() {
		keys = append(keys, "told.topic_"+string(k))
	}
	return keys
}
