package search

import "strings"

// What one slip costs. A wrong letter that sounds alike is half a slip: people
// write as they hear.
const (
	slipCost  = 1.0
	soundCost = 0.5
)

// alike are the letters that are heard one for another: unstressed vowels,
// voiced and voiceless pairs, and what changes places at the end of stems.
var alike = func() *[1 << 16]bool {
	m := &[1 << 16]bool{} // by both letters: looking them up in a map took most of the time
	for pair := range strings.FieldsSeq(`оа еи яи яе ое ую бп дт гк гх зс жш вф шщ чщ цс кч гж хш тч зж дж сш иа`) {
		p := fold(pair)
		m[letters(p[0], p[1])], m[letters(p[1], p[0])] = true, true
	}
	return m
}()

func letters(a, b byte) uint16 { return uint16(a)<<8 | uint16(b) }

// distance returns how many slips lie between two folded words: a letter wrong,
// missing, added, or two swapped.
func distance(a, b string) float64 {
	const most = 40
	if len(a) > most || len(b) > most {
		return most
	}
	var rows [3][most + 1]float64
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = float64(j) * slipCost
	}
	for i := 1; i <= len(a); i++ {
		row[0] = float64(i) * slipCost
		for j := 1; j <= len(b); j++ {
			change := 0.0
			if a[i-1] != b[j-1] {
				change = slipCost
				if alike[letters(a[i-1], b[j-1])] {
					change = soundCost
				}
			}
			row[j] = min(last[j-1]+change, last[j]+slipCost, row[j-1]+slipCost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+slipCost)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// sounds returns the key of what a word sounds like: vowels leveled, voiced
// consonants voiceless.
func sounds(w string) string { return string(appendSound(make([]byte, 0, len(w)), w)) }

// appendSound adds what a word sounds like to the bytes.
func appendSound(out []byte, w string) []byte {
	last := byte(0)
	for i := range len(w) {
		if b := soundOf[w[i]]; b != last {
			out = append(out, b)
			last = b
		}
	}
	return out
}

// soundOf has for each letter the one that sounds like it and stands for both.
var soundOf = func() (table [256]byte) {
	for b := range table {
		table[b] = byte(b)
	}
	for pair := range strings.FieldsSeq(`оа еи яи юу бп дт гх зс жш вф щш цс`) {
		p := fold(pair)
		table[p[0]] = p[1]
	}
	return table
}()
