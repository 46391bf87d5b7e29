package flows

import (
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
)

// After returns the facts as the effect leaves them: what a later step, or a
// later event, of the same turn sees. The engine, the dialog and the transcripts
// all go by this. Those it is asked of stay as they are.
func (f *Facts) After(e Effect) *Facts { return e.after(f) }

// with returns the facts with a change.
func (f *Facts) with(change func(*Facts)) *Facts {
	changed := *f
	change(&changed)
	return &changed
}

// The effects that change nothing a flow is told.
func (Set) after(f *Facts) *Facts    { return f }
func (Wait) after(f *Facts) *Facts   { return f }
func (Unwait) after(f *Facts) *Facts { return f }
func (Asked) after(f *Facts) *Facts  { return f }
func (Relay) after(f *Facts) *Facts  { return f }
func (Notify) after(f *Facts) *Facts { return f }
func (Amend) after(f *Facts) *Facts  { return f }
func (Rate) after(f *Facts) *Facts   { return f }
func (Erase) after(f *Facts) *Facts  { return f }
func (Offer) after(f *Facts) *Facts  { return f }
func (Phone) after(f *Facts) *Facts  { return f }

func (e Say) after(f *Facts) *Facts {
	for _, told := range e.Tells {
		f = f.withEntry(told.Change.ID, func(n bot.LedgerEntry) bot.LedgerEntry { return n.With(told.Part.Mark()) })
	}
	return f
}

func (e Speak) after(f *Facts) *Facts {
	return f.with(func(f *Facts) { f.Language, f.Chosen, f.Guessed = e.Language, true, false })
}

func (e Hear) after(f *Facts) *Facts {
	if !f.Guessed {
		return f
	}
	return f.with(func(f *Facts) { f.Language = e.Language })
}

func (e HandOff) after(f *Facts) *Facts {
	if f.Ticket != nil || !f.Barred.IsZero() {
		return f
	}
	return f.with(func(f *Facts) {
		f.Ticket = &bot.Ticket{State: bot.TicketWaiting, Reason: e.Reason, Topic: e.Topic, OpenedAt: f.Now}
	})
}

func (Recall) after(f *Facts) *Facts {
	if f.Ticket == nil || f.Ticket.State != bot.TicketWaiting {
		return f
	}
	return f.with(func(f *Facts) { f.Ticket = nil })
}

func (e Mark) after(f *Facts) *Facts {
	return f.withEntry(e.Change, func(n bot.LedgerEntry) bot.LedgerEntry { return n.With(e.As) })
}

func (e Follow) after(f *Facts) *Facts {
	return f.withEntry(e.Change, func(n bot.LedgerEntry) bot.LedgerEntry { n.Followed = e.On; return n })
}

func (e Wish) after(f *Facts) *Facts { return f.with(func(f *Facts) { f.Wishes = e.Wishes }) }

func (e Stop) after(f *Facts) *Facts {
	return f.with(func(f *Facts) { f.Hushed, f.Stopped = f.Hushed || e.Here, f.Stopped || !e.Here })
}

func (e Resume) after(f *Facts) *Facts {
	return f.with(func(f *Facts) { f.Hushed, f.Stopped = false, f.Stopped && e.Here })
}

func (Join) after(f *Facts) *Facts    { return f.with((*Facts).joined) }
func (e Split) after(f *Facts) *Facts { return f.with(func(f *Facts) { f.parted(e.Chat) }) }

// withEntry returns the facts with the ledger entry of the change as to makes it.
func (f *Facts) withEntry(change string, to func(bot.LedgerEntry) bot.LedgerEntry) *Facts {
	i := slices.IndexFunc(f.Ledger, func(n bot.LedgerEntry) bool { return n.Change.ID == change })
	if i < 0 {
		return f
	}
	return f.with(func(f *Facts) {
		f.Ledger = slices.Clone(f.Ledger)
		f.Ledger[i] = to(f.Ledger[i])
	})
}

// The names of the effects in transcripts. What is said has its own lines there,
// and variables have none.
func (Say) String() string      { return "say" }
func (e Set) String() string    { return line("set", e.Name, e.Value) }
func (e Speak) String() string  { return line("speak", string(e.Language)) }
func (e Hear) String() string   { return line("hear", string(e.Language)) }
func (Recall) String() string   { return "recall" }
func (e Rate) String() string   { return line("rate", strings.TrimPrefix(strconv.Itoa(e.Score), "0")) }
func (e Wait) String() string   { return line("wait", e.Name, e.For.String()) }
func (e Unwait) String() string { return line("unwait", e.Name) }
func (e Mark) String() string   { return line(string(e.As), e.Change) }
func (e Join) String() string   { return line("join", e.Code) }
func (Offer) String() string    { return "offer" }
func (e Phone) String() string  { return line("phone", e.Number) }
func (e Split) String() string  { return line("split", e.Chat.String()) }
func (Erase) String() string    { return "erase" }
func (e Notify) String() string { return line("notify", e.Text.Key) }
func (Amend) String() string    { return "amend" }
func (e Stop) String() string   { return line("stop", here(e.Here)) }
func (e Resume) String() string { return line("resume", here(e.Here)) }

func (e HandOff) String() string { return line("hand_off", string(e.Reason), e.Topic) }

func (e Follow) String() string {
	if e.On {
		return line("follow", e.Change)
	}
	return line("unfollow", e.Change)
}

func (e Asked) String() string {
	name := line("asked", string(e.Ending), e.Article)
	if len(e.Shown) > 0 {
		name += " of " + strings.Join(e.Shown, ", ")
	}
	return name + ": " + e.Text
}

func (e Relay) String() string {
	if e.To == nil {
		return line("relay", e.What, "to all")
	}
	var to []string
	for _, a := range e.To {
		to = append(to, a.String())
	}
	return line("relay", e.What, "to", strings.Join(to, ", "))
}

func (e Wish) String() string {
	var parts []string
	for _, k := range e.Wishes.Muted {
		parts = append(parts, "no "+string(k))
	}
	if e.Wishes.Quiet != bot.QuietUsual {
		parts = append(parts, "quiet "+string(e.Wishes.Quiet))
	}
	if until := e.Wishes.PausedUntil; !until.IsZero() {
		parts = append(parts, "pause until "+until.Format("2006-01-02 15:04"))
	}
	if len(parts) == 0 {
		parts = []string{"everything"}
	}
	return line("wish", strings.Join(parts, ", "))
}

// line joins the words that are there.
func line(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

func here(only bool) string {
	if only {
		return "here"
	}
	return ""
}
