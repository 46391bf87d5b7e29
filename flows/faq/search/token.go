package search

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// longest is how many words of a message are read; nobody asks in more.
const longest = 160

// token is one word of a message or of an article.
type token struct {
	word   string  // folded
	stem   string  // without its ending
	weight float64 // 0 for a word that says nothing of the subject, else to 1
	clause int     // which clause of the message it stands in
	asks   bool    // the clause ends with a question mark
}

// tokens reads a text: words, without marks and punctuation. A clause is what
// stands between marks; a long story has its question in one of them.
func tokens(text string) []token {
	text = figures(strings.ToLower(norm.NFC.String(text)))
	var (
		out    []token
		word   []byte
		clause int
		first  int // the first token of the sentence
	)
	flush := func() {
		if len(word) > 0 && len(out) < longest {
			w := level(word)
			out = append(out, token{word: w, stem: stem(w), weight: heft(w), clause: clause})
		}
		word = word[:0]
	}
	for _, r := range text {
		b, ok := letter(r)
		if ok {
			if b != 0 && !doubled(word, b) && len(word) < 40 {
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
func gist(ts []token) string {
	var b strings.Builder
	for _, all := range []bool{false, true} {
		n := 0
		for _, t := range ts {
			if all || t.weight > 0 || negates[t.word] {
				b.WriteString(t.word)
				b.WriteByte(' ')
				n++
			}
		}
		if n > 1 {
			break
		}
		if !all {
			b.Reset()
		}
	}
	return b.String()
}
