package search

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// A long story, or a text in two messages, has its question at either end.
func TestTheEndOfAStoryIsRead(t *testing.T) {
	x, at := library(), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	filler := strings.Repeat("Отаке в нас було того дня. ", 300)
	for _, text := range []string{"Покличте людину, будь ласка.\n" + filler, filler + "\nПокличте людину, будь ласка."} {
		if got := x.Find(text, bot.Ukrainian, at).Outcome; !got.ForHuman() {
			t.Errorf("%d bytes are %q", len(text), got)
		}
	}
	if n := len(tokens(short(filler + filler))); n > longest {
		t.Errorf("%d words are left, and some of them are not read", n)
	}
}
