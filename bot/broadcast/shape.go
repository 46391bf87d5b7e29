package broadcast

import (
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// A broadcast is one text to many: of what the messenger is given, only the values of
// variables and the addresses of tracked links differ. So it is rendered once with
// marks in their places, and each reader's message is that with the marks replaced, as
// long as their values are plain words, which look the same in every form of a text.
// Whatever is not is rendered for itself.

// shapeKey says whose messages have one shape: those in one language of whom the same
// is known, for of what is not known the text has other words.
type shapeKey struct {
	language bot.Language
	known    uint64 // a bit for each variable of the text
}

// shape is a rendered message without what differs between its readers.
type shape struct {
	text, body []piece
	part       bot.Part // but for its Body
	links      []string // that are followed, as they were approved
	longest    int      // bytes of the address of one, at most
	none       bool     // the messages have no shape in common
}

// piece is some of a shape: words, or the place of a value.
type piece struct {
	words string
	value int // of the variables, then the links; -1: words
}

// shapesMost bounds how many shapes of a broadcast are kept.
const shapesMost = 64

// braced finds whatever may be a variable in a text; what only looks like one does no
// harm here.
var braced = regexp.MustCompile(`\{\{[ \t]*([\pL_][\pL\pN_.-]*)`)

// variablesOf returns the names of the variables in a text, each once.
func variablesOf(text string) (names []string) {
	for _, m := range braced.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// shaped fills the shape of somebody's message; ok is false where theirs has none.
func (w *writer) shaped(to storage.Waiting) (text string, p bot.Part, ok bool) {
	names := w.names[to.Language]
	if len(names) > 64 {
		return "", p, false
	}
	key := shapeKey{language: to.Language}
	values := make([]string, len(names), len(names)+2)
	for i, name := range names {
		value := strings.TrimSpace(valueOf(to.Contact, to.Attributes, name))
		if value == "" {
			continue
		}
		if !plain(value) {
			return "", p, false
		}
		values[i] = value
		key.known |= 1 << i
	}
	s := w.shape(key)
	if s.none {
		return "", p, false
	}
	follow := w.follow(w.m.ID, to.Key)
	for _, link := range s.links {
		address := follow(link)
		if len(address) > s.longest {
			return "", p, false
		}
		values = append(values, address)
	}
	p = s.part
	p.Body = pour(s.body, values)
	return string(pour(s.text, values)), p, true
}

// shape returns that of the messages with the key.
func (w *writer) shape(key shapeKey) *shape {
	if s := w.shapes[key]; s != nil {
		return s
	}
	if len(w.shapes) >= shapesMost {
		return &shape{none: true}
	}
	s, ok := w.shapeOf(key, mark, strings.Repeat("m", markLength))
	if ok { // of other values it must be the same
		other, same := w.shapeOf(key, sample, "sample")
		ok = same && slices.Equal(s.text, other.text) && slices.Equal(s.body, other.body) && slices.Equal(s.links, other.links)
	}
	if !ok {
		s = &shape{none: true}
	}
	w.shapes[key] = s
	return s
}

// shapeOf renders the message with the values that of gives each variable that is known
// and the links of the recipient, and cuts them out of it.
func (w *writer) shapeOf(key shapeKey, of func(int) string, recipient string) (s *shape, ok bool) {
	names := w.names[key.language]
	vars, values := map[string]string{}, make([]string, len(names))
	for i, name := range names {
		vars[name] = ""
		if key.known&(1<<i) != 0 {
			values[i] = of(i)
			vars[name] = values[i]
		}
	}
	s = &shape{}
	track := w.follow(w.m.ID, recipient)
	text, part, err := w.render(key.language, vars, func(link string) string {
		address := track(link)
		if address != link && !slices.Contains(s.links, link) {
			s.links, values = append(s.links, link), append(values, address)
			s.longest = max(s.longest, len(address))
		}
		return address
	})
	if err != nil {
		return nil, false
	}
	s.text, s.body = cutOut(text, values), cutOut(string(part.Body), values)
	s.part = part
	s.part.Body = nil
	return s, true
}

// cutOut cuts the values out of a text; "" is none.
func cutOut(text string, values []string) (pieces []piece) {
	for {
		at, value := len(text), -1
		for i, v := range values {
			if v == "" {
				continue
			}
			if found := strings.Index(text, v); found >= 0 && found < at {
				at, value = found, i
			}
		}
		if at > 0 {
			pieces = append(pieces, piece{text[:at], -1})
		}
		if value < 0 {
			return pieces
		}
		pieces = append(pieces, piece{"", value})
		text = text[at+len(values[value]):]
	}
}

// pour puts values into their places.
func pour(pieces []piece, values []string) []byte {
	n := 0
	for _, p := range pieces {
		if n += len(p.words); p.value >= 0 {
			n += len(values[p.value])
		}
	}
	b := make([]byte, 0, n)
	for _, p := range pieces {
		if b = append(b, p.words...); p.value >= 0 {
			b = append(b, values[p.value]...)
		}
	}
	return b
}

// markLength is how many letters a mark has, and a value at most: what fits one message
// with the marks does so with the values.
const markLength = 40

// mark is what stands for the nth variable: letters that nobody writes, of as many
// bytes as any plain letter has at most.
func mark(n int) string {
	const begin, end, zero, one = "Ꙁ", "Ꙃ", "Ꙅ", "Ꙇ"
	s := begin
	for bit := range 6 {
		s += map[bool]string{false: zero, true: one}[n>>bit&1 == 1]
	}
	return s + strings.Repeat(end, markLength-7)
}

// sample is a plain value of the nth variable, of two words.
func sample(n int) string {
	m := []rune(mark(n))
	return string(m[:8]) + " " + string(m[8:10])
}

// plain reports whether a value is words that look the same in every form of a text,
// and are not longer than a mark: letters, and within them single spaces and what
// joins two parts of a name.
func plain(value string) bool {
	letters, inner := 0, true // behind a letter only letters' company may come
	for _, r := range value {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= 'А' && r <= 'я', r == 'Ё', r == 'ё',
			r == 'І', r == 'і', r == 'Ї', r == 'ї', r == 'Є', r == 'є', r == 'Ґ', r == 'ґ':
			inner = false
		case !inner && (r == ' ' || r == '-' || r == '’' || r == 'ʼ'):
			inner = true
		default:
			return false
		}
		letters++
	}
	return letters > 0 && !inner && letters <= markLength
}
