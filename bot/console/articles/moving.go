package articles

import (
	"net/http"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/editor"
	"visnyk/locales"
)

// create makes a draft: an empty one, from the words in which people asked, or in the
// place of another article. What nobody has written yet is a blank.
func (p pages) create(v *console.Visit) error {
	var form struct {
		Wordings []string `form:"wording"`
		Change   string   `form:"change"`
		Replaces string   `form:"replaces"`
		Span     string   `form:"span"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	articles := p.Articles()
	if articles == nil {
		return console.ErrAway
	}
	draft := worded(v, form.Wordings)
	if form.Replaces != "" {
		was, err := articles.Read(v.Ctx(), v.Actor, form.Replaces)
		if err != nil {
			return err
		}
		draft = bot.Article{Question: was.Question, Answer: was.Answer, Aliases: was.Aliases, Negatives: was.Negatives, Replaces: was.ID}
	}
	if form.Change != "" {
		draft.Change, draft.Span = form.Change, bot.ArticleSpan(form.Span)
	}
	made, err := articles.Create(v.Ctx(), v.Actor, draft)
	if err != nil {
		return err
	}
	return v.See("/articles/" + made.ID + "?done=made")
}

// worded is a draft of what people asked: the first wording of a language is its question,
// the others are how else it is asked.
func worded(v *console.Visit, wordings []string) (a bot.Article) {
	for _, text := range wordings {
		text = editor.Wording(text)
		l, _ := locales.Detect(text)
		if text == "" {
			continue
		}
		if !l.Known() {
			l = v.Lang
		}
		switch {
		case a.Question.In(l) != "":
			a.Aliases = a.Aliases.With(l, text)
		case l == bot.Russian:
			a.Question.RU = text
		default:
			a.Question.UK = text
		}
	}
	a.TellAskers = a.Question != (bot.Bilingual{}) // they have asked it already
	blank := func(text *string, l bot.Language, key string) {
		if *text == "" {
			*text = "[[" + v.In(l, "articles."+key) + "]]"
		}
	}
	blank(&a.Question.UK, bot.Ukrainian, "blank_question")
	blank(&a.Question.RU, bot.Russian, "blank_question")
	blank(&a.Answer.UK, bot.Ukrainian, "blank_answer")
	blank(&a.Answer.RU, bot.Russian, "blank_answer")
	return a
}

// move moves the version that the reader has read.
func (p pages) move(v *console.Visit) error {
	var form struct {
		Do      string `form:"do"`
		Version int    `form:"version"`
		Note    string `form:"note"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	articles, id := p.Articles(), v.Param("id")
	if articles == nil {
		return console.ErrAway
	}
	var err error
	done := map[bot.ArticleMove]string{bot.ArticleApprove: "approved", bot.ArticleReturn: "returned", bot.ArticleRecall: "recalled", bot.ArticleRetire: "retired", bot.ArticleSubmit: "submitted"}[bot.ArticleMove(form.Do)]
	switch m := bot.ArticleMove(form.Do); {
	case done == "":
		return console.ErrForm
	case m == bot.ArticleReturn:
		_, err = articles.Return(v.Ctx(), v.Actor, id, form.Version, form.Note)
	default:
		_, err = articles.Move(v.Ctx(), v.Actor, id, m, form.Version)
	}
	if faults, told := v.Faults(err); told {
		m, err := p.writing().Mine(v)
		if err != nil {
			return err
		}
		return p.show(v, http.StatusUnprocessableEntity, request{Mine: m, Faults: faults})
	}
	if err != nil {
		return err
	}
	return v.See("/articles/" + id + "?done=" + done)
}

// offer decides about a wording that led people to the article.
func (p pages) offer(v *console.Visit) error {
	var form struct {
		Offer string `form:"offer"`
		Do    string `form:"do"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	done := map[editor.SuggestionMove]string{editor.SuggestionAccept: "accepted", editor.SuggestionNegative: "negative", editor.SuggestionReject: "rejected"}[editor.SuggestionMove(form.Do)]
	if article, _, ok := strings.Cut(form.Offer, "."); done == "" || !ok || article != v.Param("id") {
		return console.ErrForm
	}
	if _, err := p.Articles().Decide(v.Ctx(), v.Actor, form.Offer, editor.SuggestionMove(form.Do)); err != nil {
		return err
	}
	return v.See("/articles/" + v.Param("id") + "?done=" + done)
}
