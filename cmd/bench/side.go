package main

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"visnyk/bot/server"
	"visnyk/storage"

	"visnyk/bot"
	channel "visnyk/bot/telegram"
)

// runSide is one of the other sides of a comparison.
func runSide(word string, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("%s: want address, database, api", word)
	}
	address, database, api := args[0], args[1], args[2]
	ctx := context.Background()
	switch word {
	case "side-bot":
		return usualBot(ctx, address, database, api)
	case "side-door":
		return ourDoor(ctx, address, database, api)
	case "side-echo":
		return echoDoor(address, database)
	case "side-loop":
		return bareLoop(address, api)
	}
	return fmt.Errorf("no side %q", word)
}

// keyboard is under each reply of the usual bot. The library's own type would write an
// empty copy_text beside what each button does, which the table of the Bot API forbids.
var keyboard = map[string]any{"inline_keyboard": [][]button{
	{{"Що змінюється", "changes"}}, {{"Питання", "questions"}}, {{"Оператор", "operator"}},
}}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// usualBot is what people write first: the library's own webhook handler, 32
// workers that handle one update after the other, one SELECT and one UPSERT for
// each, the reply sent at once. Updates are stored nowhere.
func usualBot(ctx context.Context, address, database, api string) error {
	db, err := sqlx.Connect("postgres", database)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if _, err := db.Exec(`CREATE TABLE people (chat BIGINT PRIMARY KEY, name TEXT NOT NULL, step TEXT NOT NULL, visits BIGINT NOT NULL)`); err != nil {
		return err
	}
	answer := func(ctx context.Context, b *telegram.Bot, u *models.Update) {
		if u.Message == nil {
			return
		}
		var visits int64
		_ = db.GetContext(ctx, &visits, `SELECT visits FROM people WHERE chat = $1`, u.Message.Chat.ID)
		if _, err := db.ExecContext(ctx, `INSERT INTO people (chat, name, step, visits) VALUES ($1, $2, 'menu', $3)
			ON CONFLICT (chat) DO UPDATE SET name = excluded.name, step = excluded.step, visits = excluded.visits`,
			u.Message.Chat.ID, u.Message.From.FirstName, visits+1); err != nil {
			fmt.Fprintln(os.Stderr, "the usual bot's row:", err)
			return
		}
		_, err := b.SendMessage(ctx, &telegram.SendMessageParams{
			ChatID: u.Message.Chat.ID, Text: "Вітаємо, " + u.Message.From.FirstName + ".\n\nОберіть, що Вас цікавить, або просто напишіть запитання.",
			ReplyMarkup: keyboard,
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, "the usual bot's reply:", err)
		}
	}
	b, err := telegram.New(token, telegram.WithSkipGetMe(), telegram.WithServerURL(api), telegram.WithWebhookSecretToken(secret),
		telegram.WithWorkers(32), telegram.WithNotAsyncHandlers(), telegram.WithDefaultHandler(answer))
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/telegram", b.WebhookHandler())
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	go b.StartWebhook(ctx)
	return http.ListenAndServe(address, mux)
}

// ourDoor is our webhook and inbox with nothing behind them.
func ourDoor(ctx context.Context, address, database, api string) error {
	store, err := storage.Open(ctx, database, storage.Options{})
	if err != nil {
		return err
	}
	ch, err := channel.New(channel.Config{Name: "telegram", Token: token, Secret: secret, APIURL: api})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return server.New(server.Config{
		Channels: []bot.Channel{ch}, Inbox: store, Log: slog.New(slog.DiscardHandler), Wake: func(string) {},
	}).Serve(ctx, l)
}

// echoDoor is the handler people write when they do store updates: one row, one
// commit, one request.
func echoDoor(address, database string) error {
	db, err := sqlx.Connect("postgres", database)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if _, err := db.Exec(`CREATE TABLE updates (id BIGINT PRIMARY KEY, payload BYTEA NOT NULL)`); err != nil {
		return err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/readyz", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.POST("/webhooks/telegram", func(c echo.Context) error {
		given := c.Request().Header.Get("X-Telegram-Bot-Api-Secret-Token")
		if subtle.ConstantTimeCompare([]byte(given), []byte(secret)) != 1 {
			return c.NoContent(http.StatusUnauthorized)
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, 1<<20))
		if err != nil {
			return c.NoContent(http.StatusRequestEntityTooLarge)
		}
		id, err := updateID(body)
		if err != nil {
			return c.NoContent(http.StatusOK)
		}
		if _, err := db.ExecContext(c.Request().Context(),
			`INSERT INTO updates (id, payload) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id, body); err != nil {
			return c.NoContent(http.StatusServiceUnavailable)
		}
		return c.NoContent(http.StatusOK)
	})
	return e.Start(address)
}

// updateID reads the id in front of an update.
func updateID(body []byte) (int64, error) {
	const head = `{"update_id":`
	end := len(head)
	for end < len(body) && body[end] >= '0' && body[end] <= '9' {
		end++
	}
	return strconv.ParseInt(string(body[min(len(head), len(body)):end]), 10, 64)
}
