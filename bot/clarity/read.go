package clarity

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word or a number of a text.
type token struct {
	text       string // in small letters, with one sign for all apostrophes
	raw        string
	start, end int
	first      bool // of its sentence
	sentence   int
}

// reading is a text cut into words and sentences.
type reading struct {
	text   string
	tokens []token
	shouts [][]int // rows of exclamation marks
}

var (
	wordSigns  = regexp.MustCompile(`[\p{L}\p{N}]+(?:['’ʼ‑-][\p{L}\p{N}]+)*`)
	address    = regexp.MustCompile(`(?:https?://|www\.)\S+|\S+@\S+|\]\([^)\s]*\)`)
	shoutSigns = regexp.MustCompile(`!{2,}`)
)

// read cuts a text. Addresses of pages and letters are no words.
func read(text string) reading {
	plain := address.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) })
	r := reading{text: text, shouts: shoutSigns.FindAllStringIndex(plain, -1)}
	end, sentence := 0, 0
	for _, at := range wordSigns.FindAllStringIndex(plain, -1) {
		raw := plain[at[0]:at[1]]
		t := token{text: fold(raw), raw: raw, start: at[0], end: at[1], first: len(r.tokens) == 0}
		if !t.first && ends(plain[end:at[0]], r.tokens[len(r.tokens)-1].text, raw) {
			t.first = true
			sentence++
		}
		t.sentence = sentence
		end = at[1]
		r.tokens = append(r.tokens, t)
	}
	return r
}

var alike = strings.NewReplacer("’", "'", "ʼ", "'", "‑", "-", "ё", "е")

func fold(word string) string { return alike.Replace(strings.ToLower(word)) }

// short are words that end with a dot within a sentence.
func short() []string {
	return []string{
		"вул", "ул", "просп", "пр", "пл", "бул", "буд", "д", "кв", "оф", "м", "г", "обл", "р", "рр", "гг", "тис", "тыс", "млн", "млрд", "грн", "коп",
		"тел", "ім", "им", "див", "см", "напр", "т", "ц", "год", "хв", "мин", "ст", "п", "стор", "стр",
	}
}

// ends reports whether a sentence ends between two words.
func ends(between, before, after string) bool {
	if strings.Contains(between, "\n") {
		return true
	}
	if !strings.ContainsAny(between, ".!?…") || !strings.ContainsAny(between, " \t\u00a0") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(after)
	if unicode.IsLower(next) {
		return false
	}
	return strings.ContainsAny(between, "!?…") || !slices.Contains(short(), before)
}

// long finds sentences of more words than one takes in at once.
func (r reading) long() (all []Finding) {
	for i := 0; i < len(r.tokens); {
		end := i
		for end < len(r.tokens) && r.tokens[end].sentence == r.tokens[i].sentence {
			end++
		}
		if end-i > longest {
			all = append(all, Finding{Code: Long, Start: r.tokens[i].start, End: r.tokens[end-1].end})
		}
		i = end
	}
	return all
}

// longest is how many words a sentence may have: guides to plain writing put it
// between 20 and 25.
const longest = 25

// before returns the word that stands so many words before i in its sentence; "" where
// none does. A negative number is after it.
func (r reading) before(i, back int) string {
	at := i - back
	if at < 0 || at >= len(r.tokens) || r.tokens[at].sentence != r.tokens[i].sentence {
		return ""
	}
	return r.tokens[at].text
}

// has reports whether the sentence of i has a word for which the function is true.
func (r reading) has(i int, is func(string) bool) bool {
	return slices.ContainsFunc(r.tokens, func(t token) bool { return t.sentence == r.tokens[i].sentence && is(t.text) })
}

// finding is about the words from i to j, which is the last of them.
func (r reading) finding(c Code, why Reason, i, j int) Finding {
	return Finding{Code: c, Reason: why, Start: r.tokens[i].start, End: r.tokens[j].end}
}

// Sentences returns how many sentences the text has.
func Sentences(text string) int {
	r := read(text)
	if len(r.tokens) == 0 {
		return 0
	}
	return r.tokens[len(r.tokens)-1].sentence + 1
}
