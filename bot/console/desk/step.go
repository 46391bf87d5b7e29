package desk

import (
	"slices"
	"strings"

	"visnyk/bot/console"
)

// steps are those of each flow that have a name here: all at which a conversation can
// stand when the bot speaks.
func steps() map[string][]string {
	return map[string][]string{
		"welcome":  {"join", "bye", "language"},
		"menu":     {"main", "stopped"},
		"faq":      {"ask", "answer", "clarify", "unknown", "offer", "unhelped", "person", "dear", "contact", "sorry"},
		"change":   {"list", "ask", "about", "reason", "consequence", "benefit", "todo"},
		"handoff":  {"waiting", "taken", "rate"},
		"settings": {"main", "chats", "topics", "quiet", "pause", "data", "kept", "erase", "stop", "asked", "limited", "heard", "erased", "phone", "told"},
	}
}

// StepText returns the key of what colleagues call the step, flow/step; "" where it has
// no name, as one that an older version knew.
func StepText(step string) string {
	flow, name, _ := strings.Cut(step, "/")
	if !slices.Contains(steps()[flow], name) {
		return ""
	}
	return "ticket.spoke." + flow + "_" + name
}

// stepNamed is which step spoke, in the reader's words; the step itself where there are none.
func stepNamed(v *console.Visit, step string) string {
	if key := StepText(step); key != "" {
		return v.T(key)
	}
	return step
}
