package main

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
)

// switches is how often the operator goes from one talk to the other.
const switches = 100

// draftsStayApart: an operator with two talks writes a letter in one and goes at once
// to the other, many times. What stands in the field is always that talk's.
func draftsStayApart(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	o := s.operator(t, b, "maryna", bot.Ukrainian, w)
	letters := []string{"о", "і"}
	var talks, drafts [2]string
	for i, as := range []string{"olena", "dmytro"} {
		a := b.guest(t, view{width: 1440, height: 900}).open(s.url+"/?lang=uk&as="+as).at("telegram", bot.Ukrainian, w)
		a.begins()
		a.writes("покличте людину")
		a.hears("@handoff.called")
		o.takesNext()
		talks[i] = value[string](o.tab, `location.pathname`)
	}
	for at, i := 1, 0; i < switches; i++ {
		drafts[at] += letters[at]
		value[int](o.tab, fmt.Sprintf(`(() => {
			const text = document.getElementById('text');
			text.value += %q;
			text.dispatchEvent(new Event('input', { bubbles: true }));
			location.assign(%q);
			return 0;
		})()`, letters[at], talks[1-at]))
		at = 1 - at
		o.awaits("the other talk", fmt.Sprintf(`location.pathname === %q && document.readyState === 'complete' && document.getElementById('text')`, talks[at]))
		o.awaits("its own draft", fmt.Sprintf(`document.getElementById('text').value === %q`, drafts[at]))
		if other := value[string](o.tab, `document.getElementById('text').value`); strings.Contains(other, letters[1-at]) {
			t.Fatalf("after %d switches the field says %q", i+1, other)
		}
	}
}
