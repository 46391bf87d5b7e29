package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"visnyk/bot"
)

// DeskNews is what became different at the desk, and who is signed out.
type DeskNews struct {
	Now     time.Time // by the database's clock
	Changed []TicketMark
	Ended   []string // ids of sessions
}

// TicketMark tells one state of a ticket from all others of it.
type TicketMark struct {
	ID       string
	Revision int64
	At       time.Time // when it became so
}

// One statement, because every replica asks it every second. What is committed may
// be older than what was seen before: whoever asks goes back a little.
const deskNews = `
SELECT '' AS kind, '' AS id, CAST(0 AS BIGINT) AS revision, {now} AS at
UNION ALL SELECT 'ticket', t.id, t.revision, t.changed_at FROM (
	SELECT id, revision, changed_at FROM tickets
	WHERE changed_at > CASE WHEN CAST($1 AS BIGINT) = 0 THEN {now} ELSE CAST($1 AS BIGINT) END ORDER BY changed_at LIMIT $2) t
UNION ALL SELECT 'session', s.id, 0, s.ended_at FROM sessions s
	WHERE s.ended_at > CASE WHEN CAST($1 AS BIGINT) = 0 THEN {now} ELSE CAST($1 AS BIGINT) END`

// DeskNews returns which tickets have changed and which sessions have ended since,
// tickets at most limit, the earliest first. With a zero since it only tells the
// time.
func (s *Store) DeskNews(ctx context.Context, since time.Time, limit int) (DeskNews, error) {
	var records []struct {
		Kind     string `db:"kind"`
		ID       string `db:"id"`
		Revision int64  `db:"revision"`
		At       micros `db:"at"`
	}
	if err := s.r.sel(ctx, &records, deskNews, since, limit); err != nil {
		return DeskNews{}, doing("news of the desk", err)
	}
	var news DeskNews
	for _, r := range records {
		switch r.Kind {
		case "ticket":
			news.Changed = append(news.Changed, TicketMark{r.ID, r.Revision, r.At.time()})
		case "session":
			news.Ended = append(news.Ended, r.ID)
		default:
			news.Now = r.At.time()
		}
	}
	return news, nil
}

// QueueCountMost is where counting closed tickets ends.
const QueueCountMost = 1000

// QueueCounts is how many tickets the lists of the desk have; see QueueTab.
type QueueCounts struct {
	Waiting, Theirs, Open int
	Closed                int // QueueCountMost is that many or more
	Held                  map[string]Held
	// Oldest is when the turn began of the one that waits longest; zero: none waits.
	Oldest time.Time
}

// Held is what one user has: tickets in our turn, and in the customers'.
type Held struct {
	Ours   int `json:"ours"`
	Theirs int `json:"theirs"`
}

// All is how many they have.
func (h Held) All() int { return h.Ours + h.Theirs }

const countQueue = `
SELECT state, turn, holder, count(*) AS n, min(turn_at) AS oldest FROM (
	SELECT state, turn, holder, CASE WHEN turn_at = 0 THEN opened_at ELSE turn_at END AS turn_at FROM tickets WHERE state <> 'closed') t
GROUP BY state, turn, holder
UNION ALL SELECT 'closed', '', '', count(*), 0 FROM (SELECT 1 FROM tickets WHERE state = 'closed' LIMIT $1) c`

// QueueCounts counts what the lists of the desk have.
func (s *Store) QueueCounts(ctx context.Context) (QueueCounts, error) {
	var records []struct {
		State  bot.TicketState `db:"state"`
		Turn   bot.TicketTurn  `db:"turn"`
		Holder string          `db:"holder"`
		N      int             `db:"n"`
		Oldest micros          `db:"oldest"`
	}
	if err := s.reading.sel(ctx, &records, countQueue, QueueCountMost); err != nil {
		return QueueCounts{}, doing("count the queue", err)
	}
	c := QueueCounts{Held: map[string]Held{}}
	for _, r := range records {
		if r.State == bot.TicketClosed {
			c.Closed = r.N
			continue
		}
		c.count(r.State, r.Turn, r.Holder, r.N)
		if at := r.Oldest.time(); r.State == bot.TicketWaiting && r.Turn == bot.TurnOurs && (c.Oldest.IsZero() || at.Before(c.Oldest)) {
			c.Oldest = at
		}
	}
	return c, nil
}

// count adds tickets that are alike.
func (c *QueueCounts) count(state bot.TicketState, turn bot.TicketTurn, holder string, n int) {
	h := c.Held[holder]
	c.Open += n
	if turn == bot.TurnTheirs {
		c.Theirs += n
		h.Theirs += n
	} else {
		h.Ours += n
	}
	switch {
	case state == bot.TicketTaken:
		c.Held[holder] = h
	case turn == bot.TurnOurs:
		c.Waiting += n
	}
}

const nextTicket = `
SELECT id FROM tickets
WHERE state = 'waiting' AND turn = 'ours' AND (offered = '' OR offered = $1 OR offered_until <= {now})
ORDER BY turn_at, id LIMIT 1 {skip}`

// NextTicket returns the ticket that has waited longest and is not offered to
// somebody else, and keeps others from getting it too; ErrNotFound when there is
// none.
func (t *Tx) NextTicket(ctx context.Context, user string) (id string, err error) {
	err = t.get(ctx, &id, nextTicket, user)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return id, doing("next ticket", err)
}
