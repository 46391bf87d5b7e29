package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

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
SELECT k.hash, k.role AS token_role, k.used_at < {now} - $1 AS stale, ` + userColumns + `
FROM tokens k JOIN users u ON u.id = k.user_id
WHERE k.hash IN (SELECT hash FROM v) AND k.revoked_at = 0 AND u.disabled_at = 0`

// Bearers returns whom each of the tokens stands for, by its hash, and whether its
// last use was noted longer than fresh ago. A token that there is not, or that
// has ended, or whose user has, is not among them.
func (s *Store) Bearers(ctx context.Context, hashes []string, fresh time.Duration) (map[string]Bearer, error) {
	var records []struct {
		userRecord
		Hash      string   `db:"hash"`
		TokenRole bot.Role `db:"token_role"`
		Stale     bool     `db:"stale"`
	}
	if err := selRows(ctx, s.r, &records, bearers, []any{fresh}, column(hashes)); err != nil {
		return nil, doing("bearers", err)
	}
	found := make(map[string]Bearer, len(records))
	for _, r := range records {
		found[r.Hash] = Bearer{User: r.user(), TokenRole: r.TokenRole, Stale: r.Stale}
	}
	return found, nil
}

const useToken = `UPDATE tokens SET used_at = {now} WHERE hash = $1`

// UseToken notes that the token was used now.
func (s *Store) UseToken(ctx context.Context, hash string) error {
	_, err := s.w.exec(ctx, useToken, hash)
	return doing("use a token", err)
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
