package storage

import "context"

const reserveSetting = "disk.reserve" // MiB

// reserve returns how many bytes of the database's disk are kept free.
func (s *Store) reserve(ctx context.Context) (int64, error) {
	return s.mebibytes(ctx, s.r, reserveSetting)
}

// Disk tells how many bytes are free where the database is, and how many are
// kept so; ok is false where that is not known, as with PostgreSQL.
func (s *Store) Disk(ctx context.Context) (free, reserve int64, ok bool) { return s.db.Disk(ctx) }

// Room is ErrNoRoom while nothing new may be taken in.
func (s *Store) Room(ctx context.Context) error { return s.db.Room(ctx) }
