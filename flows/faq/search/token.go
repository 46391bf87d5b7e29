package search

import "strings"

// longest is how many words of a message are read; nobody asks in more.
const longest = 160

// longestWord is how many letters of a word are.
const longestWord = 40

// token is one word of a message or of an article.
type token struct {
	word   string  // folded
	stem   string  // without its ending
	weight float64 // 0 for a word that says nothing of the subject, else to 1
	clause int32   // which clause of the message it stands in
	of     kind
	asks   bool // the clause ends with a question mark
}

// as returns another word in the place of the token.
func (t token) as(word string) token {
	l := lookUp(word)
	t.word, t.stem, t.weight, t.of = word, stem(word), l.weight, l.of
	return t
}

// is reports whether the word is of one of the kinds.
func (t token) is(k kind) bool { return t.of&k != 0 }

// anyIs reports whether one of the words is of one of the kinds.
func anyIs(ts []token, k kind) bool {
	for i := range ts {
		if ts[i].is(k) {
			return true
		}
	}
	return false
}

// tokens reads a text: words, without marks and punctuation. A clause is what
// stands between marks; a long story has its question in one of them.
func tokens(text string) []token {
	text = figures(composed(text))
	var (
		out    = make([]token, 0, min(1+strings.Count(text, " "), longest))
		word   = make([]byte, 0, longestWord)
		clause int32
		first  int // the first token of the sentence
	)
	flush := func() {
		if len(word) > 0 && len(out) < longest {
			out = append(out, token{clause: clause}.as(level(word)))
		}
		word = word[:0]
	}
	for _, r := range text {
		b, ok := letter(r)
		if ok {
			if b != 0 && !doubled(word, b) && len(word) < longestWord {
				word = append(word, b)
			}
			continue
		}
		flush()
		switch r {
		case '.', '!', '?', ';', '\n', '…':
			if r == '?' {
				for i := first; i < len(out); i++ {
					out[i].asks = true
				}
			}
			first = len(out)
			clause++
		case ',', ':', '(', ')', '—', '–':
			clause++
		}
	}
	flush()
	return out
}

// gist is a whole text by its words: two texts that differ only in function
// words and politeness are equal. Where there is nothing else, those count too.
func gist(ts []token) string { return string(appendGist(nil, ts)) }

// appendGist is gist in the room of no bytes.
func appendGist(out []byte, ts []token) []byte {
	for _, all := range []bool{false, true} {
		n := 0
		for i := range ts {
			if t := &ts[i]; all || t.weight > 0 || t.is(negates) {
				out = append(append(out, t.word...), ' ')
				n++
			}
		}
		if n > 1 {
			break
		}
		if !all {
			out = out[:0]
		}
	}
	return out
}

// equalTo returns the entries with a wording that is equal to a whole text.
func (x *Index) equalTo(ts []token) []int32 {
	var room [256]byte
	return x.equal[string(appendGist(room[:0], ts))]
}
