package main

import (
	"context"
	"time"

	"visnyk/bot/contact"
	"visnyk/bot/expand"
	"visnyk/storage"
)

// importing is the reading of files with people, in the background: one at a time,
// over all replicas.
type importing struct {
	store    *storage.Store
	contacts *contact.Contacts
}

// Acquire implements expand.Work.
func (i importing) Acquire(ctx context.Context, owner string, ttl time.Duration) (storage.Lease, bool, error) {
	return i.store.AcquireImporter(ctx, owner, ttl)
}

// Open implements expand.Work.
func (i importing) Open(ctx context.Context) ([]expand.Step, error) { return i.contacts.Passes(ctx) }

// Idle implements expand.Work.
func (importing) Idle(context.Context) error { return nil }

// newImporter returns who reads them.
func (s *service) newImporter(store *storage.Store, owner string) *expand.Expander {
	return expand.New(expand.Config{
		Store: store, Owner: owner, Log: s.log, Of: importing{store, s.parts.api.Contacts},
		Half: true, // replies go first
	})
}
