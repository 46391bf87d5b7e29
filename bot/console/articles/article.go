package articles

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/editor"
	"visnyk/storage"
)

// article shows the article.
func (p pages) article(v *console.Visit) error {
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
	return v.Page(http.StatusOK, "article", page)
}

// page lays out an article as the reader has it before them.
func (p pages) page(v *console.Visit, m mineView, faults console.Faults) (page articlePage, err error) {
	head, err := p.head(v, m.Is, "article")
	if err != nil {
		return page, err
	}
	shown := m.Shown
	head.Title, head.Blanks = titleOf(v, shown), blanksOf(shown)
	head.Moves = moves(v, m.Is, head.Blanks)
	page = articlePage{Head: head}
	if page.View, err = p.writing().View(v, m, faults); err != nil {
		return page, err
	}
	warn := p.Articles().Warnings
	if m.Quick {
		warn = p.Articles().QuickWarnings
	}
	warnings, err := warn(v.Ctx(), v.Actor, shown)
	if err != nil {
		return page, err
	}
	found := p.warned(v, &page, warnings)
	page.Words = texts(shown, faults, found)
	if page.Changes, err = p.changes(v, shown.Change); err != nil {
		return page, err
	}
	page.Spans = append(page.Spans, spanView{"", "own", shown.Span == ""})
	for _, s := range bot.ArticleSpans() {
		page.Spans = append(page.Spans, spanView{string(s), spanKey(s), shown.Span == s})
	}
	page.Facts = []factView{p.fact("valid_from", shown.From, faults), p.fact("valid_to", shown.Until, faults)}
	if shown.Replaces != "" {
		page.Replaces = p.other(v, shown.Replaces)
	}
	if err := p.askers(v, &page, m); err != nil {
		return page, err
	}
	return page, p.offers(v, &page, shown, m.Quick)
}

// head is what stands above the pages of the article.
func (p pages) head(v *console.Visit, is bot.Article, here tabKey) (headView, error) {
	head := headView{
		ID: is.ID, Title: titleOf(v, is), State: stateOf(is.State), Version: is.Version, Note: is.Note, Here: here, Change: is.Change,
		Edits: v.Actor.May(bot.WriteContent) && is.State == bot.ArticleDraft, Valid: validKey(editor.ValidityOf(is, time.Now())), From: is.From, Until: is.Until,
	}
	if is.State != bot.ArticleDraft {
		head.Note = ""
	}
	versions, err := p.Articles().Versions(v.Ctx(), v.Actor, is.ID)
	if err != nil {
		return head, err
	}
	head.By, head.At = p.Name(v.Ctx(), versions[0].User), versions[0].At
	if is.Change != "" && p.Changes() != nil {
		sheet, err := p.Changes().Read(v.Ctx(), v.Actor, is.Change)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return head, err
		}
		head.ChangeTitle, head.Silent = strings.TrimSpace(sheet.Title.In(v.Lang)), sheet.InForce == 0 && !sheet.Public()
	}
	return head, nil
}

func blanksOf(a bot.Article) (all []string) {
	for _, wrong := range editor.Unfilled(a) {
		blanks, _ := wrong.Data["Blanks"].([]string)
		for _, b := range blanks {
			if !slices.Contains(all, b) {
				all = append(all, b)
			}
		}
	}
	return all
}

// moves are what may be made of the article, beside what one presses in its form.
func moves(v *console.Visit, is bot.Article, blanks []string) (all []moveView) {
	writes, approves := v.Actor.May(bot.WriteContent), v.Actor.May(bot.ApproveContent)
	if approves && (is.State == bot.ArticleReview || is.State == bot.ArticleDraft && !writes) {
		m := moveView{Name: "approve", Main: true}
		if len(blanks) > 0 {
			m.Why = "articles.blanks_why"
		}
		all = append(all, m)
	}
	if is.State == bot.ArticleReview && approves {
		all = append(all, moveView{Name: "return", Notes: true})
	}
	if is.State == bot.ArticleReview && writes {
		all = append(all, moveView{Name: "recall"})
	}
	if is.State == bot.ArticleApproved && writes {
		all = append(all, moveView{Name: "retire"})
	}
	return all
}

// texts are the texts of an article. found is what is to be looked at in each.
func texts(a bot.Article, faults console.Faults, found map[string][]string) []wordsView {
	one := func(name fieldKey, uk, ru string, rows int) wordsView {
		id := anchor("at-" + name)
		fault := faults[string(name)]
		return wordsView{
			Name: name, UK: uk, RU: ru, Lines: rows, Fault: fault, ID: id, UKID: id + "-uk", RUID: id + "-ru",
			FoundUK: found[string(name)+".uk"], FoundRU: found[string(name)+".ru"],
		}
	}
	list := func(name fieldKey, all bot.Aliases) wordsView {
		return one(name, strings.Join(all.UK, "\n"), strings.Join(all.RU, "\n"), 3)
	}
	return []wordsView{
		one("question", a.Question.UK, a.Question.RU, 1), one("answer", a.Answer.UK, a.Answer.RU, 5),
		list("aliases", a.Aliases), list("negatives", a.Negatives),
	}
}

func (p pages) fact(name fieldKey, at time.Time, faults console.Faults) factView {
	return factView{Name: name, Value: bot.Wall(at, p.Zone), Shown: at, Fault: faults[string(name)], ID: anchor("at-" + strings.ReplaceAll(string(name), "_", "-"))}
}

// other names another article.
func (p pages) other(v *console.Visit, id string) *otherView {
	a, err := p.Articles().Read(v.Ctx(), v.Actor, id)
	if err != nil { // its name is not worth the page
		return &otherView{id, id}
	}
	return &otherView{id, titleOf(v, a)}
}

// warned puts what is to be looked at where it stands: beside a text, by its field, or
// beside the whole.
func (p pages) warned(v *console.Visit, page *articlePage, warnings []editor.Warning) map[string][]string {
	by := map[string][]string{}
	for _, w := range warnings {
		if w.Article != "" {
			other := p.other(v, w.Article)
			page.Warnings = append(page.Warnings, warningView{words(v, w, "«"+other.Title+"»"), other})
			continue
		}
		words := words(v, w, "")
		field, lang, _ := strings.Cut(w.Field, ".")
		if !slices.Contains(fields(), fieldKey(field)) || lang == "" {
			page.Warnings = append(page.Warnings, warningView{Words: words})
			continue
		}
		by[w.Field] = append(by[w.Field], words)
	}
	return by
}

// words says what is to be looked at; other is what another article that it speaks of is
// called.
func words(v *console.Visit, w editor.Warning, other string) string {
	if w.Code == bot.WarnNoPhrase {
		return v.T("articles.no_phrase")
	}
	f := w.Fault
	f.Field, f.Data = "", maps.Clone(f.Data)
	if blanks, ok := f.Data["Blanks"].([]string); ok {
		f.Data["Blanks"] = strings.Join(blanks, ", ")
	}
	if _, ok := f.Data["Other"]; ok {
		f.Data["Other"] = other
	}
	faults, _ := v.Faults(&bot.InvalidError{Faults: []bot.Fault{f}})
	return faults[""]
}

// offers adds the wordings that people and starter bases have for it.
func (p pages) offers(v *console.Visit, page *articlePage, a bot.Article, quick bool) error {
	if !quick && v.Actor.May(bot.ReadQuestions) {
		offers, err := p.Articles().Suggestions(v.Ctx(), v.Actor, a.ID)
		if err != nil {
			return err
		}
		for _, o := range offers {
			page.Offers = append(page.Offers, offerView{o.ID, o.Phrase, o.Language, o.People, o.Found})
		}
	}
	if !page.Head.Edits {
		return nil
	}
	near, err := p.Articles().Wordings(v.Ctx(), v.Actor, a)
	if err != nil {
		return err
	}
	for _, l := range bot.Languages() {
		for _, phrase := range near.In(l) {
			page.Offered = append(page.Offered, offeredView{string(l) + " " + phrase, phrase, l, len(page.Offered)})
		}
	}
	return nil
}
