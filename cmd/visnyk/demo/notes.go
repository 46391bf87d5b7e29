package demo

import (
	"fmt"

	"visnyk/bot"
	"visnyk/bot/dialog"
	"visnyk/storage"
)

// notes says what a turn brings about besides its state, as keys of words.
func notes(s *dialog.TurnInput, w storage.TurnWrite) []note {
	var list []note
	add := func(key, value string) { list = append(list, note{key, bot.Bilingual{UK: value, RU: value}}) }
	about := func(key, change string) { list = append(list, note{key, title(s, change)}) }
	if s.Greeted {
		add("note.greeted", "")
	}
	if w.Park != "" {
		add("note.park", "")
	}
	if w.Erase != nil {
		add("note.erase", "")
	}
	if c := w.Contact; c != nil {
		was := s.Loaded.Contact
		switch {
		case was.ID == "":
			add("note.met", "")
		case c.Stopped != was.Stopped && c.Stopped:
			add("note.stop", "")
		case c.Stopped != was.Stopped:
			add("note.resume", "")
		}
		if c.Language != was.Language && c.Language.Known() {
			add("note.language", string(c.Language))
		}
	}
	if c := w.Conversation; c != nil && c.Reach != s.Loaded.Conversation.Reach && s.Loaded.Conversation.Version > 0 {
		add("note.reach."+string(c.Reach), "")
	}
	if w.Open != nil {
		add("note.ticket", string(w.Open.Reason))
	}
	if w.CloseTicket != "" {
		add("note.recall", "")
	}
	for _, told := range w.Tellings {
		about("note.mark."+string(told.Rendering.Part.Mark()), told.Rendering.Change)
	}
	for _, m := range w.Marks {
		about("note.mark."+string(m.Mark), m.Change)
	}
	for _, f := range w.Follows {
		if f.On {
			about("note.follow", f.Change)
		} else {
			about("note.unfollow", f.Change)
		}
	}
	for _, t := range w.Timers {
		if t.Drop {
			add("note.untimer", t.Name)
		} else {
			minutes := fmt.Sprintf("%.0f", t.After.Minutes())
			list = append(list, note{"note.timer", bot.Bilingual{UK: t.Name + ", " + minutes + " хв", RU: t.Name + ", " + minutes + " мин"}})
		}
	}
	return list
}

// title is what a change is called.
func title(s *dialog.TurnInput, change string) bot.Bilingual {
	for _, c := range s.Content.Changes {
		if c.ID == change {
			return c.Title
		}
	}
	return bot.Bilingual{UK: change, RU: change}
}
