package main

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"

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
		return usualBot(ctx, address, database, api, asWritten)
	case "side-tuned":
		return usualBot(ctx, address, database, api, tuned)
	case "side-messenger":
		return lightMessenger(address)
	case "side-door":
		return ourDoor(ctx, address, database, api)
	case "side-echo":
		return echoDoor(address, database)
	case "side-loop":
		return bareLoop(address, api)
	}
	return fmt.Errorf("no side %q", word)
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
