package textfile

import (
	_ "embed"
	"math"
	"strings"
	"sync"

	"golang.org/x/text/encoding/charmap"
)

// words are names, places and words of records in Ukrainian and Russian, from
// which the pairs of letters are counted.
//
//go:embed words.txt
var words string

// alphabet holds the letters of both languages. A letter is its place in it from
// 1 on; 0 is where a word begins or ends.
const alphabet = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"

// What a byte is besides a letter of ours.
const (
	between    = -1 // what ends a word in print, such as «
	latin      = -2 // a Latin letter
	sign       = -3 // what does not stand within a word
	stranger   = -4 // a letter of other alphabets, or nothing at all
	apostrophe = -5 // what does: п’ять
)

// What a reading loses, in bits.
const (
	lossCase     = 8  // a capital after a small letter
	lossSign     = 12 // a sign within a word
	lossPrint    = 8  // another one that touches a letter
	lossStranger = 10
)

// reading is how an encoding reads each byte.
type reading struct {
	letter  [256]int8
	capital [256]bool
}

// readings are windows-1251 and the encodings of Cyrillic that may pass for it.
type readings struct {
	windows reading
	others  []reading
	bits    [64][64]float32 // what a letter after another says for words of ours, against chance
}

var prepared = sync.OnceValue(func() *readings {
	r := &readings{windows: readingOf(charmap.Windows1251), bits: pairs()}
	for _, c := range []*charmap.Charmap{
		charmap.CodePage866, charmap.KOI8U, charmap.KOI8R, charmap.MacintoshCyrillic, charmap.ISO8859_5,
	} {
		r.others = append(r.others, readingOf(c))
	}
	return r
})

func readingOf(c *charmap.Charmap) (r reading) {
	place := map[rune]int8{}
	for _, letter := range alphabet {
		place[letter] = int8(len(place) + 1)
	}
	place['i'] = place['і'] // the Latin one is often typed for it
	for i := range r.letter {
		letter := c.DecodeByte(byte(i))
		small := []rune(strings.ToLower(string(letter)))[0]
		at, ours := place[small]
		switch {
		case ours:
			r.letter[i], r.capital[i] = at, small != letter
		case i < 0x80 && small >= 'a' && small <= 'z':
			r.letter[i] = latin
		case letter == '’':
			r.letter[i] = apostrophe
		case i < 0x80, strings.ContainsRune("‘“”„«»–—…•·\u00a0\u00ad", letter):
			r.letter[i] = between
		case strings.ContainsRune("‚†‡€‰‹›™¤¦§©¬®°±µ¶№", letter):
			r.letter[i] = sign
		default:
			r.letter[i] = stranger
		}
	}
	return r
}

// pairs counts the pairs of letters of the words.
func pairs() (bits [64][64]float32) {
	place := map[rune]int{}
	for _, letter := range alphabet {
		place[letter] = len(place) + 1
	}
	var seen [64][64]float64
	for word := range strings.FieldsSeq(words) {
		last := 0
		for _, letter := range word {
			seen[last][place[letter]]++
			last = place[letter]
		}
		seen[last][0]++
	}
	letters := float64(len(place) + 1)
	for i := range seen {
		var sum float64
		for _, n := range seen[i] {
			sum += n
		}
		for j := range seen[i] {
			bits[i][j] = float32(math.Log2((seen[i][j] + 0.3) / (sum + 0.3*letters) * letters))
		}
	}
	return bits
}

// score returns what speaks for a word in the reading, in bits: above 0 for words
// of Ukrainian and Russian.
func (r *readings) score(in *reading, word []byte) float32 {
	var sum float32
	last, small := int8(0), false
	for i, b := range word {
		l := in.letter[b]
		switch {
		case l > 0:
			sum += r.bits[last][l]
			if in.capital[b] && small {
				sum -= lossCase
			}
			last, small = l, !in.capital[b] && b >= 0x80
			continue
		case l == stranger:
			sum -= lossStranger
		case l != latin:
			next := i+1 < len(word) && in.letter[word[i+1]] > 0
			switch {
			case l == sign && last > 0 && next:
				sum -= lossSign
			case l == apostrophe && last > 0 && next:
			case last > 0 || next:
				sum -= lossPrint
			default:
				sum--
			}
		}
		if last > 0 {
			sum += r.bits[last][0]
		}
		last, small = 0, false
	}
	if last > 0 {
		sum += r.bits[last][0]
	}
	return sum
}

// foreign reports whether something stands in a word of windows-1251 that no word
// has: a letter of another alphabet, a sign that touches a letter, or quotes
// between Latin letters.
func (in *reading) foreign(word []byte) bool {
	for i, b := range word {
		var before, after int8 = between, between
		if i > 0 {
			before = in.letter[word[i-1]]
		}
		if i+1 < len(word) {
			after = in.letter[word[i+1]]
		}
		switch {
		case in.letter[b] == stranger,
			in.letter[b] == sign && !contains(touching, b) && (isLetter(before) || isLetter(after)),
			contains(quotes, b) && word[max(i-1, 0)] < 0x80 && word[min(i+1, len(word)-1)] < 0x80:
			return true
		}
	}
	return false
}

func isLetter(l int8) bool { return l > 0 || l == latin }

// Bytes of windows-1251.
const (
	touching = "\x88\x89\x99\xa9\xae\xb0\xb9" // the signs € ‰ ™ © ® ° №
	quotes   = "\x84\x93\x94"                 // the quotes „ “ ”
)
