package settings

import (
	"visnyk/flows"
)

// listChats shows the chats of the person, and a way out for each that was
// joined to the others. Their own stays: it is whom the company knows.
func listChats(t flows.Turn) []flows.Effect {
	say := line("chats.title")
	if len(t.Facts.Chats) < 2 {
		say.Texts = append(say.Texts, flows.T("chats.alone"))
		if len(t.Facts.Chats) == 1 && t.Facts.Chats[0].Messenger.Visited { // our page offers to go on elsewhere
			say.Texts = append(say.Texts, flows.T("chats.how"))
		}
		say.Buttons = [][]flows.Button{back()}
		return []flows.Effect{say}
	}
	page := pages().Page(t, len(t.Facts.Chats))
	for _, c := range t.Facts.Chats[page.From:page.To] {
		key, data := "chats.own", []any{"Channel", c.Name()}
		if !c.Since.IsZero() {
			key, data = "chats.joined", append(data, "SinceDate", c.Since)
		}
		if c.Here {
			key += "_here"
		}
		say.Texts = append(say.Texts, flows.T(key, data...))
		if !partable(t, c) {
			continue
		}
		say.Buttons = append(say.Buttons, partRow(c))
	}
	say.Texts = append(say.Texts, page.Note()...)
	say.Buttons = append(append(say.Buttons, page.Row()...), back())
	return []flows.Effect{say}
}

// pages are those of the chats.
func pages() flows.List { return flows.List{Name: "chats", Below: 1} }

func partRow(c flows.Chat) []flows.Button {
	label := flows.T("chats.part", "Channel", c.Name())
	if c.Here {
		label = flows.T("chats.part_here")
	}
	return flows.Row(label, partAction(c))
}

// partable reports whether the chat may go its own way, by a press in this one: of
// those that have just come each parts itself alone.
func partable(t flows.Turn, c flows.Chat) bool {
	here := t.Facts.Here()
	return !c.Since.IsZero() && (c.Here || !here.New)
}

func partAction(c flows.Chat) string { return flows.Action(part, c.Address.String()) }

func pickedChat(t flows.Turn) (flows.Chat, bool) {
	for _, c := range t.Facts.Chats {
		if partable(t, c) && t.Pressed(partAction(c)) {
			return c, true
		}
	}
	return flows.Chat{}, false
}

func partChat(t flows.Turn) []flows.Effect {
	c, _ := pickedChat(t)
	said := line("chats.parted", "Channel", c.Name())
	if c.Here {
		said = line("chats.parted_here")
	}
	return []flows.Effect{flows.Split{Chat: c.Address}, said}
}
