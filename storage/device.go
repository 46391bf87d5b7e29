package storage

import (
	"context"
	"time"
)

// DevicesKept is how long a browser is known that nobody signs in with.
const DevicesKept = 90 * 24 * time.Hour

const knowsDevice = `
SELECT EXISTS (SELECT 1 FROM devices d JOIN users u ON u.id = d.user_id WHERE d.id = $1 AND u.login = $2) AS known`

// KnowsDevice reports whether the user of the login has signed in with the browser
// of that id before.
func (s *Store) KnowsDevice(ctx context.Context, id, login string) (known bool, err error) {
	return known, doing("a known browser", s.r.get(ctx, &known, knowsDevice, id, login))
}

const isDevice = `SELECT EXISTS (SELECT 1 FROM devices WHERE id = $1) AS known`

// IsDevice reports whether anybody has signed in with the browser of that id.
func (t *Tx) IsDevice(ctx context.Context, id string) (known bool, err error) {
	return known, doing("a known browser", t.get(ctx, &known, isDevice, id))
}

const putDevice = `
INSERT INTO devices (id, user_id, used_at) VALUES ($1, $2, {now})
ON CONFLICT (id, user_id) DO UPDATE SET used_at = excluded.used_at`

// PutDevice notes that the user signs in with the browser of that id.
func (t *Tx) PutDevice(ctx context.Context, id, user string) error {
	_, err := t.exec(ctx, putDevice, id, user)
	return doing("a known browser", err)
}

// DropDevices forgets the browsers of a user.
func (t *Tx) DropDevices(ctx context.Context, user string) error {
	_, err := t.exec(ctx, `DELETE FROM devices WHERE user_id = $1`, user)
	return doing("known browsers", err)
}
