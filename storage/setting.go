package storage

import (
	"context"
)

const setting = `SELECT value FROM settings WHERE key = $1`

// Setting returns a setting that people change; ok is false when nobody set it.
func (s *Store) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	return s.r.setting(ctx, key)
}

// Setting returns a setting as the transaction has it.
func (t *Tx) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	return t.setting(ctx, key)
}

func (c conn) setting(ctx context.Context, key string) (value string, ok bool, err error) {
	var values []string
	if err := c.sel(ctx, &values, setting, key); err != nil {
		return "", false, doing("setting", err)
	}
	if len(values) == 0 {
		return "", false, nil
	}
	return values[0], true, nil
}

const putSetting = `
INSERT INTO settings (key, value) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value`

// PutSetting sets a setting.
func (s *Store) PutSetting(ctx context.Context, key, value string) error {
	_, err := s.w.exec(ctx, putSetting, key, value)
	return doing("put a setting", err)
}

// PutSetting sets a setting; its entry of the audit is the caller's.
func (t *Tx) PutSetting(ctx context.Context, key, value string) error {
	_, err := t.exec(ctx, putSetting, key, value)
	return doing("put a setting", err)
}
