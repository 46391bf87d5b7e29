package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/media"
	"visnyk/storage"
)

// ours is what channels have of us.
type ours struct {
	greeting func() bot.Message
	files    bot.FileOpener
	fileURL  func(bot.Media) string
}

// ours returns what the service gives its channels.
func (s *service) ours() ours {
	return ours{greeting: s.greeting, files: keptFiles{s}, fileURL: s.addresses.Of}
}

// keptFiles are those in the database, once there is one.
type keptFiles struct{ s *service }

// OpenFile implements bot.FileOpener.
func (k keptFiles) OpenFile(ctx context.Context, id string) (bot.KeptFile, io.ReadSeeker, error) {
	store := k.s.store.Load()
	if store == nil {
		return bot.KeptFile{}, nil, errNotReady
	}
	f, body, err := store.OpenFile(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		err = fmt.Errorf("%w: %w", bot.ErrNoFile, err)
	}
	return f, body, err
}

// mountMedia adds the door of files. reader tells whose files a request may see.
func (s *service) mountMedia(e *echo.Echo, reader func(*http.Request) media.Reader) {
	media.NewDoor(media.DoorConfig{Store: s.store.Load, Reader: reader, Addresses: s.addresses}).Mount(e)
}

// newKeeper returns what fetches the files that people send.
func (s *service) newKeeper(store *storage.Store) *media.Keeper {
	return media.New(media.Config{Store: store, Channels: s.parts.channels, Log: s.log, Metrics: media.NewMetrics(s.registry)})
}
