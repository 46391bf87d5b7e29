package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// DraftsKept is how long what an operator began to write is kept.
const DraftsKept = 30 * 24 * time.Hour

// Draft is what a user has begun to write to the customer of a ticket.
type Draft struct {
	Ticket, User string
	Login, Name  string // of the user, for colleagues
	Text         string
	Markup       bool     // Text is the Markdown subset
	Files        []string // the ids of kept files
	Sent         int      // how many of the user's drafts of the ticket were sent
	UpdatedAt    time.Time
}

// Blank reports whether nothing is written in it.
func (d Draft) Blank() bool { return d.Text == "" && len(d.Files) == 0 }

type draftRecord struct {
	Ticket    string `db:"ticket"`
	User      string `db:"user_id"`
	Login     string `db:"login"`
	Text      string `db:"text"`
	Markup    bool   `db:"markup"`
	Files     string `db:"files"`
	Sent      int    `db:"sent"`
	UpdatedAt micros `db:"updated_at"`
}

func (r draftRecord) draft() (Draft, error) {
	d := Draft{
		Ticket: r.Ticket, User: r.User, Login: r.Login, Name: r.Login, Text: r.Text, Markup: r.Markup, Sent: r.Sent, UpdatedAt: r.UpdatedAt.time(),
	}
	if err := fromJSON(r.Files, &d.Files); err != nil {
		return Draft{}, fmt.Errorf("draft: %w", err)
	}
	return d, nil
}

const (
	draftColumns = `SELECT d.ticket, d.user_id, COALESCE(u.login, '') AS login, d.markup, d.sent, d.updated_at,
	CASE WHEN d.updated_at < {now} - $2 THEN '' ELSE d.text END AS text,
	CASE WHEN d.updated_at < {now} - $2 THEN '[]' ELSE d.files END AS files
FROM drafts d LEFT JOIN users u ON u.id = d.user_id WHERE d.ticket = $1`
	draftsOfTicket = draftColumns + ` ORDER BY d.updated_at DESC, d.user_id`
	draftOf        = draftColumns + ` AND d.user_id = $3`
)

// Drafts returns what users have begun to write to the customer of the ticket, the
// newest first.
func (s *Store) Drafts(ctx context.Context, ticket string) ([]Draft, error) {
	var records []draftRecord
	if err := s.r.sel(ctx, &records, draftsOfTicket, ticket, DraftsKept); err != nil {
		return nil, doing("drafts", err)
	}
	all := make([]Draft, len(records))
	for i, r := range records {
		var err error
		if all[i], err = r.draft(); err != nil {
			return nil, doing("drafts", err)
		}
	}
	return all, nil
}

// Draft returns the user's draft for the ticket, a blank one when there is none.
func (t *Tx) Draft(ctx context.Context, ticket, user string) (Draft, error) {
	var r draftRecord
	err := t.get(ctx, &r, draftOf, ticket, DraftsKept, user)
	if errors.Is(err, sql.ErrNoRows) {
		return Draft{Ticket: ticket, User: user}, nil
	}
	if err != nil {
		return Draft{}, doing("draft", err)
	}
	d, err := r.draft()
	return d, doing("draft", err)
}

// Whoever erases the person has the ticket, and sees what was put before.
const putDraft = `
INSERT INTO drafts (ticket, user_id, bot, chat, text, markup, files, sent, updated_at)
SELECT id, CAST($2 AS TEXT), bot, chat, CAST($3 AS TEXT), CAST($4 AS BOOLEAN), CAST($5 AS TEXT), CAST($6 AS BIGINT), {now}
FROM tickets WHERE id = $1 AND chat <> '' {update}
ON CONFLICT (ticket, user_id) DO UPDATE SET text = excluded.text, markup = excluded.markup, files = excluded.files,
	sent = excluded.sent, updated_at = excluded.updated_at
WHERE drafts.sent <= excluded.sent`

// PutDraft keeps the draft in place of the user's last one for the ticket, unless
// that has been sent meanwhile: then it is ErrConflict. ErrNotFound when there is no
// such ticket.
func (t *Tx) PutDraft(ctx context.Context, d Draft) error {
	if d.Files == nil {
		d.Files = []string{}
	}
	n, err := t.exec(ctx, putDraft, d.Ticket, d.User, clean(d.Text), d.Markup, toJSON(d.Files), d.Sent)
	return t.draftPut(ctx, d, n, err)
}

// draftPut tells why none was put, if none was.
func (t *Tx) draftPut(ctx context.Context, d Draft, n int, err error) error {
	if err != nil || n > 0 {
		return doing("put a draft", err)
	}
	if _, err := t.ticket(ctx, ticketByID, d.Ticket); err != nil {
		return doing("put a draft", err)
	}
	return doing("put a draft", ErrConflict)
}

const (
	// Of two who change the files at once one waits for the other.
	lockDraft = `SELECT id FROM tickets WHERE id = $1 {update}`

	putDraftWords = `
INSERT INTO drafts (ticket, user_id, bot, chat, text, markup, sent, updated_at)
SELECT id, CAST($2 AS TEXT), bot, chat, CAST($3 AS TEXT), CAST($4 AS BOOLEAN), CAST($5 AS BIGINT), {now}
FROM tickets WHERE id = $1 AND chat <> '' {update}
ON CONFLICT (ticket, user_id) DO UPDATE SET text = excluded.text, markup = excluded.markup, updated_at = excluded.updated_at
WHERE drafts.sent = excluded.sent`

	putDraftFiles = `
INSERT INTO drafts (ticket, user_id, bot, chat, files, sent, updated_at)
SELECT id, CAST($2 AS TEXT), bot, chat, CAST($3 AS TEXT), CAST($4 AS BIGINT), {now} FROM tickets WHERE id = $1 AND chat <> '' {update}
ON CONFLICT (ticket, user_id) DO UPDATE SET files = excluded.files, updated_at = excluded.updated_at
WHERE drafts.sent = excluded.sent`
)

// PutDraftWords is PutDraft of the words alone: the files stay that came with the
// draft meanwhile.
func (t *Tx) PutDraftWords(ctx context.Context, d Draft) error {
	n, err := t.exec(ctx, putDraftWords, d.Ticket, d.User, clean(d.Text), d.Markup, d.Sent)
	return t.draftPut(ctx, d, n, err)
}

// ChangeDraftFiles has the function change the files of the user's draft for the
// ticket. The words stay that were put meanwhile.
func (t *Tx) ChangeDraftFiles(ctx context.Context, ticket, user string, change func(files []string) ([]string, error)) error {
	var id string
	if err := t.get(ctx, &id, lockDraft, ticket); err != nil {
		return doing("files of a draft", absence(err))
	}
	d, err := t.Draft(ctx, ticket, user)
	if err != nil {
		return err
	}
	if d.Files, err = change(d.Files); err != nil {
		return err
	}
	if d.Files == nil {
		d.Files = []string{}
	}
	n, err := t.exec(ctx, putDraftFiles, ticket, user, toJSON(d.Files), d.Sent)
	return t.draftPut(ctx, d, n, err)
}

// Drafts stand at the address of their ticket, wherever that goes.
const followDrafts = `
UPDATE drafts SET bot = t.bot, chat = t.chat FROM tickets t WHERE t.id = drafts.ticket AND drafts.ticket = $1`

// What was begun in a ticket that is over goes on in the other, behind what was begun
// there: nothing is lost.
const (
	carryDrafts = `
INSERT INTO drafts (ticket, user_id, bot, chat, text, markup, files, sent, updated_at)
SELECT t.id, d.user_id, t.bot, t.chat, d.text, d.markup, d.files, 0, d.updated_at
FROM drafts d JOIN tickets t ON t.id = $2 WHERE d.ticket = $1 AND (d.text <> '' OR d.files <> '[]')
ON CONFLICT (ticket, user_id) DO UPDATE SET
	text = CASE WHEN drafts.text = '' OR excluded.text = '' THEN drafts.text || excluded.text ELSE drafts.text || $3 || excluded.text END,
	markup = CASE WHEN drafts.text = '' THEN excluded.markup ELSE drafts.markup END,
	files = CASE WHEN drafts.files = '[]' THEN excluded.files WHEN excluded.files = '[]' THEN drafts.files
		ELSE substr(drafts.files, 1, length(drafts.files) - 1) || ',' || substr(excluded.files, 2) END,
	updated_at = excluded.updated_at`

	emptyDrafts = `UPDATE drafts SET text = '', files = '[]' WHERE ticket = $1`
)

func (t *Tx) carryDrafts(ctx context.Context, from, to string) error {
	if _, err := t.exec(ctx, carryDrafts, from, to, "\n\n"); err != nil {
		return doing("drafts", err)
	}
	_, err := t.exec(ctx, emptyDrafts, from)
	return doing("drafts", err)
}
