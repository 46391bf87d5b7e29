package storage

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// QueueTab names one list of the desk.
type QueueTab string

// The lists of the desk.
const (
	QueueWaiting QueueTab = "waiting" // customers who wait, and nobody has taken them; in the order of «next»
	QueueMine    QueueTab = "mine"    // the asker holds them; those in our turn first
	QueueTheirs  QueueTab = "theirs"  // the customer's word is next
	QueueOpen    QueueTab = "open"    // all that are not closed
	QueueClosed  QueueTab = "closed"  // the latest first

	QueueTaken QueueTab = "taken" // for programs
)

// QueueTabs returns the lists in the order in which the desk shows them.
func QueueTabs() []QueueTab {
	return []QueueTab{QueueWaiting, QueueMine, QueueTheirs, QueueOpen, QueueClosed}
}

// QueueFilter says which tickets a list has.
type QueueFilter struct {
	Tab   QueueTab
	User  string // only what this user holds, or held when it was closed; "": whoever does
	After QueuePlace
	Limit int
}

// QueuePlace is where a row stands in its list: what comes after it is the next page.
type QueuePlace struct {
	Turn bot.TicketTurn // only QueueMine goes by it
	At   time.Time
	ID   string
}

// String writes the place for an address or a cursor.
func (p QueuePlace) String() string {
	return strings.Join([]string{string(p.Turn), strconv.FormatInt(int64(microsOf(p.At)), 36), p.ID}, "/")
}

// ReadQueuePlace reads what String wrote; "" is the beginning of a list.
func ReadQueuePlace(text string) (p QueuePlace, ok bool) {
	if text == "" {
		return p, true
	}
	parts := strings.SplitN(text, "/", 3)
	if len(parts) != 3 || parts[2] == "" {
		return p, false
	}
	at, err := strconv.ParseInt(parts[1], 36, 64)
	return QueuePlace{Turn: bot.TicketTurn(parts[0]), At: micros(at).time(), ID: parts[2]}, err == nil
}

// QueueRow is a ticket as the lists of the desk show one.
type QueueRow struct {
	bot.Ticket
	Name        string // of the person
	Language    bot.Language
	Tier        string
	HolderName  string // for colleagues; "" when nobody holds it
	HolderLogin string
	OfferedName string
	Title       bot.Bilingual // of the change or article it is about
	Last        QueueLine
}

// QueueLine is the last thing that the customer or an operator said: its beginning,
// and what it is where it has no words.
type QueueLine struct {
	Text       string
	Ours       bool
	Attachment bot.AttachmentKind // "" when it is only words
}

// Place returns where the row stands in the list.
func (r QueueRow) Place(tab QueueTab) QueuePlace {
	p := QueuePlace{At: r.TurnAt, ID: r.ID}
	switch tab {
	case QueueMine:
		p.Turn = r.Turn
	case QueueClosed:
		p.At = r.ClosedAt
	}
	return p
}

type queueRecord struct {
	ticketRecord
	Name        string       `db:"name"`
	Language    bot.Language `db:"language"`
	Tier        string       `db:"tier"`
	HolderName  string       `db:"holder_name"`
	HolderLogin string       `db:"holder_login"`
	OfferedName string       `db:"offered_name"`
	Said        string       `db:"said"`
	Outgoing    bool         `db:"outgoing"`
	Detail      []byte       `db:"detail"`
}

// saidAtMost is how many characters of the last words a list needs.
const saidAtMost = "300"

// queueRows reads whole rows of the tickets t. The last words are found by the key of
// the history, from its end; presses and what the bot says are passed over.
func queueRows(t string) string {
	return `
SELECT t.*, COALESCE(c.name, '') AS name, COALESCE(c.language, '') AS language, COALESCE(c.tier, '') AS tier,
	COALESCE(` + nameOfUser("u") + `, '') AS holder_name, COALESCE(u.login, '') AS holder_login, COALESCE(` + nameOfUser("o") + `, '') AS offered_name,
	COALESCE(substr(h.text, 1, ` + saidAtMost + `), '') AS said, COALESCE(h.outgoing, FALSE) AS outgoing, h.detail
FROM (` + t + `) t
LEFT JOIN contacts c ON c.id = t.contact
LEFT JOIN users u ON u.id = t.holder
LEFT JOIN users o ON o.id = t.offered AND t.offered <> ''
LEFT JOIN history h ON h.bot = t.bot AND h.chat = t.chat AND h.id = (
	SELECT x.id FROM history x
	WHERE x.bot = t.bot AND x.chat = t.chat AND x.kind IN ('typed', 'attached', 'edited', 'desk') AND NOT ` + ofErased("history") + `
	ORDER BY x.id DESC LIMIT 1)`
}

// nameOfUser is what colleagues call a user; see User.Called.
func nameOfUser(u string) string { return `COALESCE(NULLIF(` + u + `.name, ''), ` + u + `.login)` }

// queueList is a list: what it holds, what comes after a place in it, and in which
// order. $1 is the user, $2 how many, $3 and $4 the place; only QueueMine has $5.
type queueList struct{ holds, after, order string }

func queueLists() map[QueueTab]queueList {
	byTurn := func(holds string) queueList {
		return queueList{holds, `(t.turn_at, t.id) > (CAST($3 AS BIGINT), $4)`, `t.turn_at, t.id`}
	}
	return map[QueueTab]queueList{
		QueueWaiting: byTurn(`state = 'waiting' AND turn = 'ours'`),
		QueueTaken:   byTurn(`state = 'taken'`),
		QueueTheirs:  byTurn(`state <> 'closed' AND turn = 'theirs'`),
		QueueOpen:    byTurn(`state <> 'closed'`),
		QueueMine:    {`state = 'taken'`, `(t.turn, t.turn_at, t.id) > ($5, CAST($3 AS BIGINT), $4)`, `t.turn, t.turn_at, t.id`},
		QueueClosed:  {`state = 'closed'`, `(t.closed_at, t.id) < (CAST($3 AS BIGINT), $4)`, `t.closed_at DESC, t.id DESC`},
	}
}

func (l queueList) query() string {
	return queueRows(`
	SELECT t.* FROM (SELECT `+ticketColumns+` FROM tickets WHERE `+l.holds+`) t
	WHERE ($1 = '' OR t.holder = $1) AND `+l.after+` ORDER BY `+l.order+` LIMIT $2`) + `
ORDER BY ` + l.order
}

// Queue returns the tickets of a list after a place in it, at most as many as asked.
func (s *Store) Queue(ctx context.Context, f QueueFilter) ([]QueueRow, error) {
	list, known := queueLists()[f.Tab]
	if !known {
		return nil, doing("queue", fmt.Errorf("there is no list %q", f.Tab))
	}
	at := microsOf(f.After.At)
	switch {
	case f.After.ID != "":
	case f.Tab == QueueClosed:
		at = math.MaxInt64
	default:
		at = -1
	}
	values := []any{f.User, f.Limit, int64(at), f.After.ID}
	if f.Tab == QueueMine {
		values = append(values, f.After.Turn)
	}
	var records []queueRecord
	if err := s.reading.sel(ctx, &records, list.query(), values...); err != nil {
		return nil, doing("queue", err)
	}
	all, err := s.reading.titled(ctx, records)
	return all, doing("queue", err)
}

var queueByID = `
WITH v (id) AS (VALUES {rows ($)})` + queueRows(`SELECT `+ticketColumns+` FROM tickets WHERE id IN (SELECT id FROM v)`)

// QueueRows returns the rows of tickets by their ids; of one that is not there any
// more there is none.
func (s *Store) QueueRows(ctx context.Context, ids []string) ([]QueueRow, error) {
	var records []queueRecord
	err := selRows(ctx, s.reading, &records, queueByID, nil, column(ids))
	if err != nil {
		return nil, doing("queue rows", err)
	}
	all, err := s.reading.titled(ctx, records)
	return all, doing("queue rows", err)
}

// titled makes rows of records, and adds what they are about.
func (c conn) titled(ctx context.Context, records []queueRecord) ([]QueueRow, error) {
	all := make([]QueueRow, len(records))
	topics := map[string]bool{}
	for i, r := range records {
		all[i] = QueueRow{
			Ticket: r.ticket(), Name: r.Name, Language: r.Language, Tier: r.Tier,
			HolderName: r.HolderName, HolderLogin: r.HolderLogin, OfferedName: r.OfferedName,
			Last: QueueLine{Text: r.Said, Ours: r.Outgoing},
		}
		var detail struct {
			Attachment struct {
				Kind bot.AttachmentKind `json:"kind"`
			} `json:"attachment"`
		}
		if len(r.Detail) > 0 && fromJSON(string(r.Detail), &detail) == nil { // a detail of old is no reason to lose the row
			all[i].Last.Attachment = detail.Attachment.Kind
		}
		if r.Topic != "" {
			topics[r.Topic] = true
		}
	}
	titles, err := c.titles(ctx, topics)
	for i := range all {
		all[i].Title = titles[all[i].Topic]
	}
	return all, err
}

const titlesOf = `
WITH v (id) AS (VALUES {rows ($)})
SELECT id, content FROM articles WHERE id IN (SELECT id FROM v)
UNION ALL SELECT x.id, x.content FROM changes x WHERE x.id IN (SELECT id FROM v) AND ` + newest

// titles returns what changes and articles are called, by their ids; of two with one
// id it is the change.
func (c conn) titles(ctx context.Context, ids map[string]bool) (map[string]bot.Bilingual, error) {
	rows := make([][]any, 0, len(ids))
	for id := range ids {
		rows = append(rows, []any{id})
	}
	var found []struct {
		ID      string `db:"id"`
		Content string `db:"content"`
	}
	if err := selRows(ctx, c, &found, titlesOf, nil, rows); err != nil {
		return nil, err
	}
	titles := make(map[string]bot.Bilingual, len(found))
	for _, f := range found {
		var content struct{ Title, Question bot.Bilingual }
		if err := fromJSON(f.Content, &content); err != nil {
			return nil, err
		}
		titles[f.ID] = content.Question
		if content.Title.UK != "" || content.Title.RU != "" {
			titles[f.ID] = content.Title
		}
	}
	return titles, nil
}
