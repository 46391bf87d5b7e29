package bot

import (
	"strings"
	"unicode"
)

// lexeme is a word, a quoted text, a sign or the end of a text.
type lexeme struct {
	kind lexemeKind
	text string // of a quoted text, what it says
	at   int    // in runes from the beginning
}

type lexemeKind int

const (
	tokenEnd lexemeKind = iota
	tokenWord
	tokenQuoted
	tokenSign
)

// tokens takes a text apart. wrong is where and why it cannot be.
func tokens(runes []rune) (all []lexeme, at int, wrong FaultCode) {
	for i := 0; i < len(runes); {
		c := runes[i]
		switch {
		case unicode.IsSpace(c):
			i++
		case closing(c) != 0:
			text, next, ok := quotedText(runes, i)
			if !ok {
				return nil, i, FaultTextQuote
			}
			all = append(all, lexeme{tokenQuoted, text, i})
			i = next
		case strings.ContainsRune("(),=<>≤≥", c):
			sign := map[rune]string{'≤': "<=", '≥': ">="}[c]
			from := i
			if i++; sign == "" {
				sign = string(c)
				if (c == '<' || c == '>') && i < len(runes) && runes[i] == '=' {
					sign += "="
					i++
				}
			}
			all = append(all, lexeme{tokenSign, sign, from})
		case ofWord(c):
			from := i
			for i < len(runes) && ofWord(runes[i]) {
				i++
			}
			all = append(all, lexeme{tokenWord, string(runes[from:i]), from})
		default:
			return nil, i, FaultTextSign
		}
	}
	return append(all, lexeme{kind: tokenEnd, at: len(runes)}), 0, ""
}

func ofWord(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || strings.ContainsRune(".-_'’ʼ/:@+#", c)
}

// closing returns the sign that ends what c opens; 0 where it opens nothing.
func closing(c rune) rune {
	return map[rune]rune{'"': '"', '«': '»', '“': '”', '„': '“'}[c]
}

// quotedText reads what stands in quotes from i on. Within straight ones a backslash
// has the sign behind it mean itself.
func quotedText(runes []rune, i int) (text string, next int, ok bool) {
	end, straight := closing(runes[i]), runes[i] == '"'
	var b strings.Builder
	for i++; i < len(runes); i++ {
		switch c := runes[i]; {
		case c == end:
			return b.String(), i + 1, true
		case c == '\\' && straight && i+1 < len(runes):
			i++
			plain, ok := map[rune]rune{'n': '\n', 'r': '\r', 't': '\t'}[runes[i]]
			if !ok {
				plain = runes[i]
			}
			b.WriteRune(plain)
		default:
			b.WriteRune(c)
		}
	}
	return "", 0, false
}

// folded returns a word as keywords are compared.
func folded(word string) string { return strings.ReplaceAll(strings.ToLower(word), "ё", "е") }
