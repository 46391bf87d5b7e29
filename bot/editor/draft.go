package editor

import (
	"time"

	"visnyk/bot"
	"visnyk/bot/draft"
)

// Drafts are what people have written in articles and no version holds yet.
func (e *Editor) Drafts() *draft.Drafts[bot.Article, bot.Article] {
	return &draft.Drafts[bot.Article, bot.Article]{
		Name: "article", Store: e.store, Kept: e.store.ArticleDrafts(), Reads: bot.ReadContent, Read: e.Read, Replace: e.Replace,
		Content:  func(a bot.Article) bot.Article { return a },
		Names:    func(a *bot.Article) (*string, *int) { return &a.ID, &a.Version },
		Writable: writable,
		Plain:    plain,
		Long:     bot.Invalid("answer", bot.FaultLong, bot.Data{"Max": textMost}),
	}
}

// textMost is how long an answer is that we say is too long to be kept, in signs: shorter
// than what is kept of the whole article.
const textMost = 64 << 10

// writable returns an error where the article is no draft.
func writable(a bot.Article) error {
	if a.State == bot.ArticleDraft {
		return nil
	}
	return &bot.MoveError{Noun: "article", From: string(a.State), Move: bot.EditMove, Legal: bot.Choices(a.State.Moves())}
}

// plain returns what an article says.
func plain(a bot.Article) bot.Article {
	a.ID, a.State, a.DecidedBy, a.Note = "", "", "", ""
	if a.Span != "" { // its dates are the change's
		a.From, a.Until = time.Time{}, time.Time{}
	}
	return inOneForm(a)
}
