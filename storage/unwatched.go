package storage

import (
	"context"
	"errors"
	"strings"
	"time"

	"visnyk/bot"
)

// Unwatched is what waits at the desk, when somebody last looked at anything there,
// and where colleagues hear of it.
type Unwatched struct {
	Ticket  string    // the one that waits longest; "" where none does
	Since   time.Time // since when its customer waits
	Waiting int       // how many wait
	Used    time.Time // when somebody who works at the desk last used a page; zero is never
	To      []Colleague
}

// Colleague is where somebody of the staff hears of what waits.
type Colleague struct {
	User     string
	Role     bot.Role
	Address  bot.Address
	Language bot.Language // as they chose for the pages; "" where they did not
}

// rolesThatMay are the roles that include the permission, for SQL.
func rolesThatMay(p bot.Permission) string {
	var all []string
	for _, r := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} {
		if r.May(p) {
			all = append(all, "'"+string(r)+"'")
		}
	}
	return strings.Join(all, ", ")
}

var (
	longestWaiting = `
SELECT id AS ticket, turn_at AS since, (SELECT COUNT(*) FROM tickets WHERE state = 'waiting') AS waiting,
	COALESCE((SELECT MAX(s.used_at) FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.ended_at = 0 AND u.disabled_at = 0 AND u.role IN (` + rolesThatMay(bot.WorkTickets) + `)), 0) AS used
FROM tickets WHERE state = 'waiting' ORDER BY turn_at, id LIMIT 1`

	deskColleagues = `
SELECT a.bot, a.chat, a.user_id, u.language, u.role FROM staff_addresses a JOIN users u ON u.id = a.user_id
WHERE u.disabled_at = 0 AND u.role IN (` + rolesThatMay(bot.WorkTickets) + `) ORDER BY a.bot, a.chat`
)

// Unwatched returns what waits at the desk; the zero value where nothing does.
func (s *Store) Unwatched(ctx context.Context) (Unwatched, error) {
	var first struct {
		Ticket  string `db:"ticket"`
		Since   micros `db:"since"`
		Waiting int    `db:"waiting"`
		Used    micros `db:"used"`
	}
	err := s.r.only(ctx, &first, longestWaiting)
	if errors.Is(err, ErrNotFound) {
		return Unwatched{}, nil
	}
	if err != nil {
		return Unwatched{}, doing("what waits", err)
	}
	u := Unwatched{Ticket: first.Ticket, Since: first.Since.time(), Waiting: first.Waiting, Used: first.Used.time()}
	u.To, err = s.r.colleagues(ctx, deskColleagues)
	return u, doing("who hears of what waits", err)
}

func (c conn) colleagues(ctx context.Context, query string) (all []Colleague, err error) {
	var rows []struct {
		Bot      string   `db:"bot"`
		Chat     string   `db:"chat"`
		User     string   `db:"user_id"`
		Language string   `db:"language"`
		Role     bot.Role `db:"role"`
	}
	if err := c.sel(ctx, &rows, query); err != nil {
		return nil, err
	}
	for _, r := range rows {
		all = append(all, Colleague{r.User, r.Role, bot.Address{Bot: r.Bot, Chat: r.Chat}, bot.Language(r.Language)})
	}
	return all, nil
}
