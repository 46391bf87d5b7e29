package bot

import "strings"

// CompanySetting is the setting with the company's name as customers read it in
// language l; Company makes of both what to say.
func CompanySetting(l Language) string { return "company.name." + string(l) }

// CompanyMost is how many characters a company's name has at most: it stands in a
// sentence and at the head of a page.
const CompanyMost = 60

// Company returns the company's name from what is set for each language. Names are
// rarely translated: one that is set for one language alone is the other's too. The
// zero value where none is set.
func Company(set map[Language]string) Bilingual {
	uk, ru := strings.TrimSpace(set[Ukrainian]), strings.TrimSpace(set[Russian])
	if uk == "" {
		uk = ru
	}
	if ru == "" {
		ru = uk
	}
	return Bilingual{UK: uk, RU: ru}
}

// Quoted returns the words as they stand within «»: quotation marks of their own
// become inner ones, and those around all of them go.
func (w Bilingual) Quoted() Bilingual { return Bilingual{UK: quoted(w.UK), RU: quoted(w.RU)} }

var innerMarks = strings.NewReplacer("«", "„", "»", "“", "”", "“")

func quoted(s string) string {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "«"); ok {
		if inner, ok = strings.CutSuffix(inner, "»"); ok && !strings.ContainsAny(inner, "«»") {
			s = inner
		}
	}
	s = innerMarks.Replace(s)
	open := false
	return strings.Map(func(r rune) rune {
		if r != '"' {
			return r
		}
		if open = !open; open {
			return '„'
		}
		return '“'
	}, s)
}
