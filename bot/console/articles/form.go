package articles

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// articleForm is an article as a browser sends it.
type articleForm struct {
	Version     int    `form:"version"`
	Rev         int    `form:"rev"`
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

func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// lines are those that say something, each once.
func lines(text string) (all []string) {
	for line := range strings.SplitSeq(tidy(text), "\n") {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

// article is the article as the form has it. What is no moment is a fault of its field,
// which says wrong.
func (f articleForm) article(id string, zone *time.Location, faults console.Faults, wrong string) bot.Article {
	a := bot.Article{
		ID: id, State: bot.ArticleDraft, Version: f.Version,
		Question:  bot.Bilingual{UK: tidy(f.QuestionUK), RU: tidy(f.QuestionRU)},
		Answer:    bot.Bilingual{UK: tidy(f.AnswerUK), RU: tidy(f.AnswerRU)},
		Aliases:   bot.Aliases{UK: lines(f.AliasesUK), RU: lines(f.AliasesRU)},
		Negatives: bot.Aliases{UK: lines(f.NegativesUK), RU: lines(f.NegativesRU)},
		Change:    f.Change, Replaces: f.Replaces, TellAskers: f.TellAskers,
	}
	if a.Change != "" {
		a.Span = bot.ArticleSpan(f.Span)
	}
	if a.Span == "" { // else the change has the dates
		a.From, a.Until = moment("valid_from", f.From, zone, faults, wrong), moment("valid_to", f.Until, zone, faults, wrong)
	}
	return a
}

func moment(field, text string, zone *time.Location, faults console.Faults, wrong string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := bot.MomentAt(text, zone)
	if err != nil {
		faults[field] = wrong
	}
	return at
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
