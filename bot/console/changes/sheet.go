package changes

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// sheet shows the fact sheet.
func (p pages) sheet(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	page, err := p.page(v, m, nil)
	if err != nil {
		return err
	}
	page.Head.Done = deedOf(q.Done)
	return v.Page(http.StatusOK, "sheet", page)
}

// read reads the change that the address names.
func (p pages) read(v *console.Visit) (storage.Sheet, error) {
	changes := p.Changes()
	if changes == nil {
		return storage.Sheet{}, console.ErrAway
	}
	return changes.Read(v.Ctx(), v.Actor, v.Param("id"))
}

// page lays out a sheet as the reader has it before them.
func (p pages) page(v *console.Visit, m mineView, faults console.Faults) (page sheetPage, err error) {
	is, shown := m.Is, change.Grouped(m.Shown)
	found, err := p.found(v, is.ID, shown)
	if err != nil {
		return page, err
	}
	head := p.head(v, is, "sheet")
	head.Title, head.Open = titleOf(v, shown), found.open
	head.Unready = unready(shown)
	page = sheetPage{Head: head, Edits: head.Edits, Next: next(v, is)}
	if page.View, err = p.writing().View(v, m, faults); err != nil {
		return page, err
	}
	l := layout{v: v, p: p, found: found, faults: faults, corrects: is.InForce != 0, edits: head.Edits}
	if head.State == stateOf(bot.ChangeDraft) || head.State == stateOf(bot.ChangeReview) {
		shown.ID = is.ID
		if l.notes, err = p.notes(v, shown); err != nil {
			return page, err
		}
	}
	if head.Edits {
		written := is
		written.Change = shown
		if l.lacks, err = p.Changes().Lacks(v.Ctx(), v.Actor, written); err != nil {
			return page, err
		}
	}
	page.Head.Noted = openNotes(l.notes)
	page.Words = l.texts(shown)
	page.Facts = l.facts(shown)
	page.Others = l.others(shown)
	if page.Lists, err = l.lists(shown); err != nil {
		return page, err
	}
	page.Head.Long = page.tooLong()
	page.Head.Submits = head.Edits && len(head.Unready) == 0 && len(page.Head.Long) == 0
	for _, k := range bot.ChangeKinds() {
		page.Kinds = append(page.Kinds, choiceView{string(k), textKey("changes.kind." + k), "", k == shown.Kind})
	}
	for _, level := range bot.ChangeLevels() {
		page.Levels = append(page.Levels, choiceView{string(level), textKey("changes.level." + levelOf(level)), "", level == shown.AtLevel()})
	}
	return page, nil
}

// tooLong are the texts that no version can hold.
func (page sheetPage) tooLong() (all []missingView) {
	add := func(nr int, name fieldKey, words []wordsView) {
		for _, w := range words {
			if w.RoomUK.Over > 0 || w.RoomRU.Over > 0 {
				all = append(all, missingView{cmp.Or(name, w.Name), nr, w.ID})
			}
		}
	}
	add(0, "", page.Words)
	for _, list := range page.Lists {
		for _, row := range list.Rows {
			add(row.Nr, list.Name, row.Words)
		}
	}
	add(0, "", page.Others)
	return all
}

// head is what stands above the pages of the change.
func (p pages) head(v *console.Visit, is storage.Sheet, here pageKey) headView {
	return headView{
		ID: is.ID, Title: titleOf(v, is.Change), State: stateIn(is), Version: is.Version, Told: is.InForce, Note: change.NoteIn(v.Lang, is.Note), Here: here,
		Edits: v.Actor.May(bot.WriteContent) && is.State == bot.ChangeDraft, By: p.Name(v.Ctx(), is.Editor), At: is.Made, Ahead: ahead(v, is, here),
	}
}

func titleOf(v *console.Visit, c bot.Change) string {
	return cmp.Or(strings.TrimSpace(c.Title.In(v.Lang)), strings.TrimSpace(c.Title.UK), strings.TrimSpace(c.Title.RU))
}

// unready says what keeps the change from being submitted, each field once.
func unready(c bot.Change) (all []missingView) {
	for _, field := range change.Unready(c) {
		m := missingView{Name: fieldKey(field), ID: idOf(field)}
		if parts := strings.Split(field, "/"); len(parts) > 1 {
			n, _ := strconv.Atoi(parts[1])
			m = missingView{fieldKey(parts[0]), n + 1, idOf(field)}
		}
		if !slices.Contains(fields(), m.Name) {
			m.Name = "what"
		}
		if !slices.ContainsFunc(all, func(other missingView) bool { return other.Name == m.Name && other.Nr == m.Nr }) {
			all = append(all, m)
		}
	}
	return all
}

// idOf is where a field stands on the page.
func idOf(field string) anchor { return anchor("at-" + strings.ReplaceAll(field, "/", "-")) }
