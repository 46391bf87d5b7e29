package parked

import (
	"strings"
	"testing"
)

func TestBodyIsReadableAndHarmless(t *testing.T) {
	for name, c := range map[string]struct{ payload, want string }{
		"indented":   {`{"text":"є питання"}`, "{\n  \"text\": \"є питання\"\n}"},
		"no JSON":    {"сирі\nслова", "сирі\nслова"},
		"terminal":   {"\x1b[2J\u009b31m\u202e", `\u001b[2J\u009b31m\u202e`},
		"no text":    {"\xff\x00", `\xff\u0000`},
		"join link":  {`{"text":"/start join_AbC-12_z"}`, "{\n  \"text\": \"/start join_xxxxx\"\n}"},
		"hidden":     {`"а` + "\u200b" + `б"`, `"а\u200bб"`},
		"line break": {"a\u2028b", `a\u2028b`},
	} {
		if got := Body([]byte(c.payload)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := Visible("telegram/1\n2"); strings.Contains(got, "\n") {
		t.Errorf("an id breaks its line: %q", got)
	}
}
