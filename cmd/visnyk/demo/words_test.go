package demo

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"visnyk/bot"
)

func newDemo(t *testing.T) *Demo {
	t.Helper()
	d, err := New(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// composed are the words whose names are put together, by what they end in.
func composed() map[string][]string {
	ends := map[string][]string{
		"tier.": bot.ContactTiers(), "role.": {string(bot.Marketer), string(bot.Approver), string(bot.Admin)}, "fault.": faults(), "ticks.": {"1", "2"},
		"note.mark.":  {string(bot.MarkMentioned), string(bot.MarkTold), string(bot.MarkAcknowledged), string(bot.MarkAsked)},
		"note.reach.": {string(bot.Reachable), string(bot.Blocked)},
		"sent.": {
			string(bot.Sent), string(bot.Later), string(bot.Gone), string(bot.Malformed), string(bot.Unknown), string(bot.Halted),
		},
		"event.": {
			string(bot.Started), string(bot.Typed), string(bot.Tapped), string(bot.Attached), string(bot.Edited),
			string(bot.Left), string(bot.Returned), string(bot.Failed), string(bot.TimedOut), string(bot.Relayed), string(bot.Taken), string(bot.TakenOver),
			string(bot.Released), string(bot.Closed), string(bot.Ignored), string(bot.Delivered), string(bot.Seen),
		},
	}
	for _, l := range bot.Languages() {
		ends["language."] = append(ends["language."], string(l))
		ends["speaks."] = append(ends["speaks."], string(l))
	}
	for _, f := range faults() {
		ends["fault."] = append(ends["fault."], f+".does")
	}
	for _, b := range []string{Telegram, Viber} {
		ends[""] = append(ends[""], b, b+".kind", b+".compose", b+".empty", b+".start", b+".block", b+".unblock", b+".blocked")
	}
	return ends
}

// TestWords wants every word the page says in both languages, and no other.
func TestWords(t *testing.T) {
	d := newDemo(t)
	used := map[string]bool{}
	for begin, ends := range composed() {
		for _, end := range ends {
			used[begin+end] = true
		}
	}
	literal := regexp.MustCompile(`(?:\.T |\bT\(|\bSays\(|words\[|\badd\(|\babout\(|key := |key = |note\{|seen, |delivered, |problem\{[^,]*, )"([a-z][a-z0-9.]*[a-z0-9])"`)
	for _, name := range []string{"page.html", "act.go", "desk.go", "notes.go", "row.go", "view.go", "greet.go"} {
		src := source(t, name)
		for _, m := range literal.FindAllStringSubmatch(src, -1) {
			used[m[1]] = true
		}
	}
	for key := range used {
		if !d.words[key].Complete() {
			t.Errorf("%q is not there in both languages", key)
		}
	}
	for key, words := range d.words {
		if !used[key] {
			t.Errorf("nothing says %q", key)
		}
		if strings.Contains(words.UK+words.RU, "!") {
			t.Errorf("%q shouts", key)
		}
		hole := regexp.MustCompile(`\{[a-z]+\}`)
		if uk, ru := hole.FindAllString(words.UK, -1), hole.FindAllString(words.RU, -1); len(uk) != len(ru) {
			t.Errorf("%q has holes %v and %v", key, uk, ru)
		}
	}
}
