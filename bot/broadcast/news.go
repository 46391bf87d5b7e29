package broadcast

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// TellNews has the news of a version of a change told, in the transaction that announces
// it or finds its moment come: from its commit on people are listed. The texts are those
// that were approved with the version, and so is whom they are for, so nobody approves
// them once more. What is under the id is told already: nothing comes of it, unless it is
// still being told, and then it goes on in the words of this version. fresh says that it
// is begun where nothing is.
func (s *Broadcasts) TellNews(ctx context.Context, tx *storage.Tx, id string, c bot.Change, news bot.News, fresh bool) error {
	m, err := tx.Broadcast(ctx, id)
	switch {
	case errors.Is(err, storage.ErrNotFound) && !fresh:
		return nil
	case errors.Is(err, storage.ErrNotFound):
		m = storage.Mailing{Broadcast: bot.Broadcast{ID: id, Change: c.ID, Fallback: bot.UsualFallback}}
	case err != nil:
		return err
	case m.State == bot.BroadcastSent || m.State == bot.BroadcastCancelled || m.News == nil || m.ChangeVersion == c.Version:
		return nil
	case m.Correction && len(news.Wrong) == 0: // who was told what was wrong still waits for it: see Succeed
		return nil
	}
	if m.News != nil { // what some were told already is shown as it was
		news.Texts = slices.Concat(news.Texts, m.News.Texts)
	}
	news.Topic = string(c.Kind)
	m.Title, m.Titles, m.ChangeVersion, m.News = c.Title.UK, c.Title, c.Version, &news
	m.Correction = len(news.Wrong) > 0
	m.Renderings = make([]bot.BroadcastRendering, len(news.Texts))
	for i, t := range news.Texts {
		m.Renderings[i] = bot.BroadcastRendering{Channel: t.Channel, Language: t.Language, Hash: t.Hash}
	}
	m.State, m.Halt, m.Listed = bot.BroadcastSending, "", false
	if m.Started.IsZero() {
		m.Started = s.now()
	}
	return s.goesOn(ctx, tx, m)
}

// goesOn puts what is told, or told anew, and says in the audit with which version of their
// change news, or with which article an answer, was approved.
func (s *Broadcasts) goesOn(ctx context.Context, tx *storage.Tx, m storage.Mailing) error {
	m.Version, m.Hash = m.Version+1, m.ApprovedHash()
	if err := tx.PutBroadcast(ctx, m); err != nil {
		return err
	}
	detail := map[string]any{"hash": m.Hash, "version": m.Version}
	if m.Answers != nil {
		detail["article"] = m.Answers.Article
	} else {
		detail["change"], detail["change_version"] = m.Change, m.ChangeVersion
	}
	for _, action := range []string{"broadcast.approve", "broadcast.start"} {
		if err := tx.Audit(ctx, storage.AuditEntry{Actor: bot.System(), Action: action, Object: object(m.ID), Detail: detail}); err != nil {
			return err
		}
	}
	return tx.AskRecipients(ctx, m)
}

// Succeed settles what becomes of the news of a change that are still being told when the
// version is announced: what the version says of their facts as they do goes on, the rest
// is cancelled. It comes behind TellNews, which takes over what the version tells itself.
func (s *Broadcasts) Succeed(ctx context.Context, tx *storage.Tx, c bot.Change, was bot.Change) error {
	open, err := tx.NewsOf(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, m := range open {
		switch {
		case m.ChangeVersion == c.Version:
		case m.Correction && len(c.Corrected([]bot.Change{was})) == 0:
			news := *m.News
			news.Still, m.News = c.Version, &news
			if m.Halt == bot.HaltOutdated {
				m.State, m.Halt = bot.BroadcastSending, ""
			}
			if err := s.goesOn(ctx, tx, m); err != nil {
				return err
			}
		default:
			if err := s.over(ctx, tx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// EndNews cancels what is still being told of the roll-out of the change: it is told no
// more.
func (s *Broadcasts) EndNews(ctx context.Context, tx *storage.Tx, change string) error {
	open, err := tx.NewsOf(ctx, change)
	if err != nil {
		return err
	}
	for _, m := range open {
		if err := s.over(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func (s *Broadcasts) over(ctx context.Context, tx *storage.Tx, m storage.Mailing) error {
	return s.move(ctx, tx, bot.System(), m, bot.BroadcastCancel, Moved{})
}

// news is the message of who is told news.
func (w *writer) news(to storage.Waiting) storage.Released {
	text, ok := w.m.News.Text(w.channel.Kind, to.Language, to.Part)
	if !ok {
		return storage.Released{Skip: bot.ReasonNoText}
	}
	parts, err := w.channel.Render(text.Message)
	if err != nil || len(parts) != 1 {
		return storage.Released{Fail: bot.ReasonUnrendered}
	}
	return storage.Released{
		Part: parts[0], Rendering: text.Hash, TextHash: bot.HashText(text.Message.Text), Tells: true, Card: w.card(to),
	}
}

// editing are the bots whose messengers change what was sent, by name.
func (s *Broadcasts) editing() (names []string) {
	for name, m := range s.messengers {
		if m.Capabilities().Edits {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// card is what changes the card in a chat of who is told a stage, though they be told in
// another one, where it fits one message; nil where nothing does.
func (w *writer) card(to storage.Waiting) *bot.Part {
	if to.Card == "" {
		return nil
	}
	channel := w.messengers[to.CardAt.Bot]
	text, ok := w.m.News.Text(channel.Kind, to.Language, to.CardPart)
	if !ok {
		return nil
	}
	text.Message.Edit = to.Card
	parts, err := channel.Render(text.Message)
	if err != nil || len(parts) != 1 {
		return nil
	}
	return &parts[0]
}

// newsShown is what a message of news said, as it was.
func newsShown(of bot.News, rendering string) (bot.Message, bool) {
	i := slices.IndexFunc(of.Texts, func(t bot.NewsText) bool { return t.Hash == rendering })
	if i < 0 {
		return bot.Message{}, false
	}
	return of.Texts[i].Message, true
}
