package telegram

import (
	"bytes"
	"encoding/json"
	"unicode/utf16"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Bounds of the addresses that are kept of one message. Telegram marks at most a
// hundred places of a text, and takes no address that is longer.
const (
	maxLinks     = 256
	maxURL       = 2048     // characters
	maxLinkBytes = 64 << 10 // of all addresses together
)

// links are the addresses that stand behind words, each once.
type links struct {
	all   []bot.Link
	known map[string]bool
	size  int
}

// add adds an address and the words before it, both as JSON writes them.
func (l *links) add(url, words []byte) {
	if l.full(url) {
		return
	}
	u, err := spoken(beginning(url, maxURL))
	if err != nil {
		return
	}
	s, err := spoken(beginning(words, maxName))
	if err != nil {
		s = ""
	}
	l.put(string(url), u, s)
}

// full reports whether the address is known or there is no more room for any.
func (l *links) full(key []byte) bool {
	return len(l.all) == maxLinks || l.size > maxLinkBytes || l.known[string(key)]
}

func (l *links) put(key, url, words string) {
	if url = markup.Cut(visible(url), maxURL); url == "" {
		return
	}
	if l.known == nil {
		l.known = map[string]bool{}
	}
	l.known[key] = true
	l.size += len(url)
	l.all = append(l.all, bot.Link{Words: name(words), URL: url})
}

// beginning returns at least so many of the first characters, as JSON writes them.
func beginning(words []byte, characters int) []byte {
	at := 0
	for n := 0; at < len(words) && n < 2*characters; n++ { // two halves may be one character
		step := 1
		if words[at] == '\\' {
			step = 2
			if words[at+1] == 'u' {
				step = 6
			}
		} else {
			for at+step < len(words) && words[at+step]&0xc0 == 0x80 {
				step++
			}
		}
		at += step
	}
	return words[:at]
}

// behind returns the addresses that Telegram says stand behind words of the text.
// What says so in another form than theirs says nothing.
func behind(text string, entities json.RawMessage) []bot.Link {
	if !bytes.Contains(entities, []byte(`"url"`)) {
		return nil
	}
	var marked []struct {
		Offset int    `json:"offset"`
		Length int    `json:"length"`
		URL    string `json:"url"`
	}
	_ = json.Unmarshal(entities, &marked) // fills what it can
	var l links
	var units []uint16
	for _, e := range marked {
		if e.URL == "" || l.full([]byte(e.URL)) {
			continue
		}
		if units == nil {
			units = utf16.Encode([]rune(text))
		}
		words := ""
		if e.Offset >= 0 && e.Length > 0 && e.Offset <= len(units) && e.Length <= len(units)-e.Offset {
			words = string(utf16.Decode(units[e.Offset : e.Offset+min(e.Length, 2*maxName)]))
		}
		l.put(e.URL, e.URL, words)
	}
	return l.all
}
