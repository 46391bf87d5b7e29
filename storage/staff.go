package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"visnyk/bot"
)

// User is one person of the staff.
type User struct {
	ID, Login string
	Role      bot.Role
	Password  string // hashed; see bot/staff
	Disabled  bool
}

const addUser = `
INSERT INTO users (id, login, role, password, created_at) VALUES ($1, $2, $3, $4, {now})
ON CONFLICT (login) DO NOTHING`

// AddUser adds a user; ErrConflict when the login is taken.
func (t *Tx) AddUser(ctx context.Context, u User) error {
	n, err := t.exec(ctx, addUser, u.ID, u.Login, u.Role, u.Password)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("add a user", err)
}

const userByLogin = `
SELECT id, login, role, password, disabled_at FROM users WHERE login = $1`

// User returns the user of the login; ErrNotFound when there is none.
func (s *Store) User(ctx context.Context, login string) (User, error) {
	u, err := s.r.user(ctx, userByLogin, login)
	return u, doing("user", err)
}

const lockUser = userByLogin + ` {update}`

// LockUser returns the user of the login, who cannot change before the commit.
func (t *Tx) LockUser(ctx context.Context, login string) (User, error) {
	u, err := t.user(ctx, lockUser, login)
	return u, doing("lock a user", err)
}

func (c conn) user(ctx context.Context, query, login string) (User, error) {
	var r struct {
		ID         string   `db:"id"`
		Login      string   `db:"login"`
		Role       bot.Role `db:"role"`
		Password   string   `db:"password"`
		DisabledAt micros   `db:"disabled_at"`
	}
	err := c.get(ctx, &r, query, login)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return User{ID: r.ID, Login: r.Login, Role: r.Role, Password: r.Password, Disabled: r.DisabledAt != 0}, err
}

const disableUser = `UPDATE users SET disabled_at = {now} WHERE id = $1 AND disabled_at = 0`

// DisableUser ends what the user may do; ErrConflict when it has ended before.
func (t *Tx) DisableUser(ctx context.Context, id string) error {
	n, err := t.exec(ctx, disableUser, id)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("disable a user", err)
}

// Token is what a program shows instead of a password.
type Token struct {
	Hash   string // of the secret, which is kept nowhere
	UserID string
	Name   string
	Role   bot.Role
}

const addToken = `
INSERT INTO tokens (hash, user_id, name, role, created_at) VALUES ($1, $2, $3, $4, {now})
ON CONFLICT DO NOTHING`

// AddToken adds a token; ErrConflict when the user has one of that name.
func (t *Tx) AddToken(ctx context.Context, k Token) error {
	n, err := t.exec(ctx, addToken, k.Hash, k.UserID, k.Name, k.Role)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("add a token", err)
}

const revokeToken = `UPDATE tokens SET revoked_at = {now} WHERE user_id = $1 AND name = $2 AND revoked_at = 0`

// RevokeToken ends a token; ErrNotFound when the user has none of that name.
func (t *Tx) RevokeToken(ctx context.Context, userID, name string) error {
	n, err := t.exec(ctx, revokeToken, userID, name)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return doing("revoke a token", err)
}

// Bearer is whom a token stands for.
type Bearer struct {
	User
	TokenRole bot.Role
	Stale     bool // its last use was noted longer ago than asked
}

const bearers = `
WITH v (hash) AS (VALUES {rows ($)})
SELECT k.hash, u.id, u.login, u.role, k.role AS token_role, k.used_at < {now} - $1 AS stale
FROM tokens k JOIN users u ON u.id = k.user_id
WHERE k.hash IN (SELECT hash FROM v) AND k.revoked_at = 0 AND u.disabled_at = 0`

// Bearers returns whom each of the tokens stands for, by its hash, and whether its
// last use was noted longer than fresh ago. A token that there is not, or that
// has ended, or whose user has, is not among them.
func (s *Store) Bearers(ctx context.Context, hashes []string, fresh time.Duration) (map[string]Bearer, error) {
	var records []struct {
		Hash      string   `db:"hash"`
		ID        string   `db:"id"`
		Login     string   `db:"login"`
		Role      bot.Role `db:"role"`
		TokenRole bot.Role `db:"token_role"`
		Stale     bool     `db:"stale"`
	}
	if err := selRows(ctx, s.r, &records, bearers, []any{fresh}, column(hashes)); err != nil {
		return nil, doing("bearers", err)
	}
	found := make(map[string]Bearer, len(records))
	for _, r := range records {
		found[r.Hash] = Bearer{User: User{ID: r.ID, Login: r.Login, Role: r.Role}, TokenRole: r.TokenRole, Stale: r.Stale}
	}
	return found, nil
}

const useToken = `UPDATE tokens SET used_at = {now} WHERE hash = $1`

// UseToken notes that the token was used now.
func (s *Store) UseToken(ctx context.Context, hash string) error {
	_, err := s.w.exec(ctx, useToken, hash)
	return doing("use a token", err)
}

// UserEntry is a user as a list shows one: what they may do, and since when.
type UserEntry struct {
	ID, Login  string
	Role       bot.Role
	CreatedAt  time.Time
	DisabledAt time.Time // zero while they may work
	Tokens     int       // those not revoked; none once the user is disabled
	UsedAt     time.Time // when one of their tokens was last used; zero: never
}

const listUsers = `
SELECT u.id, u.login, u.role, u.created_at, u.disabled_at, COALESCE(max(k.used_at), 0) AS used_at,
	count(CASE WHEN k.revoked_at = 0 AND u.disabled_at = 0 THEN 1 END) AS tokens
FROM users u LEFT JOIN tokens k ON k.user_id = u.id
GROUP BY u.id, u.login, u.role, u.created_at, u.disabled_at ORDER BY u.login`

// Users lists the staff by login, those who are disabled too.
func (s *Store) Users(ctx context.Context) ([]UserEntry, error) {
	var records []struct {
		ID         string   `db:"id"`
		Login      string   `db:"login"`
		Role       bot.Role `db:"role"`
		CreatedAt  micros   `db:"created_at"`
		DisabledAt micros   `db:"disabled_at"`
		UsedAt     micros   `db:"used_at"`
		Tokens     int      `db:"tokens"`
	}
	if err := s.reading.sel(ctx, &records, listUsers); err != nil {
		return nil, doing("users", err)
	}
	list := make([]UserEntry, len(records))
	for i, r := range records {
		list[i] = UserEntry{
			ID: r.ID, Login: r.Login, Role: r.Role, Tokens: r.Tokens,
			CreatedAt: r.CreatedAt.time(), DisabledAt: r.DisabledAt.time(), UsedAt: r.UsedAt.time(),
		}
	}
	return list, nil
}

// TokenEntry is a token as a list shows one. Its hash is not part of it.
type TokenEntry struct {
	Login, Name    string
	Role, UserRole bot.Role
	Disabled       bool // its user is
	CreatedAt      time.Time
	UsedAt         time.Time // zero: never
	RevokedAt      time.Time // zero while it is in force
}

const listTokens = `
SELECT u.login, k.name, k.role, u.role AS user_role, u.disabled_at, k.created_at, k.used_at, k.revoked_at
FROM tokens k JOIN users u ON u.id = k.user_id ORDER BY u.login, k.name, k.created_at`

// Tokens lists the tokens of all users, those that have ended too.
func (s *Store) Tokens(ctx context.Context) ([]TokenEntry, error) {
	var records []struct {
		Login      string   `db:"login"`
		Name       string   `db:"name"`
		Role       bot.Role `db:"role"`
		UserRole   bot.Role `db:"user_role"`
		DisabledAt micros   `db:"disabled_at"`
		CreatedAt  micros   `db:"created_at"`
		UsedAt     micros   `db:"used_at"`
		RevokedAt  micros   `db:"revoked_at"`
	}
	if err := s.reading.sel(ctx, &records, listTokens); err != nil {
		return nil, doing("tokens", err)
	}
	list := make([]TokenEntry, len(records))
	for i, r := range records {
		list[i] = TokenEntry{
			Login: r.Login, Name: r.Name, Role: r.Role, UserRole: r.UserRole, Disabled: r.DisabledAt != 0,
			CreatedAt: r.CreatedAt.time(), UsedAt: r.UsedAt.time(), RevokedAt: r.RevokedAt.time(),
		}
	}
	return list, nil
}
