package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// ChatLine is one line of a web chat's thread.
type ChatLine struct {
	// Seq grows within the chat in the order in which lines become visible;
	// it is about the line's moment in microseconds since 1970 UTC.
	Seq  int64
	ID   string // the visitor's own id of it; "" for ours
	Out  bool   // we said it
	Body []byte
}

// ChatMarks are how far a visitor's page has come, as Seq of lines.
type ChatMarks struct {
	Delivered int64 // the last one it has told to have
	Seen      int64 // the last one it has told to have shown
}

// The head's row is locked until the commit: of two lines of a chat, the one
// with the smaller number is never the later to be seen by a reader.
const nextChatLine = `
INSERT INTO webchat_heads (bot, chat, seq) VALUES ($1, $2, {now})
ON CONFLICT (bot, chat) DO UPDATE SET
	seq = CASE WHEN webchat_heads.seq < {now} THEN {now} ELSE webchat_heads.seq + 1 END
RETURNING seq`

const addChatLine = `
INSERT INTO webchat_lines (bot, chat, seq, id, outgoing, body) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (bot, chat, id) WHERE id <> '' DO NOTHING`

const chatLineByID = `SELECT seq FROM webchat_lines WHERE bot = $1 AND chat = $2 AND id = $3 AND id <> ''`

// AddChatLine puts a line at the end of the chat's thread, in a commit of its
// own, and gives its number; l.Seq does not matter. A line whose ID the thread
// already has stays as it is, and its number is given. ErrNoRoom, for what a
// visitor says, when the disk is nearly full.
func (s *Store) AddChatLine(ctx context.Context, a bot.Address, l ChatLine) (seq int64, err error) {
	if !l.Out {
		if err := s.Room(ctx); err != nil {
			return 0, doing("add a line to a chat", err)
		}
	}
	err = s.InTx(ctx, func(t *Tx) error {
		if err := t.get(ctx, &seq, nextChatLine, a.Bot, a.Chat); err != nil {
			return err
		}
		n, err := t.exec(ctx, addChatLine, a.Bot, a.Chat, seq, l.ID, l.Out, l.Body)
		if err != nil || n > 0 {
			return err
		}
		return t.get(ctx, &seq, chatLineByID, a.Bot, a.Chat, l.ID)
	})
	if err != nil {
		return 0, doing("add a line to a chat", err)
	}
	return seq, nil
}

var (
	chatLinesAfter = `
SELECT seq, id, outgoing, body FROM webchat_lines x
WHERE bot = $1 AND chat = $2 AND seq > $3 AND NOT ` + ofErased("webchat_lines") + ` ORDER BY seq LIMIT $4`

	chatLinesBefore = `
SELECT seq, id, outgoing, body FROM webchat_lines x
WHERE bot = $1 AND chat = $2 AND seq < $3 AND NOT ` + ofErased("webchat_lines") + ` ORDER BY seq DESC LIMIT $4`
)

// ChatLinesAfter returns the first lines after the number seq, in their order.
func (s *Store) ChatLinesAfter(ctx context.Context, a bot.Address, seq int64, limit int) ([]ChatLine, error) {
	return s.chatLines(ctx, chatLinesAfter, a, seq, limit)
}

// ChatLinesBefore returns the last lines before the number seq, in their order.
func (s *Store) ChatLinesBefore(ctx context.Context, a bot.Address, seq int64, limit int) ([]ChatLine, error) {
	lines, err := s.chatLines(ctx, chatLinesBefore, a, seq, limit)
	slices.Reverse(lines)
	return lines, err
}

func (s *Store) chatLines(ctx context.Context, query string, a bot.Address, seq int64, limit int) ([]ChatLine, error) {
	var records []struct {
		Seq      int64  `db:"seq"`
		ID       string `db:"id"`
		Outgoing bool   `db:"outgoing"`
		Body     []byte `db:"body"`
	}
	if err := s.r.sel(ctx, &records, query, a.Bot, a.Chat, seq, limit); err != nil {
		return nil, doing("lines of a chat", err)
	}
	lines := make([]ChatLine, len(records))
	for i, r := range records {
		lines[i] = ChatLine{Seq: r.Seq, ID: r.ID, Out: r.Outgoing, Body: r.Body}
	}
	return lines, nil
}

const chatMarks = `SELECT delivered, seen FROM webchat_heads WHERE bot = $1 AND chat = $2`

// ChatMarks returns how far the visitor's page has come.
func (s *Store) ChatMarks(ctx context.Context, a bot.Address) (ChatMarks, error) {
	var records []struct {
		Delivered int64 `db:"delivered"`
		Seen      int64 `db:"seen"`
	}
	if err := s.r.sel(ctx, &records, chatMarks, a.Bot, a.Chat); err != nil {
		return ChatMarks{}, doing("marks of a chat", err)
	}
	if len(records) == 0 {
		return ChatMarks{}, nil
	}
	return ChatMarks(records[0]), nil
}

// A page may tell nonsense: nothing is seen that was not said.
const markChat = `
UPDATE webchat_heads SET
	delivered = CASE WHEN $3 > seq THEN seq WHEN $3 > delivered THEN $3 ELSE delivered END,
	seen = CASE WHEN $4 > seq THEN seq WHEN $4 > seen THEN $4 ELSE seen END
WHERE bot = $1 AND chat = $2 AND (delivered < $3 OR seen < $4)`

// MarkChat notes how far the visitor's page has come. Marks only grow.
func (s *Store) MarkChat(ctx context.Context, a bot.Address, m ChatMarks) error {
	if _, err := s.w.exec(ctx, markChat, a.Bot, a.Chat, m.Delivered, m.Seen); err != nil {
		return doing("mark a chat", fmt.Errorf("%s: %w", a.Bot, err))
	}
	return nil
}
