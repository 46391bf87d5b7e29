package storage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/editor"
	"visnyk/flows"
	"visnyk/flows/faq/search"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

var (
	askWriter   = bot.Actor{User: "u1", Login: "olena", Role: bot.Marketer}
	askApprover = bot.Actor{User: "u2", Login: "petro", Role: bot.Approver}
)

// answering is articles that are told to who asked them, and the broadcasts that tell.
type answering struct {
	*mailing
	e *editor.Editor
}

func newAnswering(t *testing.T, s *storage.Store, now func() time.Time) answering {
	m := &mailing{t: t, s: s, tries: map[string]int{}}
	m.b = broadcast.New(broadcast.Config{
		Store: s, Messengers: map[string]broadcast.Messenger{telegram: {Channel: paper{}, Kind: telegram}},
		Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: now,
		Answer: func(a bot.Article, l bot.Language) (string, error) { return a.Answer.In(l), nil },
	})
	e := editor.NewEditor(s, now).Answering(editor.AnswerBack{Broadcasts: m.b, Live: func() flows.Finder {
		return search.NewIndex(slices.DeleteFunc(must[[]bot.Article](t)(s.Articles(t.Context())), func(a bot.Article) bool { return a.State != bot.ArticleApproved }))
	}})
	return answering{m, e}
}

// cafe is the article that people have missed.
func cafe(id string) bot.Article {
	return bot.Article{
		ID: id, Question: bot.Bilingual{UK: "Чи є у вас кав'ярня?", RU: "Есть ли у вас кафе?"},
		Answer:     bot.Bilingual{UK: "Так, на другому поверсі. Знижка {{code}} діє щодня.", RU: "Да, на втором этаже. Скидка {{code}} действует каждый день."},
		TellAskers: true,
	}
}

// person makes somebody in a chat, and asks makes their question.
func (a answering) person(id string, l bot.Language) {
	a.t.Helper()
	ctx := a.t.Context()
	must[int](a.t)(a.s.Exec(ctx, `INSERT INTO contacts (id, language, quiet, created_at) VALUES ($1, $2, 'never', 1)`, id, l))
	a.chat(id, id)
}

func (a answering) chat(chat, contact string) {
	must[int](a.t)(a.s.Exec(a.t.Context(), `INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ($1, $2, $3, 1, 1)`, telegram, chat, contact))
}

func (a answering) asks(chat, contact, text string, l bot.Language, ago time.Duration, ending bot.Ending, article string) {
	a.t.Helper()
	must[int](a.t)(a.s.Exec(a.t.Context(), `INSERT INTO questions (bot, chat, cause, contact, text, language, ending, article_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, telegram, chat, storage.NewID(), contact, text, l, ending, article, time.Now().Add(-ago).UnixMicro()))
}

// approved has the article written by one, submitted, and approved by another.
func (a answering) approved(is bot.Article) {
	a.t.Helper()
	ctx := a.t.Context()
	made := must[bot.Article](a.t)(a.e.Create(ctx, askWriter, is))
	must[bot.Article](a.t)(a.e.Move(ctx, askWriter, is.ID, bot.ArticleSubmit, made.Version))
	is = must[bot.Article](a.t)(a.e.Move(ctx, askApprover, is.ID, bot.ArticleApprove, made.Version))
	a.id = bot.AnsweringID(is)
}

func (a answering) told() []string {
	a.t.Helper()
	return must[[]string](a.t)(a.e.AnswerBack(a.t.Context()))
}

// said is what waits in the outbox, by the chat.
func (a answering) said() map[string]string {
	a.t.Helper()
	all := map[string]string{}
	for _, r := range must[[]storage.OutboxRow](a.t)(a.s.Pending(a.t.Context(), telegram, bot.LaneBulk, 100)) {
		if all[r.To.Chat] != "" {
			a.t.Errorf("%s has two messages", r.To.Chat)
		}
		var text string
		ok(a.t, json.Unmarshal(r.Part.Body, &text))
		all[r.To.Chat] = text
	}
	return all
}

// Exactly those hear an answer who asked for it and have none, each once and in the
// language of their question; and nobody else, whatever came between.
func TestAnswersReachWhoAsked(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		a := newAnswering(t, s, time.Now)
		const question, day = "чи є у вас кав'ярня", 24 * time.Hour
		for _, id := range []string{"plain", "russian", "twice", "stopped", "old", "else", "operator", "solved", "helped", "told", "waits", "late", "rejected", "erased", "later"} {
			a.person(id, bot.Ukrainian)
		}
		a.chat("twice-2", "twice")
		a.asks("plain", "plain", question+" *де*?", bot.Ukrainian, day, bot.EndedUnanswered, "")
		a.asks("russian", "russian", "есть ли у вас кафе", bot.Russian, day, bot.EndedHuman, "")
		a.asks("twice", "twice", question, bot.Ukrainian, 2*day, bot.EndedUnanswered, "")
		a.asks("twice-2", "twice", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		a.asks("stopped", "stopped", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		a.asks("old", "old", question, bot.Ukrainian, editor.AskedWithin+day, bot.EndedUnanswered, "")
		a.asks("else", "else", "коли привезуть мою піч", bot.Ukrainian, day, bot.EndedUnanswered, "")
		for _, id := range []string{"operator", "solved", "waits"} {
			a.asks(id, id, question, bot.Ukrainian, day, bot.EndedHuman, "")
		}
		for id, column := range map[string]string{"operator": "answered_at", "solved": "closed_at"} {
			must[int](t)(s.Exec(ctx, `INSERT INTO tickets (bot, id, chat, contact, state, outcome, opened_at, `+column+`) VALUES ($1, $2, $2, $2, 'closed', $3, 1, $4)`,
				telegram, id, map[string]string{"operator": "unsolved", "solved": "solved"}[id], time.Now().UnixMicro()))
		}
		must[int](t)(s.Exec(ctx, `INSERT INTO tickets (bot, id, chat, contact, state, opened_at) VALUES ($1, 'waits', 'waits', 'waits', 'waiting', 1)`, telegram))
		a.asks("helped", "helped", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		a.asks("helped", "helped", "кава у вас є", bot.Ukrainian, day-time.Minute, bot.EndedHelped, "other")
		a.asks("later", "later", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		a.asks("later", "later", "коли ви працюєте", bot.Ukrainian, time.Hour, bot.EndedHelped, "hours") // another matter on another day
		a.asks("told", "told", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		must[int](t)(s.Exec(ctx, `UPDATE conversations SET vars = $1, last_at = $2 WHERE chat = 'told'`, `{"article":"cafe"}`, time.Now().UnixMicro()))
		a.asks("late", "late", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		a.asks("rejected", "rejected", question, bot.Ukrainian, day, bot.EndedUnhelped, "cafe")
		a.asks("erased", "erased", question, bot.Ukrainian, day, bot.EndedUnanswered, "")
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET stopped = TRUE WHERE id = 'stopped'`))

		draft := cafe("cafe")
		if n, all, err := a.e.Askers(ctx, askApprover, draft); n != 7 || !all || err != nil { // plain, russian, twice, waits, later; and, as yet, late and erased
			t.Errorf("before it is approved %d people are said to hear it, want 7: %v", n, err)
		}
		if a.approved(draft); !slices.Equal(a.told(), []string{"cafe"}) {
			t.Fatal("approved, and nobody is told")
		}
		if again := a.told(); len(again) > 0 {
			t.Errorf("told again: %v", again)
		}
		must[int](t)(s.Exec(ctx, `DELETE FROM contacts WHERE id = 'erased'`))
		expanded(t, s)
		a.awake()
		must[int](t)(s.Exec(ctx, `UPDATE questions SET ending = 'confirmed', article_id = 'cafe' WHERE chat = 'late'`)) // an operator, between listing and telling
		mine := lease(t, s, telegram, "me")
		a.releaseAll(mine)
		uk := "Ви питали: «чи є у вас кав'ярня». Тепер маємо для Вас відповідь:\n\nТак, на другому поверсі. Знижка {\\{code}} діє щодня."
		want := map[string]string{
			"plain":   strings.Replace(uk, "кав'ярня", `кав'ярня \*де\*?`, 1),
			"russian": "Вы спрашивали: «есть ли у вас кафе». Теперь у нас есть для вас ответ:\n\nДа, на втором этаже. Скидка {\\{code}} действует каждый день.",
			"waits":   uk, "later": uk,
		}
		got := a.said()
		if got["twice"]+got["twice-2"] != uk {
			t.Errorf("who asked twice is told %q and %q", got["twice"], got["twice-2"])
		}
		delete(got, "twice")
		delete(got, "twice-2")
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("told are\n%q\nwant\n%q", got, want)
		}
		if r := a.sum("the release"); r.Planned != 6 || r.Skipped[bot.ReasonAnswered] != 1 {
			t.Errorf("the report is %+v", r)
		}
		a.sends(mine, func() bot.Outcome { return bot.Sent })
		keeps(t, a.b)
		if is := a.now(); is.State != bot.BroadcastSent || is.Answers == nil || is.Answers.Article != "cafe" {
			t.Errorf("it is %s and answers %v", is.State, is.Answers)
		}
		if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 {
			t.Errorf("%v, %v", found.Problems, err)
		}

		// Another article that answers the same is told to nobody who was told, but to whom
		// the first one did not help.
		must[int](t)(s.Exec(ctx, `DELETE FROM questions WHERE chat = 'told'`))
		retired := must[bot.Article](t)(s.Article(ctx, "cafe"))
		must[bot.Article](t)(a.e.Move(ctx, askWriter, "cafe", bot.ArticleRetire, retired.Version))
		a.approved(cafe("cafe-2"))
		a.told()
		expanded(t, s)
		a.releaseAll(mine)
		if got := a.said(); len(got) != 1 || got["rejected"] != uk {
			t.Errorf("another article is told to %q", got)
		}
	})
}

// What is not valid yet waits for its day, and what is retired in the middle reaches
// nobody more; a death between the release and the word of it tells nobody twice.
func TestAnswersWaitForTheirDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		const people = 20
		now := time.Now()
		a := newAnswering(t, s, func() time.Time { return now })
		for i := range people {
			id := fmt.Sprint("p", i)
			a.person(id, bot.Ukrainian)
			a.asks(id, id, "чи є у вас кав'ярня", bot.Ukrainian, time.Hour, bot.EndedUnanswered, "")
		}
		dated := cafe("cafe")
		dated.From = now.Add(time.Hour)
		if a.approved(dated); len(a.told()) > 0 {
			t.Fatal("told before its day")
		}
		now = now.Add(2 * time.Hour)
		must[int](t)(s.Exec(ctx, `UPDATE articles SET valid_from = 1 WHERE id = 'cafe'`)) // the database has a clock of its own
		a.id = bot.AnsweringID(must[bot.Article](t)(s.Article(ctx, "cafe")))
		if len(a.told()) != 1 {
			t.Fatal("its day has come, and nobody is told")
		}
		expanded(t, s)
		a.awake()
		mine := lease(t, s, telegram, "me")
		a.release(mine) // some of them
		first := len(a.said())
		if first == 0 || first == people {
			t.Fatalf("%d are on their way: the sample shows nothing", first)
		}
		a.sends(mine, func() bot.Outcome { return "" }) // killed before the word of it is written
		must[[]string](t)(nil, s.InTx(ctx, func(tx *storage.Tx) error {
			is := must[bot.Article](t)(tx.Article(ctx, "cafe"))
			is.State = bot.ArticleRetired
			return tx.PutArticles(ctx, []bot.Article{is})
		}))
		a.release(mine)
		keeps(t, a.b)
		if is := a.now(); is.State != bot.BroadcastPaused || is.Halt != bot.HaltOutdated {
			t.Errorf("its article is retired, and it is %s: %s", is.State, is.Halt)
		}
		if len(a.tries) != first {
			t.Errorf("%d may have been told, want %d", len(a.tries), first)
		}
		for chat, n := range a.tries {
			if n != 1 {
				t.Errorf("%s was told %d times", chat, n)
			}
		}
	})
}
