package bot

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What every turn reads and writes, buttons and variables, is written as encoding/json
// would write it and read again without it, which takes a fifth of the time. Whatever
// else stands there encoding/json reads.

// AppendJSON adds the words as a string of JSON. Nothing is escaped that need not be.
func AppendJSON(to []byte, words string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	begin := 0
	for i := 0; i < len(words); {
		c := words[i]
		switch {
		case c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\':
			i++
			continue
		case c >= 0xc2 && c < 0xe0 && i+1 < len(words) && words[i+1]&0xc0 == 0x80: // of our alphabets
			i += 2
			continue
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(words[i:])
			if i += size; r == utf8.RuneError && size == 1 { // a byte that is none of a letter
				to = append(append(to, words[begin:i-1]...), "\uFFFD"...)
				begin = i
			}
			continue
		}
		to = append(to, words[begin:i]...)
		if i++; c >= ' ' {
			to = append(to, '\\', c)
		} else {
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		begin = i
	}
	return append(append(to, words[begin:]...), '"')
}

// AppendButtons adds a list of buttons.
func AppendButtons(to []byte, all []Button) []byte {
	to = append(to, '[')
	for i, b := range all {
		if i > 0 {
			to = append(to, ',')
		}
		to = AppendJSON(append(to, `{"label":`...), b.Label)
		if b.Action != "" {
			to = AppendJSON(append(to, `,"action":`...), b.Action)
		}
		if b.URL != "" {
			to = AppendJSON(append(to, `,"url":`...), b.URL)
		}
		if b.Phone {
			to = append(to, `,"phone":true`...)
		}
		if b.Word {
			to = append(to, `,"word":true`...)
		}
		if b.Lasts {
			to = append(to, `,"lasts":true`...)
		}
		to = append(to, '}')
	}
	return append(to, ']')
}

// ReadButtons reads a list of buttons.
func ReadButtons(text string) (all []Button, err error) {
	all = make([]Button, 0, strings.Count(text, "},{")+1)
	r := &ownJSON{rest: text}
	for r.items("[", "]") {
		r.must(`{"label":`)
		b := Button{Label: r.words()}
		if r.may(`,"action":`) {
			b.Action = r.words()
		}
		if r.may(`,"url":`) {
			b.URL = r.words()
		}
		b.Phone, b.Word, b.Lasts = r.may(`,"phone":true`), r.may(`,"word":true`), r.may(`,"lasts":true`)
		r.must("}")
		all = append(all, b)
	}
	if r.other {
		all = nil
		err = json.Unmarshal([]byte(text), &all)
	}
	return all, err
}

// AppendPressed adds what is kept of an event that is a press, or has but an id.
func AppendPressed(to []byte, id string, press *Press) []byte {
	to = append(to, '{')
	if id != "" {
		to = append(AppendJSON(append(to, `"id":`...), id), ',')
	}
	if press != nil {
		to = append(to, `"press":{`...)
		if press.ID != "" {
			to = append(AppendJSON(append(to, `"id":`...), press.ID), ',')
		}
		if press.Screen != 0 {
			to = append(strconv.AppendInt(append(to, `"screen":`...), int64(press.Screen), 10), ',')
		}
		if press.Action != "" {
			to = append(AppendJSON(append(to, `"action":`...), press.Action), ',')
		}
		if press.Unseen {
			to = append(to, `"unseen":true,`...)
		}
		to = append(bytes.TrimSuffix(to, []byte(",")), '}')
	}
	return append(bytes.TrimSuffix(to, []byte(",")), '}')
}

// AppendVars adds variables by their names.
func AppendVars(to []byte, vars Vars) []byte {
	to = append(to, '{')
	for i, is := range vars {
		if i > 0 {
			to = append(to, ',')
		}
		to = AppendJSON(append(AppendJSON(to, is.Name), ':'), is.Value)
	}
	return append(to, '}')
}

// ReadVars reads variables by their names.
func ReadVars(text string) (vars Vars, err error) {
	r := &ownJSON{rest: text}
	for r.items("{", "}") {
		if vars == nil {
			vars = make(Vars, 0, strings.Count(text, `","`)+1)
		}
		name := r.words()
		r.must(":")
		if value := r.words(); value != "" {
			vars = append(vars, Var{name, value})
		}
	}
	if !r.other && slices.IsSortedFunc(vars, byName) {
		return vars, nil
	}
	var all map[string]string
	err = json.Unmarshal([]byte(text), &all)
	vars = nil
	for name, value := range all {
		vars = vars.With(name, value)
	}
	return vars, err
}

// ownJSON is what is left to read of JSON that we have written.
type ownJSON struct {
	rest  string
	begun bool
	other bool // it is written in another way, and what was read is of no use
}

// items reports whether another item follows, between the signs around them all.
func (r *ownJSON) items(open, shut string) bool {
	if !r.begun {
		r.begun = true
		r.must(open)
		return !r.ends(shut)
	}
	if r.ends(shut) {
		return false
	}
	r.must(",")
	return !r.other
}

// ends reports whether there is nothing more than the sign, or nothing of use.
func (r *ownJSON) ends(shut string) bool { return r.other || r.rest == shut }

// may takes the signs if they come next.
func (r *ownJSON) may(signs string) (taken bool) {
	r.rest, taken = strings.CutPrefix(r.rest, signs)
	return taken
}

func (r *ownJSON) must(signs string) { r.other = !r.may(signs) || r.other }

// words takes a string, in which nothing is escaped that AppendJSON would not.
func (r *ownJSON) words() string {
	r.must(`"`)
	words, rest, whole := strings.Cut(r.rest, `"`)
	if at := strings.IndexByte(words, '\\'); at >= 0 {
		return r.escaped(at)
	}
	r.rest, r.other = rest, r.other || !whole
	return words
}

// escaped is words where something is, from the place on.
func (r *ownJSON) escaped(from int) string {
	words := append(make([]byte, 0, from+32), r.rest[:from]...)
	for rest := r.rest[from:]; rest != ""; {
		c := rest[0]
		switch {
		case c == '"':
			r.rest = rest[1:]
			return string(words)
		case c != '\\':
			words, rest = append(words, c), rest[1:]
			continue
		case len(rest) > 1 && (rest[1] == '"' || rest[1] == '\\'):
			words, rest = append(words, rest[1]), rest[2:]
			continue
		}
		code, ok := strings.CutPrefix(rest, `\u00`)
		if !ok || len(code) < 2 {
			break
		}
		v, err := strconv.ParseUint(code[:2], 16, 8)
		if err != nil || v >= ' ' {
			break
		}
		words, rest = append(words, byte(v)), code[2:]
	}
	r.other = true
	return ""
}
