package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/jmoiron/sqlx"
)

// How the usual bot is made.
const (
	// asWritten is as people write it first.
	asWritten = iota
	// tuned keeps its connections to the messenger and has its two statements prepared.
	tuned
)

// keyboard is under each reply of the usual bot. The library's own type would write an
// empty copy_text beside what each button does, which the table of the Bot API forbids.
var keyboard = map[string]any{"inline_keyboard": [][]button{
	{{"Що змінюється", "changes"}}, {{"Питання", "questions"}}, {{"Оператор", "operator"}},
}}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// known are its answers, by the very words.
var known = map[string]string{
	lines[stepStart]:    "Вітаємо.\n\nОберіть, що Вас цікавить, або просто напишіть запитання.",
	lines[stepQuestion]: "Вимкніть роутер із розетки на хвилину й перевірте, чи щільно сидить кабель. Якщо зв’язку немає, зателефонуйте до підтримки.",
	lines[stepThanks]:   "Будь ласка. Якщо буде ще запитання, пишіть.",
}

// usualBot is the bot that people write first: the library's own webhook handler, 32
// workers that handle one update after the other, one SELECT and one UPSERT for each,
// the reply sent at once. Updates are stored nowhere.
func usualBot(ctx context.Context, address, database, api string, how int) error {
	db, err := sqlx.Connect("postgres", database)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if _, err := db.Exec(`CREATE TABLE people (chat BIGINT PRIMARY KEY, name TEXT NOT NULL, step TEXT NOT NULL, visits BIGINT NOT NULL)`); err != nil {
		return err
	}
	people, err := rows(db, how)
	if err != nil {
		return err
	}
	options := []telegram.Option{
		telegram.WithSkipGetMe(), telegram.WithServerURL(api), telegram.WithWebhookSecretToken(secret),
		telegram.WithWorkers(32), telegram.WithNotAsyncHandlers(), telegram.WithDefaultHandler(people.answer),
	}
	if how == tuned {
		options = append(options, telegram.WithHTTPClient(time.Minute, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}))
	}
	b, err := telegram.New(token, options...)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/telegram", b.WebhookHandler())
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	go b.StartWebhook(ctx)
	return http.ListenAndServe(address, mux)
}

// rows are the two statements: read takes a chat, write a chat, a name and how often
// they came.
func rows(db *sqlx.DB, how int) (people, error) {
	const (
		read  = `SELECT visits FROM people WHERE chat = $1`
		write = `INSERT INTO people (chat, name, step, visits) VALUES ($1, $2, 'menu', $3)
			ON CONFLICT (chat) DO UPDATE SET name = excluded.name, step = excluded.step, visits = excluded.visits`
	)
	if how == asWritten {
		return people{
			visits: func(ctx context.Context, chat int64) (n int64, err error) {
				err = db.GetContext(ctx, &n, read, chat)
				return n, err
			},
			put: func(ctx context.Context, chat int64, name string, visits int64) error {
				_, err := db.ExecContext(ctx, write, chat, name, visits)
				return err
			},
		}, nil
	}
	reads, err := db.Preparex(read)
	if err != nil {
		return people{}, err
	}
	writes, err := db.Preparex(write)
	if err != nil {
		return people{}, err
	}
	return people{
		visits: func(ctx context.Context, chat int64) (n int64, err error) {
			err = reads.GetContext(ctx, &n, chat)
			return n, err
		},
		put: func(ctx context.Context, chat int64, name string, visits int64) error {
			_, err := writes.ExecContext(ctx, chat, name, visits)
			return err
		},
	}, nil
}

// people are the rows of the usual bot's only table.
type people struct {
	visits func(ctx context.Context, chat int64) (int64, error)
	put    func(ctx context.Context, chat int64, name string, visits int64) error
}

// answer handles one update.
func (p people) answer(ctx context.Context, b *telegram.Bot, u *models.Update) {
	var from models.User
	text := "На жаль, не знаю. Оберіть, що Вас цікавить."
	switch {
	case u.CallbackQuery != nil:
		from, text = u.CallbackQuery.From, "Змін немає."
		if _, err := b.AnswerCallbackQuery(ctx, &telegram.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID}); err != nil {
			fmt.Fprintln(os.Stderr, "the usual bot's answer to a press:", err)
		}
	case u.Message != nil && u.Message.From != nil:
		from = *u.Message.From
		if t, ok := known[u.Message.Text]; ok {
			text = t
		}
	default:
		return
	}
	visits, err := p.visits(ctx, from.ID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		fmt.Fprintln(os.Stderr, "the usual bot's row:", err)
		return
	}
	if err := p.put(ctx, from.ID, from.FirstName, visits+1); err != nil {
		fmt.Fprintln(os.Stderr, "the usual bot's row:", err)
		return
	}
	if _, err := b.SendMessage(ctx, &telegram.SendMessageParams{ChatID: from.ID, Text: text, ReplyMarkup: keyboard}); err != nil {
		fmt.Fprintln(os.Stderr, "the usual bot's reply:", err)
	}
}
