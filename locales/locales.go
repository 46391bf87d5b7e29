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
	plain      map[bot.Language]map[string]string        // texts with nothing to fill in, as most are
	formed     map[bot.Language]map[string]*i18n.Message // the others
	localizers map[bot.Language]*i18n.Localizer          // which know those alone
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
	b := &Bundle{
		plain:      map[bot.Language]map[string]string{},
		formed:     map[bot.Language]map[string]*i18n.Message{},
		localizers: map[bot.Language]*i18n.Localizer{},
		parser:     &template.TextParser{Option: "missingkey=error"},
	}
	for _, l := range bot.Languages() {
		messages, err := i18n.ParseMessageBytes(sources[l], toml.Unmarshal)
		if err != nil {
			return nil, fmt.Errorf("texts of %q: %w", l, err)
		}
		b.plain[l], b.formed[l] = map[string]string{}, map[string]*i18n.Message{}
		for _, m := range messages {
			if !counted(m) && !strings.Contains(m.Other, "{{") {
				b.plain[l][m.ID] = m.Other
				continue
			}
			b.formed[l][m.ID] = m
			if err := all.AddMessages(language.Make(string(l)), m); err != nil {
				return nil, fmt.Errorf("text %q in %q: %w", m.ID, l, err)
			}
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
	text, plain := b.plain[l][key]
	m := b.formed[l][key]
	if !plain && m == nil {
		return "", fmt.Errorf("text %q in %q: %w", key, l, ErrAbsent)
	}
	if (m != nil && counted(m)) != (count != nil) {
		return "", fmt.Errorf("text %q in %q: plural forms and a count go together", key, l)
	}
	if plain {
		return text, nil
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
	var keys []string
	for _, l := range bot.Languages() {
		keys = slices.AppendSeq(slices.AppendSeq(keys, maps.Keys(b.plain[l])), maps.Keys(b.formed[l]))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// message returns the text of a key in language l with its forms; nil when it is absent.
func (b *Bundle) message(l bot.Language, key string) *i18n.Message {
	if text, plain := b.plain[l][key]; plain {
		return &i18n.Message{ID: key, Other: text}
	}
	return b.formed[l][key]
}
