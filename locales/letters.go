package locales

import (
	_ "embed"
	"encoding/json"
	"math"
	"strings"
	"sync"

	"visnyk/bot"
)

//go:embed letters.json
var lettersJSON []byte

// letters is a model of which letters stand in a row in which language. It is
// made by cmd/faqtrain from texts of this repository; Latin letters are what
// people type without a Cyrillic keyboard, or with the wrong layout switched on.
type letters struct {
	Scale   float64 `json:"scale"`   // what a unit of a weight is worth
	Weights []byte  `json:"weights"` // signed; above zero speaks for Ukrainian
}

// LetterSlots is how many weights there are; rows of letters share them by hash.
const LetterSlots = 32768

var trained = sync.OnceValue(func() letters {
	var l letters
	if err := json.Unmarshal(lettersJSON, &l); err != nil || len(l.Weights) != LetterSlots {
		return letters{Weights: make([]byte, LetterSlots)} // a test holds that it is whole
	}
	return l
})

// letterOdds says how much the letters speak for Ukrainian (above zero) or Russian,
// as log-odds; 0 for a text without letters.
func letterOdds(text string) float64 {
	m := trained()
	sum, n := 0.0, 0
	LetterHints(text, func(slot int) {
		sum += float64(int8(m.Weights[slot]))
		n++
	})
	if n == 0 {
		return 0
	}
	return sum * m.Scale / math.Sqrt(float64(n))
}

// LetterHints calls f with the slot of every two, three and four letters in a row, and of
// every short word. Training shares it.
func LetterHints(text string, f func(slot int)) {
	const most = 400 // letters; nobody's language needs more
	text = bot.InSmall(text)
	var room [64]rune
	word := append(room[:0], '^')
	seen := 0
	flush := func() {
		if len(word) > 1 {
			word = append(word, '$')
			hints(word, f)
		}
		word = word[:1]
	}
	latin := !strings.ContainsFunc(text, bot.IsCyrillic)
	for _, r := range text {
		if seen++; seen > most {
			break
		}
		if bot.IsLetter(r) || latin && strings.ContainsRune("[];'`,.\\", r) {
			word = append(word, r)
		} else if r != '\'' && r != '’' && r != 'ʼ' {
			flush()
		}
	}
	flush()
}

// hints calls f with the slots of a word that stands between the signs of its edges.
func hints(padded []rune, f func(int)) {
	row := func(letters []rune) {
		h := uint32(2166136261) ^ uint32(len(letters))
		for _, r := range letters {
			h = (h ^ uint32(r)) * 16777619
		}
		h ^= h >> 13
		f(int(h % LetterSlots))
	}
	for n := 2; n <= 4; n++ {
		for i := 0; i+n <= len(padded); i++ {
			row(padded[i : i+n])
		}
	}
	if n := len(padded); n > 4 && n <= 8 {
		row(padded)
	}
}
