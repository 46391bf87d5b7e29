package changes

import (
	"unicode/utf16"

	"visnyk/bot"
	"visnyk/bot/clarity"
	"visnyk/bot/console"
	"visnyk/storage"
)

// findings are what the check of a sheet found, by field and language.
type findings struct {
	by   map[string][]foundView
	open int
}

// foundView is one of them.
type foundView struct {
	Key   string
	About foundKey
	Words string
	// Start and End are where it stands, as a module counts; both 0: it is about the
	// whole.
	Start, End int
	At         anchor // the id of the field
	Stops      bool
	Again      bool // the one before it is to be mended the same way
	Accepted   bool
	Why, Who   string
}

func (f findings) of(field string, l bot.Language) []foundView { return f.by[field+"/"+string(l)] }

// found checks the words of the sheet. What was accepted stands behind what was not.
func (p pages) found(v *console.Visit, id string, c bot.Change) (findings, error) {
	c.ID = id
	found, err := p.Changes().Found(v.Ctx(), v.Actor, c, p.Zone)
	if err != nil {
		return findings{}, err
	}
	all := findings{by: map[string][]foundView{}}
	texts := textsOf(c)
	for _, f := range found {
		if f.Accepted == nil {
			all.open++
			all.add(f.Finding, texts, storage.AcceptedFinding{}, "")
		}
	}
	for _, f := range found {
		if a := f.Accepted; a != nil {
			all.add(f.Finding, texts, *a, p.Name(v.Ctx(), a.User))
		}
	}
	return all, nil
}

func (f findings) add(one clarity.Finding, texts map[string]bot.Bilingual, a storage.AcceptedFinding, who string) {
	key := one.Field + "/" + string(one.Language)
	view := foundView{
		Key: one.Key(), About: foundOf(one.Code, one.Reason), Words: short(one.Words), At: idOf(one.Field) + anchor("-"+one.Language), Stops: one.Stops(),
		Accepted: a.Finding != "", Why: a.Reason, Who: who,
	}
	if text := texts[one.Field].In(one.Language); one.End > 0 && one.End <= len(text) {
		view.Start = units(text[:one.Start])
		view.End = view.Start + units(text[one.Start:one.End])
	}
	for _, is := range f.by[key] { // the same words twice are accepted together, and shown once
		if is.Key == view.Key {
			return
		}
	}
	if n := len(f.by[key]); n > 0 {
		view.Again = f.by[key][n-1].About == view.About
	}
	f.by[key] = append(f.by[key], view)
}

// shortest is how much of the words of a finding it names, in characters.
const shortest = 60

func short(words string) string {
	if all := []rune(words); len(all) > shortest {
		return string(all[:shortest]) + "…"
	}
	return words
}

// units counts a text as a browser does.
func units(text string) int { return len(utf16.Encode([]rune(text))) }
