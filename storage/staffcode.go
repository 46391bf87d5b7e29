package storage

import (
	"context"
	"time"
)

// CodeKind is what a code of the staff does, once.
type CodeKind string

// The kinds of codes.
const (
	CodeSetUp  CodeKind = "setup"  // makes the first admin of an empty database
	CodeInvite CodeKind = "invite" // lets a new user choose a password
	CodeReset  CodeKind = "reset"  // lets a user choose another password
	CodeSecond CodeKind = "second" // goes on signing in with the second factor
	CodeFactor CodeKind = "factor" // goes on signing in by setting up a second factor
	CodeLink   CodeKind = "link"   // links the user's messenger
)

// StaffCode is a code that does one thing once.
type StaffCode struct {
	Hash  string // of the code, which is kept nowhere
	Kind  CodeKind
	User  string // whom it is for; "" for the set-up
	Until time.Time
	TOTP  string // the sealed secret that is being set up, of CodeFactor
}

const addCode = `
INSERT INTO staff_codes (hash, kind, user_id, totp, made_at, open_until) VALUES ($1, $2, $3, $4, {now}, {now} + $5)
RETURNING open_until`

// AddCode adds a code that is open for ttl and returns until when.
func (t *Tx) AddCode(ctx context.Context, c StaffCode, ttl time.Duration) (until time.Time, err error) {
	var at micros
	err = t.get(ctx, &at, addCode, c.Hash, c.Kind, c.User, c.TOTP, ttl)
	return at.time(), doing("add a code", err)
}

type codeRecord struct {
	Hash  string   `db:"hash"`
	Kind  CodeKind `db:"kind"`
	User  string   `db:"user_id"`
	TOTP  string   `db:"totp"`
	Until micros   `db:"open_until"`
}

func (r codeRecord) code() StaffCode {
	return StaffCode{Hash: r.Hash, Kind: r.Kind, User: r.User, Until: r.Until.time(), TOTP: r.TOTP}
}

const findCode = `
SELECT hash, kind, user_id, totp, open_until FROM staff_codes WHERE hash = $1 AND open_until > {now}`

// Code returns the open code of that hash; ErrNotFound when it is used, past, or
// never was.
func (s *Store) Code(ctx context.Context, hash string) (StaffCode, error) {
	var r codeRecord
	err := s.r.only(ctx, &r, findCode, hash)
	return r.code(), doing("a code", err)
}

const useCode = `
DELETE FROM staff_codes WHERE hash = $1 AND open_until > {now}
RETURNING hash, kind, user_id, totp, open_until`

// UseCode takes the open code of that hash, which nobody else can use from then
// on; ErrNotFound as with Code.
func (t *Tx) UseCode(ctx context.Context, hash string) (StaffCode, error) {
	var r codeRecord
	err := t.only(ctx, &r, useCode, hash)
	return r.code(), doing("use a code", err)
}

const dropCodes = `
WITH v (kind) AS (VALUES {rows ($)})
DELETE FROM staff_codes WHERE user_id = $1 AND kind IN (SELECT kind FROM v)`

// DropCodes takes the user's codes of these kinds away.
func (t *Tx) DropCodes(ctx context.Context, user string, kinds ...CodeKind) error {
	rows := make([][]any, len(kinds))
	for i, k := range kinds {
		rows[i] = []any{k}
	}
	_, err := t.execRows(ctx, dropCodes, []any{user}, rows)
	return doing("drop codes", err)
}
