package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// dictionary is a Hunspell dictionary: words, and the affixes that make their forms.
type dictionary struct {
	words []string // "word/FLAGS", as its .dic lists them
	rules map[rune][]rule
	cross map[rune]bool // the affixes that go together with those of the other end
}

// rule makes one form of a word: what is cut off, what is put there instead, and
// the words it holds for.
type rule struct {
	prefix    bool
	cut, put  string
	condition []letters // what the word begins or ends with
}

// letters are those that may stand at a place, or must not.
type letters struct {
	set string
	not bool
}

// readDictionary reads name.dic and name.aff. It understands what the Ukrainian
// and the Russian dictionary need: UTF-8, flags of one character, and affixes that
// carry no flags of their own.
func readDictionary(name string) (dictionary, error) {
	d := dictionary{rules: map[rune][]rule{}, cross: map[rune]bool{}}
	err := eachLine(name+".aff", func(line string) error {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] != "SFX" && f[0] != "PFX" {
			return nil
		}
		flag := []rune(f[1])[0]
		if len(f) == 4 {
			d.cross[flag] = f[2] == "Y"
			return nil
		}
		r := rule{prefix: f[0] == "PFX", cut: strings.TrimSuffix(f[2], "0"), put: strings.TrimSuffix(f[3], "0"), condition: condition(f[4])}
		d.rules[flag] = append(d.rules[flag], r)
		return nil
	})
	if err != nil {
		return d, err
	}
	err = eachLine(name+".dic", func(line string) error {
		if line, _, _ = strings.Cut(line, " "); line != "" && strings.Trim(line, "0123456789") != "" {
			d.words = append(d.words, line)
		}
		return nil
	})
	return d, err
}

// eachForm calls f with every form of every word, some of them more than once.
func (d dictionary) eachForm(f func(form string)) {
	for _, entry := range d.words {
		word, flags, _ := strings.Cut(entry, "/")
		f(word)
		var prefixes []rule
		for _, flag := range flags {
			for _, r := range d.rules[flag] {
				if r.prefix && d.cross[flag] {
					prefixes = append(prefixes, r)
				}
			}
		}
		for _, flag := range flags {
			for _, r := range d.rules[flag] {
				form, ok := r.apply(word)
				if !ok {
					continue
				}
				f(form)
				if r.prefix || !d.cross[flag] {
					continue
				}
				for _, p := range prefixes {
					if both, ok := p.apply(form); ok {
						f(both)
					}
				}
			}
		}
	}
}

// apply returns the form that the rule makes of the word, if it holds for it.
func (r rule) apply(word string) (string, bool) {
	if !r.holds(word) {
		return "", false
	}
	if r.prefix {
		rest, ok := strings.CutPrefix(word, r.cut)
		return r.put + rest, ok
	}
	rest, ok := strings.CutSuffix(word, r.cut)
	return rest + r.put, ok
}

// holds reports whether the word is one that the rule is for.
func (r rule) holds(word string) bool {
	for i := range r.condition {
		at := i
		if !r.prefix {
			at = len(r.condition) - 1 - i
		}
		var letter rune
		var size int
		if r.prefix {
			letter, size = utf8.DecodeRuneInString(word)
			word = word[size:]
		} else {
			letter, size = utf8.DecodeLastRuneInString(word)
			word = word[:len(word)-size]
		}
		if l := r.condition[at]; size == 0 || strings.ContainsRune(l.set, letter) == l.not {
			return false
		}
	}
	return true
}

// condition reads what a rule holds for: a letter, or several in brackets, for each
// place.
func condition(text string) (all []letters) {
	for text != "" && text != "." {
		_, size := utf8.DecodeRuneInString(text)
		l := letters{set: text[:size]}
		if inside, rest, ok := strings.Cut(text, "]"); text[0] == '[' && ok {
			l.set, l.not = strings.CutPrefix(inside[1:], "^")
			size = len(text) - len(rest)
		}
		all, text = append(all, l), text[size:]
	}
	return all
}

func eachLine(name string, f func(line string) error) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%w: install the dictionaries (apt-get install hunspell-uk hunspell-ru), or name others", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if err := f(strings.TrimSpace(lines.Text())); err != nil {
			return err
		}
	}
	return lines.Err()
}
