package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// row is one line of the timetable: an update's way from the door to the phone.
type row struct {
	ID     string
	Clock  string
	Bot    string
	Who    string
	What   string
	Text   string // the person's own words
	Came   []stop
	Turn   []stop
	Before string
	After  string
	Notes  []string
	Sent   []stop
}

// stop is one moment on the way.
type stop struct {
	After string // milliseconds since the update came
	What  string
	Why   string // more of it, in the engineers' words
	Kind  string // good, late, bad: how to show it
}

// longest is how much of a text a line of the timetable, or the desk, shows.
const longest = 80

// row puts a run into words.
func (v *view) row(r run) row {
	out := row{ID: r.key, Clock: r.came.In(v.zone).Format("15:04:05"), Bot: r.from.Bot, Who: name(r.from)}
	if out.Who == "" {
		out.Who = v.T("line.guest")
	}
	since := func(t time.Time) string { return milliseconds(t.Sub(r.came)) }
	if !r.stored.IsZero() {
		out.Came = append(out.Came, stop{After: since(r.stored), What: v.T("line.stored"), Kind: "good"})
	}
	for _, t := range r.again {
		out.Came = append(out.Came, stop{After: since(t), What: v.T("line.again"), Kind: "late"})
	}
	if !r.turned.IsZero() {
		out.Turn = []stop{{After: since(r.turned), What: v.T("line.committed"), Kind: "good"}}
		out.Before, out.After = place(r.before), place(r.after)
	}
	out.What, out.Text = v.happened(r)
	for _, n := range r.notes {
		out.Notes = append(out.Notes, v.T(n.key, "value", n.value.In(v.Lang)))
	}
	for _, s := range r.sends {
		out.Sent = append(out.Sent, v.outcome(s, since)...)
	}
	return out
}

// place is where a conversation stands.
func place(s bot.State) string {
	if s.Flow == "" {
		return "—"
	}
	return s.Flow + "/" + s.Step
}

// happened says what the update was.
func (v *view) happened(r run) (what, text string) {
	switch {
	case len(r.events) > 0:
	case strings.Contains(r.key, "/desk/"):
		return v.T("event.desk"), ""
	case r.turned.IsZero():
		return v.T("event.waiting"), ""
	default:
		return v.T("event.nothing"), ""
	}
	e := r.events[0]
	text = e.Text
	switch {
	case e.Kind == bot.Tapped:
		text = r.label
	case e.Kind == bot.Started && text != "":
		return v.T("event.link"), ""
	}
	value := e.Detail
	if name := e.Operator.In(v.Lang); name != "" {
		value = name
	}
	return v.T("event."+string(e.Kind), "value", value), shorten(text)
}

// shorten cuts a long text to what has room.
func shorten(text string) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// outcome says how a send ended and what the service does about it.
func (v *view) outcome(s send, since func(time.Time) string) []stop {
	first := stop{After: since(s.End), What: v.T("sent." + string(s.Outcome)), Why: s.Reason, Kind: "bad"}
	if s.Row.Part.Kind == bot.Answer && s.Outcome == bot.Sent {
		first.What = v.T("sent.answer")
	}
	switch {
	case s.Outcome == bot.Sent:
		first.Kind = "good"
		if s.Row.Attempts > 1 {
			first.What = v.T("sent.retried", "n", s.Row.Attempts)
		}
	case !s.Again.IsZero():
		first.Kind = "late"
		key := "sent.wait"
		if s.Outcome == bot.Unknown {
			key = "sent.once"
		}
		first.What += "; " + v.T(key, "wait", seconds(s.Again.Sub(s.End)))
	case s.Outcome == bot.Unknown:
		first.What += "; " + v.T("sent.never")
	}
	all := []stop{first}
	for _, receipt := range []struct {
		at  time.Time
		key string
	}{{s.delivered, "sent.delivered"}, {s.seen, "sent.seen"}} {
		if !receipt.at.IsZero() {
			all = append(all, stop{After: since(receipt.at), What: v.T(receipt.key), Kind: "good"})
		}
	}
	return slices.Clip(all)
}

// milliseconds writes an offset: tenths where it is short.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return strings.Replace(fmt.Sprintf("%.1f", max(ms, 0)), ".", ",", 1)
	}
	return fmt.Sprintf("%.0f", ms)
}

// seconds writes a wait: tenths where it is short.
func seconds(d time.Duration) string {
	s := max(d.Seconds(), 0)
	if s < 2 {
		return strings.Replace(fmt.Sprintf("%.1f", s), ".", ",", 1)
	}
	return fmt.Sprintf("%.0f", s)
}
