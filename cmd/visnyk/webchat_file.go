package main

import (
	"context"
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/bot/webchat"
	"visnyk/storage"
)

// A piece is the same to both.
var _ = [1]struct{}{}[storage.PieceSize-webchat.PieceSize]

// BeginFile implements webchat.Shelf.
func (t threads) BeginFile(ctx context.Context, of bot.Address, f webchat.File, most int64) (key string, err error) {
	store, err := t.store()
	if err != nil {
		return "", err
	}
	key, err = store.BeginFile(ctx, of, storage.File(f), most)
	return key, fileError(err)
}

// AddPieces implements webchat.Shelf.
func (t threads) AddPieces(ctx context.Context, of bot.Address, key string, n int, pieces [][]byte) error {
	store, err := t.store()
	if err != nil {
		return err
	}
	return store.AddPieces(ctx, of, key, n, pieces)
}

// EndFile implements webchat.Shelf.
func (t threads) EndFile(ctx context.Context, of bot.Address, f webchat.File, most int64) (webchat.File, error) {
	store, err := t.store()
	if err != nil {
		return webchat.File{}, err
	}
	kept, err := store.EndFile(ctx, of, storage.File(f), most)
	return webchat.File(kept), fileError(err)
}

// DropFile implements webchat.Shelf.
func (t threads) DropFile(ctx context.Context, of bot.Address, key string) error {
	store, err := t.store()
	if err != nil {
		return err
	}
	return store.DropFile(ctx, of, key)
}

// File implements webchat.Shelf.
func (t threads) File(ctx context.Context, of bot.Address, id string) (webchat.File, error) {
	store, err := t.store()
	if err != nil {
		return webchat.File{}, err
	}
	f, err := store.File(ctx, of, id)
	return webchat.File(f), fileError(err)
}

// Piece implements webchat.Shelf.
func (t threads) Piece(ctx context.Context, of bot.Address, key string, n int) ([]byte, error) {
	store, err := t.store()
	if err != nil {
		return nil, err
	}
	piece, err := store.Piece(ctx, of, key, n)
	return piece, fileError(err)
}

// PerDay implements webchat.Shelf.
func (t threads) PerDay(ctx context.Context) (int64, error) {
	store, err := t.store()
	if err != nil {
		return 0, err
	}
	return store.FilesPerDay(ctx)
}

// fileError says why a file was not kept or found in the web chat's words.
func fileError(err error) error {
	for ours, theirs := range map[error]error{
		storage.ErrNotFound: webchat.ErrNoFile, storage.ErrChatFull: webchat.ErrFull, storage.ErrFilesFull: webchat.ErrNoRoom,
	} {
		if errors.Is(err, ours) {
			return fmt.Errorf("%w: %w", theirs, err)
		}
	}
	return err
}
