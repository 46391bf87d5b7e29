package articles

import (
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console/drafting"
)

// articleForm is an article as a browser sends it.
type articleForm struct {
	Version     int    `form:"version"`
	Rev         int    `form:"rev"`
	Seen        string `form:"seen"`
	Do          string `form:"do"` // what was pressed; "": nothing but to save
	QuestionUK  string `form:"question_uk"`
	QuestionRU  string `form:"question_ru"`
	AnswerUK    string `form:"answer_uk"`
	AnswerRU    string `form:"answer_ru"`
	AliasesUK   string `form:"aliases_uk"` // one a line
	AliasesRU   string `form:"aliases_ru"`
	NegativesUK string `form:"negatives_uk"`
	NegativesRU string `form:"negatives_ru"`
	From        string `form:"valid_from"`
	Until       string `form:"valid_to"`
	Change      string `form:"change"`
	Span        string `form:"span"`
	Replaces    string `form:"replaces"`
	TellAskers  bool   `form:"tell_askers"`
	// Offered are wordings beside it, each with its language before it: "uk …".
	Offered []string `form:"offered"`
}

// lines are those that say something, each once.
func lines(text string) (all []string) {
	for line := range strings.SplitSeq(drafting.Tidy(text), "\n") {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

// article is the article as the form has it, which was filled with what stood there.
func (f articleForm) article(id string, at drafting.Moments, stood bot.Article) bot.Article {
	a := bot.Article{
		ID: id, State: bot.ArticleDraft, Version: f.Version,
		Question:  drafting.Both(f.QuestionUK, f.QuestionRU),
		Answer:    drafting.Both(f.AnswerUK, f.AnswerRU),
		Aliases:   bot.Aliases{UK: lines(f.AliasesUK), RU: lines(f.AliasesRU)},
		Negatives: bot.Aliases{UK: lines(f.NegativesUK), RU: lines(f.NegativesRU)},
		Change:    f.Change, Replaces: f.Replaces, TellAskers: f.TellAskers,
	}
	if a.Change != "" {
		a.Span = bot.ArticleSpan(f.Span)
	}
	if a.Span == "" { // else the change has the dates
		a.From, a.Until = at.At("valid_from", f.From, stood.From), at.At("valid_to", f.Until, stood.Until)
	}
	return a
}

// press does what a button within the form says: "take 0" adds the wording offered
// there, "take all" every one.
func (f articleForm) press(a *bot.Article) {
	verb, which, _ := strings.Cut(f.Do, " ")
	if verb != "take" {
		return
	}
	for i, offered := range f.Offered {
		l, text, _ := strings.Cut(offered, " ")
		if at, err := strconv.Atoi(which); which == "all" || err == nil && at == i {
			if lang := bot.Language(l); lang.Known() && text != "" && !slices.Contains(a.Aliases.In(lang), text) {
				a.Aliases = a.Aliases.With(lang, text)
			}
		}
	}
}
