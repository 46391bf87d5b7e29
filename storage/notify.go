package storage

import "context"

// DeskTopic tells that something the desk shows of tickets is different. InTx
// notifies of it by itself.
const DeskTopic = "desk"

// Notify tells every replica, this one too, that something waits:
// "inbox:<bot>", "outbox:<bot>", "content", DeskTopic and the like. Call it after the commit. It
// returns at once; repeats within a moment become one. A notice may be lost, so
// a slow sweep stays the truth.
func (s *Store) Notify(topic string) { s.db.Notify(topic) }

// Listen calls f with every topic that any replica notified of (this one too),
// and with "" whenever notices may have been missed: look everywhere then. It
// blocks until ctx is done and gives nil. On SQLite, which has one process, one
// listener hears it directly.
func (s *Store) Listen(ctx context.Context, f func(topic string)) error { return s.db.Listen(ctx, f) }
