// Package locales holds every word of our own that a customer or a colleague
// reads, in Ukrainian and Russian, the way dates are written in both, and the guess at
// the language of a text.
//
// Approved content (articles, changes) is not here, and nothing falls back from
// one language to the other: a missing text is an error.
package locales

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"

	"visnyk/bot"
)

// What customers read stands in active, what staff read in the others: the faults
// in staff, and the words of each section of the console in a pair of its own.
//
//go:embed *.toml
var files embed.FS

// Bundle is all our texts. It never changes after New and may be used by many
// goroutines at once.
type Bundle struct {
	texts      map[bot.Language]map[string]*i18n.Message
	localizers map[bot.Language]*i18n.Localizer
	parser     template.Parser
}

// New returns the texts that are built into the program. They are read once: nothing
// changes them.
func New() (*Bundle, error) { return builtIn() }

var builtIn = sync.OnceValues(func() (*Bundle, error) {
	sources := map[bot.Language][]byte{}
	for _, l := range bot.Languages() {
		names, err := fs.Glob(files, "*."+string(l)+".toml")
		if err != nil {
			return nil, fmt.Errorf("texts of %q: %w", l, err)
		}
		for _, name := range names {
			src, err := files.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("texts of %q: %w", l, err)
			}
			sources[l] = append(sources[l], src...)
		}
	}
	return load(sources)
})

// load reads the texts of each language from TOML.
func load(sources map[bot.Language][]byte) (*Bundle, error) {
	all := i18n.NewBundle(language.Ukrainian)
	all.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	b := &Bundle{
		texts:      map[bot.Language]map[string]*i18n.Message{},
		localizers: map[bot.Language]*i18n.Localizer{},
		parser:     &template.TextParser{Option: "missingkey=error"},
	}
	for _, l := range bot.Languages() {
		f, err := all.ParseMessageFileBytes(sources[l], "active."+string(l)+".toml")
		if err != nil {
			return nil, fmt.Errorf("texts of %q: %w", l, err)
		}
		b.texts[l] = map[string]*i18n.Message{}
		for _, m := range f.Messages {
			b.texts[l][m.ID] = m
		}
		b.localizers[l] = i18n.NewLocalizer(all, string(l))
	}
	return b, nil
}

// ErrAbsent says that a text does not exist in the language asked for.
var ErrAbsent = errors.New("no such text")

// Text returns the text of a key in language l. Its placeholders take their
// values from data, as they are; count, when given, chooses the plural form and
// is also the value of {{.Count}}, as Number writes it. In Ukrainian the value of "Person" is put
// into the vocative. An absent key is ErrAbsent; a missing value is an error.
func (b *Bundle) Text(l bot.Language, key string, data map[string]any, count *int) (string, error) {
	m, ok := b.texts[l][key]
	if !ok {
		return "", fmt.Errorf("text %q in %q: %w", key, l, ErrAbsent)
	}
	if counted(m) != (count != nil) {
		return "", fmt.Errorf("text %q in %q: plural forms and a count go together", key, l)
	}
	if count == nil && !strings.Contains(m.Other, "{{") { // most have nothing to fill in
		return m.Other, nil
	}
	values := maps.Clone(data)
	if values == nil {
		values = map[string]any{}
	}
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: values, TemplateParser: b.parser}
	if count != nil {
		values["Count"], config.PluralCount = Number(*count), *count
	}
	if name, ok := values["Person"].(string); ok && l == bot.Ukrainian {
		values["Person"] = Vocative(name)
	}
	s, err := b.localizers[l].Localize(config)
	if err != nil {
		return "", fmt.Errorf("text %q in %q: %w", key, l, err)
	}
	return s, nil
}

// Number writes a number as people do: 4 218.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// faultKey is the key of a fault's words.
func faultKey(c bot.FaultCode) string { return "fault." + string(c) }

// Fault returns what is wrong in language l, as a sentence; its field is named
// beside it.
func (b *Bundle) Fault(l bot.Language, f bot.Fault) (string, error) {
	data := map[string]any{}
	for name, value := range f.Data {
		data[name] = bot.Shown(value)
	}
	if name, err := b.Text(l, fmt.Sprintf("channel.%v", f.Data["Channel"]), nil, nil); err == nil { // as people call it
		data["Channel"] = name
	}
	return b.Text(l, faultKey(f.Code), data, nil)
}

// Keys returns every key that exists in any language, sorted.
func (b *Bundle) Keys() []string {
	keys := map[string]bool{}
	for _, texts := range b.texts {
		for k := range texts {
			keys[k] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
