package search

import (
	"slices"

	"visnyk/bot"
)

// ban keeps an article from a message that holds its words in a row, words that
// say nothing of a subject aside.
type ban struct {
	article int32
	words   []token
}

// bans returns the bans of an article's negative phrases.
func bans(article int32, a bot.Article) (all []ban) {
	for _, l := range bot.Languages() {
		for _, text := range a.Negatives.In(l) {
			if words := speaking(tokens(text)); len(words) > 0 {
				all = append(all, ban{article, words})
			}
		}
	}
	return all
}

// speaking leaves the words that say something; all of them where none does.
func speaking(ts []token) []token {
	some := slices.DeleteFunc(slices.Clone(ts), func(t token) bool { return t.weight == 0 && !t.is(negates) })
	if len(some) == 0 {
		return ts
	}
	return some
}

// banned tells which articles a message may not lead to; nil where there are none.
func (x *Index) banned(ts []token) map[int32]bool {
	if len(x.bans) == 0 {
		return nil
	}
	var out map[int32]bool
	said := speaking(ts)
	for _, b := range x.bans {
		if !out[b.article] && b.holds(said) {
			if out == nil {
				out = map[int32]bool{}
			}
			out[b.article] = true
		}
	}
	return out
}

// Barred reports whether a negative phrase keeps the text from the article.
func (x *Index) Barred(text, article string) bool {
	i, ok := x.byID[article]
	ts, _ := x.read(text)
	return ok && x.banned(ts)[int32(i)]
}

// holds reports whether the words stand in the message.
func (b ban) holds(said []token) bool {
	for i := 0; i+len(b.words) <= len(said); i++ {
		if slices.EqualFunc(b.words, said[i:i+len(b.words)], sameWord) {
			return true
		}
	}
	return false
}

// sameWord reports whether two words are forms or slips of one.
func sameWord(a, b token) bool {
	if a.stem == b.stem {
		return true
	}
	return len(a.stem) >= 4 && len(b.stem) >= 4 && distance(a.stem, b.stem) <= slipCost
}
