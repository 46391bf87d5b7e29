package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
)

// SealFactor returns the secret of the user's second factor as it is kept: only
// with VISNYK_SECRET, and for this user, can it be read again. Without a secret of
// ours ErrNoSecret.
func (s *Store) SealFactor(user string, secret []byte) (string, error) {
	k := keyFor(s.secret, factors)
	if k.bytes == nil {
		return "", fmt.Errorf("seal a second factor: %w", ErrNoSecret)
	}
	sealed, err := k.seal(secret, user)
	if err != nil {
		return "", doing("seal a second factor", err)
	}
	return k.id + "." + base64.RawStdEncoding.EncodeToString(sealed), nil
}

// OpenFactor returns what SealFactor sealed; ErrNoSecret where that was done with
// another VISNYK_SECRET than the one that is here.
func (s *Store) OpenFactor(user, sealed string) ([]byte, error) {
	k := keyFor(s.secret, factors)
	id, text, ok := strings.Cut(sealed, ".")
	if k.bytes == nil || !ok || id != k.id {
		return nil, fmt.Errorf("open a second factor: %w", ErrNoSecret)
	}
	bytes, err := base64.RawStdEncoding.DecodeString(text)
	if err == nil {
		bytes, err = k.open(bytes, user)
	}
	return bytes, doing("open a second factor", err)
}

const putRecovery = `
INSERT INTO recovery_codes (user_id, hash) VALUES {rows ($, $)}`

// PutRecovery gives the user these recovery codes, by their hashes, in place of
// all before; none takes them away.
func (t *Tx) PutRecovery(ctx context.Context, user string, hashes []string) error {
	_, err := t.exec(ctx, `DELETE FROM recovery_codes WHERE user_id = $1`, user)
	if err != nil || len(hashes) == 0 {
		return doing("recovery codes", err)
	}
	rows := make([][]any, len(hashes))
	for i, h := range hashes {
		rows[i] = []any{user, h}
	}
	_, err = t.execRows(ctx, putRecovery, nil, rows)
	return doing("recovery codes", err)
}

const useRecovery = `UPDATE recovery_codes SET used_at = {now} WHERE user_id = $1 AND hash = $2 AND used_at = 0`

// UseRecovery reports whether the user had the recovery code, which is used now.
func (t *Tx) UseRecovery(ctx context.Context, user, hash string) (bool, error) {
	n, err := t.exec(ctx, useRecovery, user, hash)
	return n == 1, doing("use a recovery code", err)
}

const countRecovery = `SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at = 0`

// RecoveryLeft returns how many recovery codes the user still has.
func (s *Store) RecoveryLeft(ctx context.Context, user string) (n int, err error) {
	return n, doing("recovery codes", s.r.get(ctx, &n, countRecovery, user))
}
