package telegram

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"visnyk/bot"
)

// rich is what a formatted message says: Telegram sends one as a tree of blocks
// instead of a text. Its words are kept as if they had been typed.
type rich struct {
	text  string
	links []bot.Link
}

// maxDepth bounds how deep the tree is read; what stands deeper says nothing.
const maxDepth = 256

// UnmarshalJSON implements json.Unmarshaler.
func (r *rich) UnmarshalJSON(raw []byte) (err error) {
	w := walk{doc: raw, passes: func(field string, _ int) bool { return somebody(field) }}
	w.value("text", 0)
	r.text, err = w.said()
	r.links = w.links.all
	return err
}

// walk reads the words of a tree in the order of the document, in one pass, so
// that a hostile tree costs no more than its length. It does not know which
// kinds of block there are: it goes by the fields that hold words, and so reads
// a kind of tomorrow too.
type walk struct {
	doc   []byte // valid JSON
	at    int
	words []byte // as JSON writes them, without quotes
	gap   gap    // before the next words
	links links

	passes func(field string, depth int) bool // whether a field of an object so deep is passed over; nil: none is
	muted  int                                // what is being read is passed over
}

// said returns the words.
func (w *walk) said() (string, error) {
	s, err := spoken(w.words)
	return strings.TrimSpace(s), err
}

// spoken returns the words that JSON writes so.
func spoken(words []byte) (s string, err error) {
	err = json.Unmarshal(slices.Concat([]byte{'"'}, words, []byte{'"'}), &s)
	return s, err
}

// gap is what stands between words; of several the greatest.
type gap int

const (
	joined   gap = iota // one run of text
	spaced              // a list's mark and its item
	tabbed              // cells beside each other
	nextLine            // all else
)

// value reads the value of a field.
func (w *walk) value(field string, depth int) {
	switch w.next() {
	case '{':
		w.object(depth + 1)
	case '[':
		w.array(field, depth+1)
	case '"':
		if s := w.text(); hasWords(field) && depth <= maxDepth {
			w.say(s)
		}
	default: // a number, true, false or null
		for w.at < len(w.doc) && !ends(w.doc[w.at]) {
			w.at++
		}
	}
}

func (w *walk) object(depth int) {
	from := len(w.words)
	var scheme string
	var url []byte
	for w.at++; w.more('}'); {
		field := string(w.text())
		w.next()
		w.at++ // the colon
		if w.passes != nil && w.passes(field, depth) {
			w.muted++
			w.value("", depth)
			w.muted--
			continue
		}
		if s, ok := leads(field); ok && w.next() == '"' {
			scheme, url = s, w.text()
			continue
		}
		w.field(field, depth)
	}
	words := w.words[from:]
	if len(url) == 0 || w.muted > 0 || scheme != "" && bytes.Contains(words, url) { // most are the words themselves
		return
	}
	w.links.add(slices.Concat([]byte(scheme), url), words)
}

// leads reports whether the field says where a run of text leads, and the scheme of
// the address if that goes without saying.
func leads(field string) (scheme string, ok bool) {
	switch field {
	case "url":
		return "", true
	case "email_address":
		return "mailto:", true
	case "phone_number":
		return "tel:", true
	}
	return "", false
}

// field reads the value of a field with what stands around it. What we do not know
// to be part of a run of text stands apart from it, if it says anything.
func (w *walk) field(name string, depth int) {
	before, after := around(name)
	was, said := w.gap, len(w.words)
	if b := w.next(); !hasWords(name) && (b == '{' || b == '[') {
		before, after = nextLine, nextLine
	}
	w.apart(before)
	w.value(name, depth)
	if len(w.words) == said && !hasWords(name) {
		w.gap = was
		return
	}
	w.apart(after)
}

// array reads the runs of a text as one, blocks one under the other, and the
// cells of a row side by side. A table is an array of arrays, or of rows.
func (w *walk) array(field string, depth int) {
	inner := field
	if field == "rows" {
		inner = "cells"
	}
	for w.at++; w.more(']'); {
		row := w.next() == '['
		w.value(inner, depth)
		switch field {
		case "blocks", "items", "rows", "options", "tasks":
			w.apart(nextLine)
		case "cells":
			if row {
				w.apart(nextLine)
			}
			w.apart(tabbed)
		default:
			if !hasWords(field) { // of tomorrow: these may be anything
				w.apart(nextLine)
			}
		}
	}
}

// hasWords reports whether a string in the field is something to read.
func hasWords(field string) bool {
	switch field {
	case "text", "blocks", "items", "rows", "cells", "label", "summary", "caption", "credit",
		"title", "description", "question", "alternative_text", "expression",
		"address", "explanation", "options", "performer", "prize_description", "tasks":
		return true
	}
	return false
}

// around says what stands before and after the words of a field.
func around(field string) (before, after gap) {
	switch field {
	case "label":
		return joined, spaced
	case "summary", "caption", "credit", "title", "description", "question",
		"address", "explanation", "options", "performer", "prize_description", "tasks":
		return nextLine, nextLine
	}
	return joined, joined
}

func (w *walk) apart(g gap) { w.gap = max(w.gap, g) }

// say puts down a string as the document writes it.
func (w *walk) say(s []byte) {
	if len(s) == 0 || w.muted > 0 {
		return
	}
	if len(w.words) > 0 {
		switch w.gap {
		case spaced:
			w.words = append(w.words, ' ')
		case tabbed:
			w.words = append(w.words, `\t`...)
		case nextLine:
			w.words = append(w.words, `\n`...)
		}
	}
	w.words, w.gap = append(w.words, s...), joined
}

// text returns the string that stands here, without its quotes.
func (w *walk) text() []byte {
	from := w.at + 1
	to := stringEnd(w.doc, from)
	w.at = to + 1
	return w.doc[from:to]
}

// more reports whether the object or array has another element, and passes what
// stands before it or the closing bracket.
func (w *walk) more(closing byte) bool {
	if w.next() == ',' {
		w.at++
		w.next()
	}
	if w.doc[w.at] == closing {
		w.at++
		return false
	}
	return true
}

// next passes white space and gives what comes.
func (w *walk) next() byte {
	for isSpace(w.doc[w.at]) {
		w.at++
	}
	return w.doc[w.at]
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// ends reports whether a number or a name is over.
func ends(b byte) bool { return b == ',' || b == ']' || b == '}' || isSpace(b) }
