package telegramtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Entity is one styled run of a text, in UTF-16 units.
type Entity struct {
	Tag            string
	Argument       string // an address, a language, a class
	Offset, Length int
}

// ParseHTML reads a message as the real server does (tdlib's parse_html) and
// gives the text without its tags. The errors are the server's own words.
func ParseHTML(src string) (string, []Entity, error) {
	p := parser{src: src}
	if err := p.run(); err != nil {
		return "", nil, err
	}
	return p.out.String(), p.entities, nil
}

type parser struct {
	src      string
	at       int
	out      strings.Builder
	units    int // UTF-16 units written
	open     []opened
	entities []Entity
}

type opened struct {
	tag, argument string
	offset        int
}

func tags() []string {
	return []string{
		"a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "tg-spoiler", "tg-emoji", "tg-time",
		"span", "pre", "code", "blockquote",
	}
}

// peek returns the byte at the place, 0 past the end.
func (p *parser) peek() byte {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func space(b byte) bool {
	return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == '\v' || b == 0
}

func (p *parser) skipSpace() {
	for p.at < len(p.src) && space(p.peek()) {
		p.at++
	}
}

func (p *parser) run() error {
	for p.at < len(p.src) {
		var err error
		switch p.peek() {
		case '&':
			if r := p.entity(); r != 0 {
				p.put(r)
				continue
			}
			p.put('&')
			p.at++
		case '<':
			begin := p.at
			p.at++
			if p.peek() == '/' {
				err = p.endTag(begin)
			} else {
				err = p.startTag(begin)
			}
		default:
			r, n := utf8.DecodeRuneInString(p.src[p.at:])
			p.put(r)
			p.at += n
		}
		if err != nil {
			return err
		}
	}
	if n := len(p.open); n > 0 {
		return fmt.Errorf("Can't find end tag corresponding to start tag %q", p.open[n-1].tag)
	}
	return nil
}

func (p *parser) put(r rune) {
	p.out.WriteRune(r)
	p.units++
	if r > 0xffff {
		p.units++
	}
}

func (p *parser) startTag(begin int) error {
	for !space(p.peek()) && p.peek() != '>' {
		p.at++
	}
	if p.at >= len(p.src) {
		return fmt.Errorf("Unclosed start tag at byte offset %d", begin)
	}
	tag := strings.ToLower(p.src[begin+1 : p.at])
	if !slices.Contains(tags(), tag) {
		return fmt.Errorf("Unsupported start tag %q at byte offset %d", tag, begin)
	}
	argument, err := p.attributes(tag, begin)
	if err != nil {
		return err
	}
	if tag == "span" && argument != "tg-spoiler" {
		return fmt.Errorf(`Tag "span" must have class "tg-spoiler" at byte offset %d`, begin)
	}
	p.open = append(p.open, opened{tag, argument, p.units})
	return nil
}

// attributes reads up to the > and gives the argument that counts for the tag.
func (p *parser) attributes(tag string, begin int) (argument string, err error) {
	unclosed := fmt.Errorf("Unclosed start tag at byte offset %d", begin)
	for p.peek() != '>' {
		p.skipSpace()
		if p.peek() == '>' {
			break
		}
		from := p.at
		for !space(p.peek()) && p.peek() != '=' && p.peek() != '>' {
			p.at++
		}
		name := strings.ToLower(p.src[from:p.at])
		if p.at >= len(p.src) {
			return "", unclosed
		}
		if name == "" {
			return "", fmt.Errorf("Empty attribute name in the tag %q at byte offset %d", tag, begin)
		}
		p.skipSpace()
		if p.peek() != '=' {
			if tag == "blockquote" && name == "expandable" {
				argument = "expandable"
				continue
			}
			return "", fmt.Errorf("Expected equal sign in declaration of an attribute of the tag %q at byte offset %d", tag, begin)
		}
		p.at++
		p.skipSpace()
		value, err := p.value()
		if err != nil {
			return "", err
		}
		if p.at >= len(p.src) {
			return "", unclosed
		}
		if (tag == "a" && name == "href") || ((tag == "code" || tag == "span") && name == "class") || tag == "tg-emoji" {
			argument = value
		}
	}
	p.at++
	return argument, nil
}

// value reads an attribute's value.
func (p *parser) value() (string, error) {
	quote := p.peek()
	if quote != '"' && quote != '\'' {
		from := p.at
		for b := p.peek(); b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '-'; b = p.peek() {
			p.at++
		}
		if !space(p.peek()) && p.peek() != '>' {
			return "", fmt.Errorf("Unexpected end of name token at byte offset %d", from)
		}
		return strings.ToLower(p.src[from:p.at]), nil
	}
	p.at++
	var out strings.Builder
	for p.at < len(p.src) && p.peek() != quote {
		if p.peek() == '&' {
			if r := p.entity(); r != 0 {
				out.WriteRune(r)
				continue
			}
		}
		out.WriteByte(p.peek())
		p.at++
	}
	if p.at < len(p.src) {
		p.at++
	}
	return out.String(), nil
}

func (p *parser) endTag(begin int) error {
	if len(p.open) == 0 {
		return fmt.Errorf("Unexpected end tag at byte offset %d", begin)
	}
	for !space(p.peek()) && p.peek() != '>' {
		p.at++
	}
	name := strings.ToLower(p.src[begin+2 : p.at])
	p.skipSpace()
	if p.peek() != '>' {
		return fmt.Errorf("Unclosed end tag at byte offset %d", begin)
	}
	p.at++
	last := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	if name != "" && name != last.tag {
		return fmt.Errorf(`Unmatched end tag at byte offset %d, expected "</%s>", found "</%s>"`, begin, last.tag, name)
	}
	if p.units > last.offset {
		p.entities = append(p.entities, Entity{last.tag, last.argument, last.offset, p.units - last.offset})
	}
	return nil
}

// entity reads a character reference; 0, without moving, when it is none the
// server knows.
func (p *parser) entity() rune {
	rest := p.src[p.at+1:]
	var r rune
	end := 0
	if digits, ok := strings.CutPrefix(rest, "#"); ok {
		base, end0 := rune(10), 1
		if strings.HasPrefix(digits, "x") {
			base, end0, digits = 16, 2, digits[1:]
		}
		n := 0
		for n < len(digits) && n < 9 {
			d := strings.IndexByte("0123456789abcdef", digits[n]|0x20)
			if digits[n] >= '0' && digits[n] <= '9' {
				d = int(digits[n] - '0')
			}
			if d < 0 || rune(d) >= base {
				break
			}
			r = r*base + rune(d)
			n++
			if r > 0x10ffff {
				return 0
			}
		}
		end = end0 + n
		if r == 0 || r >= 0x10ffff || end >= 9 {
			return 0
		}
	} else {
		for end < len(rest) && (rest[end]|0x20 >= 'a' && rest[end]|0x20 <= 'z') {
			end++
		}
		r = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}[rest[:end]]
		if r == 0 {
			return 0
		}
	}
	if end < len(rest) && rest[end] == ';' {
		end++
	}
	p.at += 1 + end
	return r
}

// checkText applies the limits of a text or caption and gives what is seen of
// it: the server's words for what is wrong, if anything is.
func checkText(src, mode string, limit int, tooLong string) (string, error) {
	if !utf8.ValidString(src) {
		return "", errors.New("strings must be encoded in UTF-8")
	}
	if len(src) > 32768 {
		return "", errors.New("text is too long")
	}
	text := src
	switch strings.ToLower(mode) {
	case "":
	case "html":
		var err error
		if text, _, err = ParseHTML(src); err != nil {
			return "", fmt.Errorf("can't parse entities: %w", err)
		}
	default:
		return "", errors.New("unsupported parse_mode")
	}
	if text = tidy(text); units(text) > limit {
		return "", errors.New(tooLong)
	}
	return text, nil
}

// tidy does to a text what the server does before it keeps it.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r >= 0x2028 && r <= 0x202e:
			return -1
		case r < ' ' && r != '\n' && r != '\t':
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// units counts UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
