// Package change tells people what changes for them: the list, then one change
// with its reason, consequence, benefit and what to do. It tells only what was
// approved and concerns the person, in the words that were approved.
package change

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

const (
	toAcknowledge = "ack"
	toAsk         = "ask"
	toAbout       = "about"
	toFollow      = "follow"
	toUnfollow    = "unfollow"
	openVerb      = "open" // the verb of the actions that open one change
)

// Flow returns the flow.
func Flow() flows.Flow {
	f := flows.Flow{
		Name: "change", Door: "open", Title: "menu.changes",
		Steps: []flows.Step{
			{ // by a button under a message to many: what that told, else all there is
				Name: "open", Pass: true,
				On: []flows.Transition{{
					Label: "of a change", When: func(t flows.Turn) bool { _, known := t.LastingEntry(); return known }, To: "about",
					Do: func(t flows.Turn) []flows.Effect { return []flows.Effect{about(t)} },
				}},
				Else: flows.Transition{Label: "then", To: "list"},
			},
			{
				Name: "list", Enter: list, Choice: true,
				On: []flows.Transition{
					{Label: "[a change]", When: picked, Do: pick, To: "about"}, pages().Turning("list"), flows.Asking(),
				},
				Else: flows.Stay(),
			},
			{
				Name: "ask", Enter: ask,
				On: append(append([]flows.Transition{flows.Pressing(toAbout, "about", nil), replaced()}, sayings()...),
					flows.Transition{Label: "a question", When: flows.Turn.Typed, Do: aboutThisAlone, To: flows.Search}),
				Else: flows.Stay(),
			},
			{Name: "part", Pass: true, On: byPart(), Else: flows.Transition{Label: "the card", To: "about"}},
			{
				Name: "done", Pass: true,
				On: []flows.Transition{{
					Label: "more to read", When: func(t flows.Turn) bool { _, more := next(t); return more }, To: "list",
				}},
				Else: flows.Transition{Label: "all read", To: flows.Menu},
			},
		},
		Texts: append(append(flows.PageTexts(), newsTexts()...),
			"change.dated", "change.none", "change.list", "change.line", "change.head", "change.since", "change.when", "change.gone", "change.why", "change.what",
			"change.gain", "change.do", "change.understood", "change.thanks", "change.question", "change.ask",
			"change.back", "change.all", "change.follow", "change.unfollow", "change.followed", "change.unfollowed",
			"change.mention", "change.mention_dated", "change.mention_past", "change.mention_past_dated",
			"change.open", "change.already", "change.newer", "change.understood_done", "button.menu", "press.gone",
		),
	}
	for _, s := range sides() {
		f.Steps = append(f.Steps, flows.Step{
			Name: s.step, Enter: func(t flows.Turn) []flows.Effect { return tell(t, s) },
			On: arrows(), Else: flows.Stay(),
		})
	}
	return f
}

// Anywhere are the arrows of a change that was mentioned in passing, and of the
// buttons under one that was told.
func Anywhere() []flows.Transition {
	mentioned := flows.Transition{
		Label: "[" + flows.ToNews + "]", To: "change/about",
		When: func(t flows.Turn) bool { _, ok := t.Mentioned(); return ok },
		Do: func(t flows.Turn) []flows.Effect {
			n, _ := t.Mentioned()
			return []flows.Effect{flows.Set{Name: flows.VarChange, Value: n.Change.ID}}
		},
	}
	return append(lasting(), mentioned)
}

// side is one of the things a person may want to know of a change.
type side struct {
	step  string
	part  bot.RenderingPart
	label string // the key of its button; "" for what the change is
	short bool   // the label, in both languages: half a phone is wide enough
	words func(bot.Change) bot.Bilingual
}

// sides returns what is told of a change, in the order of the buttons.
func sides() []side {
	return []side{
		{"about", bot.PartCard, "", false, func(c bot.Change) bot.Bilingual { return c.Summary }},
		{"reason", bot.PartWhy, "change.why", true, func(c bot.Change) bot.Bilingual { return c.Reason }},
		{"consequence", bot.PartForMe, "change.what", false, func(c bot.Change) bot.Bilingual { return c.Consequence }},
		{"benefit", bot.PartGain, "change.gain", true, func(c bot.Change) bot.Bilingual { return c.Benefit }},
		{"todo", bot.PartToDo, "change.do", false, func(c bot.Change) bot.Bilingual { return c.ToDo }},
	}
}

// sideOf returns the side that the part of a change tells, sideAt that of a step;
// what the change is where there is none.
func sideOf(p bot.RenderingPart) side { return sideWhere(func(s side) bool { return s.part == p }) }

func sideAt(step string) side { return sideWhere(func(s side) bool { return s.step == step }) }

func sideWhere(is func(side) bool) side {
	all := sides()
	return all[max(slices.IndexFunc(all, is), 0)]
}

// arrows lead from any side of a change to the others and onwards.
func arrows() []flows.Transition {
	var on []flows.Transition
	for _, s := range sides() {
		if s.label != "" {
			on = append(on, flows.Pressing(s.step, s.step, nil))
		}
	}
	on = append(on, replaced(),
		flows.Pressing(toAcknowledge, "done", acknowledge),
		flows.Pressing(toAsk, "ask", asked),
		flows.Pressing(toFollow, "", follow(true, "change.followed")),
		flows.Pressing(toUnfollow, "", follow(false, "change.unfollowed")),
	)
	return append(append(on, sayings()...),
		flows.Transition{Label: "a question", When: flows.Turn.Typed, Do: aboutThis, To: flows.Search},
	)
}

// replaced is the arrow of who says that they have read what another version has
// replaced since it was shown: they are shown that one.
func replaced() flows.Transition {
	return flows.Transition{
		Label: "[" + toAcknowledge + "]: there is a newer version", To: "about",
		When: func(t flows.Turn) bool {
			n, ok := t.Entry(t.Var(flows.VarChange))
			shown := t.Var(flows.VarVersion)
			if l := t.Facts.Lasting; l.Do != "" {
				shown = strconv.Itoa(l.Version)
			}
			says := t.Pressed(toAcknowledge) || t.Aspect() == flows.HasUnderstood
			return ok && says && shown != "" && shown != strconv.Itoa(n.Change.Version)
		},
		Do: func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Say{Texts: []flows.Text{flows.T("change.newer")}}}
		},
	}
}

// follow notes the wish and says so under the screen that is there.
func follow(on bool, key string) func(flows.Turn) []flows.Effect {
	return func(t flows.Turn) []flows.Effect {
		return []flows.Effect{
			flows.Follow{Change: t.Var(flows.VarChange), On: on},
			flows.Say{Texts: []flows.Text{flows.T(key)}},
		}
	}
}

func list(t flows.Turn) []flows.Effect {
	if len(t.Facts.Ledger) == 0 {
		return []flows.Effect{flows.Say{
			Texts:   []flows.Text{flows.T("change.none")},
			Buttons: [][]flows.Button{{flows.MenuButton()}},
		}}
	}
	say := flows.Say{Texts: []flows.Text{flows.T("change.list")}}
	page := pages().Page(t, len(t.Facts.Ledger))
	for i := page.From; i < page.To; i++ {
		c := t.Facts.Ledger[i].Change
		say.Texts = append(say.Texts, flows.T("change.line", "Title", c.Title, "FromDay", c.From))
		say.Buttons = append(say.Buttons, flows.Row(titled(t.Facts.Ledger, i), flows.Action(openVerb, c.ID)))
	}
	say.Texts = append(say.Texts, page.Note()...)
	say.Buttons = append(append(say.Buttons, page.Row()...), []flows.Button{flows.MenuButton()})
	return []flows.Effect{say}
}

// pages are those of the list.
func pages() flows.List { return flows.List{Name: "changes", Below: 1} }

// titled is the label of a change in the list. Those whose titles look the same are
// told apart by their days, and of one day by their numbers: on every page by the same.
func titled(all []bot.LedgerEntry, i int) flows.Text {
	own, day := flows.Label(all[i].Change.Title), all[i].Change.From
	alike, before := false, 0
	for j, n := range all {
		other := flows.Label(n.Change.Title)
		if j == i || !strings.EqualFold(own.UK, other.UK) && !strings.EqualFold(own.RU, other.RU) {
			continue
		}
		alike = true
		if j < i && n.Change.From.Format(time.DateOnly) == day.Format(time.DateOnly) {
			before++
		}
	}
	switch {
	case !alike:
		return flows.Own(own)
	case before > 0:
		number := fmt.Sprintf(" (%d)", before+1)
		own = bot.Bilingual{UK: own.UK + number, RU: own.RU + number}
	}
	return flows.T("change.dated", "Title", own, "FromDay", day)
}

// named finds the change whose button was pressed, or the one whose title was typed,
// on whichever page it stands. Of titles that look the same none is meant.
func named(t flows.Turn) (found bot.Change, ok bool) {
	words := ""
	if t.Event.Kind == bot.Typed && !t.Forwarded() && t.Command() == flows.None {
		words = bot.InLine(t.Event.Text)
	}
	titles := 0
	for _, n := range t.Facts.Ledger {
		switch c := n.Change; {
		case t.Pressed(flows.Action(openVerb, c.ID)):
			return c, true
		case words != "" && bears(c.Title, words):
			found, titles = c, titles+1
		}
	}
	return found, titles == 1
}

// bears reports whether the words are the title in one of its languages, whole or as
// a button bears it.
func bears(title bot.Bilingual, words string) bool {
	label := flows.Label(title)
	for _, l := range bot.Languages() {
		if strings.EqualFold(words, bot.InLine(title.In(l))) || strings.EqualFold(words, bot.InLine(label.In(l))) {
			return true
		}
	}
	return false
}

func picked(t flows.Turn) bool { _, ok := named(t); return ok }

func pick(t flows.Turn) []flows.Effect {
	c, _ := named(t)
	return []flows.Effect{flows.Set{Name: flows.VarChange, Value: c.ID}}
}

// tell shows one side of the change.
func tell(t flows.Turn, s side) []flows.Effect {
	n, ok := t.Entry(t.Var(flows.VarChange))
	if !ok {
		return gone()
	}
	c := n.Change
	told := telling(c, s)
	if at := c.StageAt(t.Facts.Now); s.label == "" && at > 0 {
		told = atStage(c, at)
	}
	say := flows.Say{Texts: told.Texts, Tells: []flows.Telling{told}}
	say.Buttons = append(answers(n, s), back())
	return []flows.Effect{flows.Set{Name: flows.VarVersion, Value: strconv.Itoa(c.Version)}, say}
}

// telling is one side of the change, as it is told.
func telling(c bot.Change, s side) flows.Telling {
	texts := []flows.Text{flows.T("change.head", "Title", c.Title), flows.Own(s.words(c))}
	if s.label == "" {
		texts = slices.Insert(texts, 1, starts(c))
	}
	return flows.Telling{Change: c, Part: s.part, Texts: texts, Buttons: answers(bot.LedgerEntry{Change: c}, s)}
}

// Told is all that is told of the change: each side of it, for every group of those
// whom it concerns, and the lines that mention it.
func Told(c bot.Change) (all []flows.Telling) {
	for _, variant := range c.Variants() {
		for _, s := range sides() {
			all = append(all, telling(variant, s))
		}
	}
	return append(all, flows.Mentions(c)...)
}

// starts tells from when the change is in force; of an outage, which comes and goes,
// when it is.
func starts(c bot.Change) flows.Text {
	if c.Kind == bot.Outage {
		return flows.T("change.when", "FromDay", c.From)
	}
	return flows.T("change.since", "FromSince", c.From)
}

// answers are the buttons under a side of a change. They last: who scrolls back to
// what they were told finds them working.
func answers(n bot.LedgerEntry, s side) (rows [][]flows.Button) {
	button := func(label, action string) flows.Button {
		return flows.Button{Label: flows.T(label), Action: action, Lasting: true}
	}
	var pair []flows.Button // two short ones fit a phone side by side
	for _, other := range sides() {
		switch b := button(other.label, other.step); {
		case other.label == "" || other.step == s.step:
		case other.short:
			pair = append(pair, b)
		default:
			rows = append(rows, []flows.Button{b})
		}
	}
	rows = slices.Insert(rows, 0, pair)
	follow := button("change.follow", toFollow)
	if n.Followed {
		follow = button("change.unfollow", toUnfollow)
	}
	answer := []flows.Button{button("change.question", toAsk)}
	if !n.Acknowledged {
		answer = append([]flows.Button{button("change.understood", toAcknowledge)}, answer...)
	}
	return append(rows, []flows.Button{follow}, answer)
}

func back() []flows.Button {
	return []flows.Button{{Label: flows.T("change.all"), Action: flows.ToChanges}, flows.MenuButton()}
}

// gone is for a change that was withdrawn while it was being read.
func gone() []flows.Effect {
	return []flows.Effect{flows.Say{
		Texts:   []flows.Text{flows.T("change.gone")},
		Buttons: [][]flows.Button{back()},
	}}
}

func acknowledge(t flows.Turn) []flows.Effect {
	n, ok := t.Entry(t.Var(flows.VarChange))
	if !ok {
		return nil
	}
	return append(acknowledged(n, answers(read(n), sideAt(t.State.Step))), flows.Say{Texts: []flows.Text{flows.T("change.thanks")}})
}

// next returns a change the person has not opened yet.
func next(t flows.Turn) (bot.Change, bool) {
	for _, n := range t.Facts.Ledger {
		if !n.Heard() {
			return n.Change, true
		}
	}
	return bot.Change{}, false
}

func ask(t flows.Turn) []flows.Effect {
	n, ok := t.Entry(t.Var(flows.VarChange))
	if !ok {
		return gone()
	}
	return []flows.Effect{flows.Say{
		Texts:   []flows.Text{flows.T("change.ask", "Title", n.Change.Title)},
		Buttons: [][]flows.Button{flows.Row(flows.T("change.back"), toAbout), {flows.MenuButton()}},
	}}
}

// asked notes that the person has a question about the change.
func asked(t flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Mark{Change: t.Var(flows.VarChange), As: bot.MarkAsked}}
}

// aboutThis keeps the change as the topic of the question.
func aboutThis(t flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Set{Name: flows.VarTopic, Value: t.Var(flows.VarChange)}}
}

// aboutThisAlone is aboutThis of a question that they said to be about the change.
func aboutThisAlone(t flows.Turn) []flows.Effect {
	return append(aboutThis(t), flows.Set{Name: flows.VarAlone, Value: "yes"})
}
