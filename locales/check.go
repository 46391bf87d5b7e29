package locales

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"visnyk/bot"
)

var (
	action      = regexp.MustCompile(`\{\{.*?\}\}`)
	placeholder = regexp.MustCompile(`^\{\{\s*\.([A-Z][A-Za-z]*)\s*\}\}$`)
)

// Check tells everything that is wrong with the texts: a key that is used and
// does not exist, or exists and is not used, those of faults apart; a key, a plural form or a
// placeholder that one language has and another has not.
func (b *Bundle) Check(used []string) error {
	var errs []error
	complain := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	exists := b.Keys()
	for _, k := range slices.Compact(slices.Sorted(slices.Values(used))) {
		if !slices.Contains(exists, k) {
			complain("text %q is used and does not exist", k)
		}
	}
	for _, k := range exists {
		if !slices.Contains(used, k) && !strings.HasPrefix(k, faultKey("")) {
			complain("text %q exists and is not used", k)
		}
		first := bot.Languages()[0]
		for _, l := range bot.Languages() {
			m := b.message(l, k)
			if m == nil {
				complain("text %q is missing in %q", k, l)
				continue
			}
			if err := wellFormed(m); err != nil {
				complain("text %q in %q: %w", k, l, err)
			}
			other := b.message(first, k)
			if other == nil {
				continue
			}
			if counted(m) != counted(other) {
				complain("text %q has plural forms in one language only", k)
			}
			if got, want := placeholders(m), placeholders(other); !slices.Equal(got, want) {
				complain("text %q has placeholders %v in %q and %v in %q", k, got, l, want, first)
			}
		}
	}
	return errors.Join(errs...)
}

// counted reports whether the text has plural forms.
func counted(m *i18n.Message) bool { return m.One != "" || m.Few != "" || m.Many != "" }

// wellFormed looks at one text alone. A counted text needs all the forms that
// both our languages have; forms of the same text say the same things.
func wellFormed(m *i18n.Message) error {
	if strings.TrimSpace(m.Other) == "" {
		return errors.New("it is empty")
	}
	if m.Zero != "" || m.Two != "" {
		return errors.New("our languages have no such plural form")
	}
	for _, f := range forms(m) {
		if counted(m) && strings.TrimSpace(f) == "" {
			return errors.New("it needs one, few, many and other")
		}
		for _, a := range action.FindAllString(f, -1) {
			if !placeholder.MatchString(a) {
				return fmt.Errorf("%q is not a placeholder", a)
			}
		}
		if counted(m) && !slices.Equal(names(f), placeholders(m)) {
			return errors.New("its plural forms have different placeholders")
		}
	}
	return nil
}

func forms(m *i18n.Message) []string {
	if !counted(m) {
		return []string{m.Other}
	}
	return []string{m.One, m.Few, m.Many, m.Other}
}

// placeholders returns the names in any form of the text, sorted.
func placeholders(m *i18n.Message) []string {
	return names(strings.Join(forms(m), " "))
}

func names(s string) []string {
	set := map[string]bool{}
	for _, a := range action.FindAllString(s, -1) {
		if n := placeholder.FindStringSubmatch(a); n != nil {
			set[n[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}
