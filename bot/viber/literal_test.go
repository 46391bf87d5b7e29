package viber_test

import (
	"regexp"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/bot/viber"
)

// TestUsersMarksStayLiteral tries every short text of marks, letters, spaces
// and dots: none of them may come out as something Viber would format, and all
// of them must come out as they were but for joiners.
func TestUsersMarksStayLiteral(t *testing.T) {
	const border = `[\s\p{P}\p{S}]`
	var formats []*regexp.Regexp
	for _, m := range []string{`\*`, `_`} {
		formats = append(formats, regexp.MustCompile(`(?:^|`+border+`)`+m+`(?:[^\s*_]|[^\s*_][^\n]*[^\s*_])`+m+`(?:$|`+border+`)`))
	}
	ch := channel(t, nil)
	render := func(s string, m bot.Message) {
		parts, err := ch.Render(m)
		if err != nil {
			return // nothing to see in it
		}
		got := textOf(t, parts[0])
		if bare := strings.ReplaceAll(got, "\u2060", ""); strings.TrimSpace(bare) != strings.TrimSpace(s) {
			t.Fatalf("%q came out as %q", s, bare)
		}
		for _, f := range formats {
			if f.MatchString(got) {
				t.Fatalf("%q came out as %q, which Viber formats", s, got)
			}
		}
	}
	try := func(s string) {
		render(s, bot.Message{Text: markup.Escape(s)})
		render(s, bot.Message{Text: s, Plain: true})
	}
	var grow func(s string, left int)
	grow = func(s string, left int) {
		try(s)
		if left == 0 {
			return
		}
		for _, c := range []string{"*", "_", " ", "a", "."} {
			if c == " " && (s == "" || strings.HasSuffix(s, " ")) {
				continue // markup folds spaces
			}
			grow(s+c, left-1)
		}
	}
	grow("", 5)
}

// TestFencesStayLiteral: three backticks are Viber's mark for monospace, which we
// never put, so those of the words stay, be they on lines apart.
func TestFencesStayLiteral(t *testing.T) {
	ch := channel(t, nil)
	for _, m := range []bot.Message{
		{Text: "```code```", Plain: true},
		{Text: "раз ``` два\nтри ``` і ````чотири````", Plain: true},
		{Text: "``так`` `ні`", Plain: true},
		{Text: markup.Escape("```code```")},
		{Text: "````\n```\n````"},
		{Text: "Так", Plain: true, Buttons: rows(strings.Repeat("ї", 200)+"```x```", 60)},
	} {
		parts, err := ch.Render(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			got := textOf(t, p)
			if strings.Contains(got, "```") {
				t.Errorf("%q came out as %q, which Viber formats", m.Text, got)
			}
			if bare := strings.ReplaceAll(got, "\u2060", ""); m.Plain && m.Buttons == nil && bare != m.Text {
				t.Errorf("%q came out as %q", m.Text, bare)
			}
		}
	}
}

// rows are n rows of a button with the label.
func rows(label string, n int) (all [][]bot.Button) {
	for range n {
		all = append(all, []bot.Button{{Label: label, Action: "a"}})
	}
	return all
}

// TestOursFormat: what the author styled does come out styled.
func TestOursFormat(t *testing.T) {
	ch := channel(t, nil)
	for _, s := range []string{"**слово**", "так, **слово**.", "**слово** і **ще**", "(**слово**)"} {
		parts, err := ch.Render(bot.Message{Text: s})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := textOf(t, parts[0]), strings.ReplaceAll(s, "**", "*"); got != want {
			t.Errorf("%q came out as %q", s, got)
		}
	}
}

var (
	_ bot.DeepLinker    = (*viber.Channel)(nil)
	_ bot.WebhookSetter = (*viber.Channel)(nil)
	_ bot.Channel       = (*viber.Channel)(nil)
	_ bot.Prober        = (*viber.Channel)(nil)
)
