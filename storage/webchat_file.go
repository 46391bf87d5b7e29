package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

// ErrChatFull: the visitor has sent as many files as are kept for one.
var ErrChatFull = errors.New("no more files are kept for this chat")

// ChatFile is a file that a visitor of the web chat sent.
type ChatFile struct {
	ID   string // the visitor's own, unique in the chat
	Name string // made safe
	Type string // MIME type, as the bytes look
	Size int64  // of Data, in bytes; not read on the way in
	Data []byte
}

// lockChat keeps other files and lines of the chat out until the commit.
const lockChat = `
INSERT INTO webchat_heads (bot, chat) VALUES ($1, $2)
ON CONFLICT (bot, chat) DO UPDATE SET seq = webchat_heads.seq`

var chatFilesSize = `
SELECT COALESCE(sum(size), 0) FROM webchat_files x WHERE bot = $1 AND chat = $2 AND id <> $3 AND NOT ` + ofErased("webchat_files")

const addChatFile = `
INSERT INTO webchat_files (bot, chat, id, name, type, size, data, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, {now})
ON CONFLICT (bot, chat, id) DO NOTHING`

// AddChatFile keeps a file of the chat. One whose ID the chat already has stays
// as it is. ErrChatFull when the chat's files would have more than most bytes.
func (s *Store) AddChatFile(ctx context.Context, a bot.Address, f ChatFile, most int64) error {
	err := s.InTx(ctx, func(t *Tx) error {
		if _, err := t.exec(ctx, lockChat, a.Bot, a.Chat); err != nil {
			return err
		}
		var kept int64
		if err := t.get(ctx, &kept, chatFilesSize, a.Bot, a.Chat, f.ID); err != nil {
			return err
		}
		if kept+int64(len(f.Data)) > most {
			return ErrChatFull
		}
		_, err := t.exec(ctx, addChatFile, a.Bot, a.Chat, f.ID, f.Name, f.Type, len(f.Data), f.Data)
		return err
	})
	if err != nil {
		return doing("keep a file of a chat", fmt.Errorf("%s: %w", a.Bot, err))
	}
	return nil
}

var (
	chatFile      = `SELECT name, type, size, data FROM ` + oneChatFile
	aboutChatFile = `SELECT name, type, size FROM ` + oneChatFile
	oneChatFile   = `webchat_files x WHERE bot = $1 AND chat = $2 AND id = $3 AND NOT ` + ofErased("webchat_files")
)

// ChatFile gives a file of the chat; ErrNotFound when it has none of that ID.
func (s *Store) ChatFile(ctx context.Context, a bot.Address, id string) (ChatFile, error) {
	return s.chatFile(ctx, chatFile, a, id)
}

// AboutChatFile is ChatFile without its Data.
func (s *Store) AboutChatFile(ctx context.Context, a bot.Address, id string) (ChatFile, error) {
	return s.chatFile(ctx, aboutChatFile, a, id)
}

func (s *Store) chatFile(ctx context.Context, query string, a bot.Address, id string) (ChatFile, error) {
	var r struct {
		Name string `db:"name"`
		Type string `db:"type"`
		Size int64  `db:"size"`
		Data []byte `db:"data"`
	}
	err := s.r.get(ctx, &r, query, a.Bot, a.Chat, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return ChatFile{}, doing("a file of a chat", err)
	}
	return ChatFile{ID: id, Name: r.Name, Type: r.Type, Size: r.Size, Data: r.Data}, nil
}
