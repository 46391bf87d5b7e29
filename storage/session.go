package storage

import (
	"context"
	"time"
)

// How long a session lasts.
const (
	SessionIdle  = 8 * time.Hour  // without a request
	SessionWhole = 24 * time.Hour // at most
	// SessionsKept is how long one that has ended is kept: by it is known when
	// somebody was last here.
	SessionsKept = 30 * 24 * time.Hour
)

// Session is a browser somebody has signed in with.
type Session struct {
	// ID is the SHA-256 of its cookie in hexadecimal: it names the session and
	// opens nothing.
	ID      string
	User    User // as they are now
	MadeAt  time.Time
	UsedAt  time.Time // to the minute
	EndsAt  time.Time // when it ends, should nobody use it
	Device  string    // the hash of the browser's own cookie
	Client  string    // the browser and its system, in a few words
	Network string    // the network it came from, as it began
	Stale   bool      // UsedAt is longer than a minute ago
}

// alive is true of a session s that has not ended or run out.
const alive = `s.ended_at = 0 AND s.used_at > {now} - ` + sessionIdle + ` AND s.made_at > {now} - ` + sessionWhole

const (
	sessionIdle  = "28800000000"
	sessionWhole = "86400000000"
	useWritten   = "60000000" // so often at most a use is written
)

var (
	_ = [1]struct{}{}[SessionIdle/time.Microsecond-28800000000]
	_ = [1]struct{}{}[SessionWhole/time.Microsecond-86400000000]
)

const addSession = `
INSERT INTO sessions (id, user_id, made_at, used_at, device, client, network) VALUES ($1, $2, {now}, {now}, $3, $4, $5)`

// AddSession adds the session of the user.
func (t *Tx) AddSession(ctx context.Context, id, user, device, client, network string) error {
	_, err := t.exec(ctx, addSession, id, user, device, client, network)
	return doing("add a session", err)
}

type sessionRecord struct {
	userRecord
	Session string `db:"session"`
	MadeAt  micros `db:"made_at"`
	LastAt  micros `db:"last_at"`
	Device  string `db:"device"`
	Client  string `db:"client"`
	Network string `db:"network"`
	Stale   bool   `db:"stale"`
}

func (r sessionRecord) session() Session {
	s := Session{
		ID: r.Session, User: r.user(), MadeAt: r.MadeAt.time(), UsedAt: r.LastAt.time(),
		Device: r.Device, Client: r.Client, Network: r.Network, Stale: r.Stale,
	}
	s.EndsAt = s.UsedAt.Add(SessionIdle)
	if end := s.MadeAt.Add(SessionWhole); end.Before(s.EndsAt) {
		s.EndsAt = end
	}
	return s
}

const sessionColumns = `s.id AS session, s.made_at, s.used_at AS last_at, s.device, s.client, s.network,
	s.used_at < {now} - ` + useWritten + ` AS stale, ` + userColumns

const findSessions = `
WITH v (id) AS (VALUES {rows ($)})
SELECT ` + sessionColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id IN (SELECT id FROM v) AND u.disabled_at = 0 AND ` + alive

// FindSessions returns the sessions of these ids that go on, with their users as
// they are now. One that has ended, has run out, or whose user is disabled, is not
// among them.
func (s *Store) FindSessions(ctx context.Context, ids []string) (map[string]Session, error) {
	var records []sessionRecord
	if err := selRows(ctx, s.r, &records, findSessions, nil, column(ids)); err != nil {
		return nil, doing("sessions", err)
	}
	found := make(map[string]Session, len(records))
	for _, r := range records {
		found[r.Session] = r.session()
	}
	return found, nil
}

const useSession = `UPDATE sessions SET used_at = {now} WHERE id = $1 AND used_at < {now} - ` + useWritten

// UseSession notes that the session was used now.
func (s *Store) UseSession(ctx context.Context, id string) error {
	_, err := s.w.exec(ctx, useSession, id)
	return doing("use a session", err)
}

const sessionsOfUser = `
SELECT ` + sessionColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.user_id = $1 AND u.disabled_at = 0 AND ` + alive + ` ORDER BY s.used_at DESC, s.id`

// Sessions lists the sessions of a user that go on, the last used first.
func (s *Store) Sessions(ctx context.Context, user string) ([]Session, error) {
	var records []sessionRecord
	if err := s.r.sel(ctx, &records, sessionsOfUser, user); err != nil {
		return nil, doing("sessions", err)
	}
	list := make([]Session, len(records))
	for i, r := range records {
		list[i] = r.session()
	}
	return list, nil
}

const endSession = `UPDATE sessions SET ended_at = {now} WHERE id = $1 AND ended_at = 0 RETURNING user_id`

// EndSession ends a session and returns whose it was; ErrNotFound when it has ended.
func (t *Tx) EndSession(ctx context.Context, id string) (user string, err error) {
	return user, doing("end a session", t.only(ctx, &user, endSession, id))
}

const endSessions = `UPDATE sessions SET ended_at = {now} WHERE user_id = $1 AND id <> $2 AND ended_at = 0`

// EndSessions ends all sessions of a user except one, if any, and returns how many
// those were.
func (t *Tx) EndSessions(ctx context.Context, user, except string) (ended int, err error) {
	ended, err = t.exec(ctx, endSessions, user, except)
	return ended, doing("end sessions", err)
}

const endRunOut = `
UPDATE sessions SET ended_at = {now} WHERE ended_at = 0 AND
	(used_at <= {now} - ` + sessionIdle + ` OR used_at <= {now} AND made_at <= {now} - ` + sessionWhole + `)`

// EndRunOut ends the sessions that have run out, so that whoever waits for news of
// one hears of it. A request finds out by itself.
func (s *Store) EndRunOut(ctx context.Context) error {
	_, err := s.w.exec(ctx, endRunOut)
	return doing("end sessions that ran out", err)
}
