// Package broadcast is the way of a message to many: it is written, submitted,
// approved by somebody else, scheduled, and leaves once to each. Who may do what, four
// eyes and the audit stand here; who its recipients are and what became of each is
// storage's.
//
// Nothing here speaks to a messenger: what may leave is put into the outbox.
package broadcast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/locales"
	"visnyk/storage"
)

// Config is what broadcasts need. Tracker may be nil: then links are as they are.
type Config struct {
	Store      *storage.Store
	Messengers map[string]Messenger // by the bot's name
	Texts      *locales.Bundle
	Tracker    *bot.Tracker
	Zone       *time.Location // the company's, and that of whoever has not said another
	Now        func() time.Time
	Counting   Counting // nil: nobody counts, and numbers are not compared
	// Answer is what an article answers in the language just now; nil where nobody who
	// asked is told.
	Answer func(bot.Article, bot.Language) (string, error)
	// Doors are the flows that buttons may open; nil where nobody says which there are, and
	// nothing is written.
	Doors []bot.Door
	// Fetch begins to read what stands at an address of the open net; nil where nothing
	// is fetched.
	Fetch func(ctx context.Context, address string) (io.ReadCloser, error)
}

// Broadcasts makes and moves broadcasts.
type Broadcasts struct {
	store      *storage.Store
	messengers map[string]Messenger
	texts      *locales.Bundle
	tracker    *bot.Tracker
	zone       *time.Location
	now        func() time.Time
	counting   Counting
	answer     func(bot.Article, bot.Language) (string, error)
	doors      []bot.Door
	fetches    func(ctx context.Context, address string) (io.ReadCloser, error)
	shown      sync.Map // by the hash of what was approved: it is shown as it was approved
	knowing    sync.Map // how many of a wave knew when it was counted last, a knownAt
}

// New returns the broadcasts in the store.
func New(c Config) *Broadcasts {
	if c.Fetch == nil {
		c.Fetch = func(context.Context, string) (io.ReadCloser, error) { return nil, errors.ErrUnsupported }
	}
	return &Broadcasts{fetches: c.Fetch, store: c.Store, messengers: c.Messengers, texts: c.Texts, tracker: c.Tracker, zone: c.Zone, now: c.Now, counting: c.Counting, answer: c.Answer, doors: c.Doors}
}

// ZoneOf returns the zone with the name, in which moments of a broadcast are read; the
// company's where it is "" or none.
func (s *Broadcasts) ZoneOf(name string) *time.Location { return bot.ZoneOf(name, s.zone) }

// object names a broadcast in the audit, and where its writers are kept.
func object(id string) string { return "broadcast/" + id }

// Create makes a draft. Its id is made up when b has none; State and Version are
// ours. *bot.InvalidError for what no draft may be either, storage.ErrConflict when
// the id is taken.
func (s *Broadcasts) Create(ctx context.Context, by bot.Actor, b bot.Broadcast) (storage.Mailing, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return storage.Mailing{}, err
	}
	if b.ID == "" {
		b.ID = storage.NewID()
	}
	b.State, b.Version, b.ChangeVersion, b.Renderings, b.News, b.Answers, b.Mends, b.Corrects, b.Filled = bot.BroadcastDraft, 1, 0, nil, nil, nil, "", "", nil
	var err error
	if b.Media, err = s.Picture(ctx, b.Media); err != nil {
		return storage.Mailing{}, err
	}
	return s.write(ctx, b.ID, func(tx *storage.Tx) error {
		switch _, err := tx.Broadcast(ctx, b.ID); {
		case err == nil:
			return fmt.Errorf("broadcast %s: %w", b.ID, storage.ErrConflict)
		case !errors.Is(err, storage.ErrNotFound):
			return err
		}
		m := storage.Mailing{Broadcast: b, Author: by.User, Editor: by.User}
		return s.put(ctx, tx, by, "broadcast.create", m, nil)
	})
}

// Replace gives a draft its new content. b.Version is the version that was edited:
// bot.ErrNoVersion without one, *bot.StaleError when it is no longer the one that is
// there, *bot.MoveError when it is no draft any more.
func (s *Broadcasts) Replace(ctx context.Context, by bot.Actor, b bot.Broadcast) (storage.Mailing, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return storage.Mailing{}, err
	}
	if b.Version == 0 {
		return storage.Mailing{}, bot.ErrNoVersion
	}
	var err error
	if b.Media, err = s.Picture(ctx, b.Media); err != nil {
		return storage.Mailing{}, err
	}
	return s.write(ctx, b.ID, func(tx *storage.Tx) error {
		was, err := tx.Broadcast(ctx, b.ID)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(b.Version, was.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", b.ID, err)
		}
		if err := writable(was); err != nil {
			return err
		}
		next := was
		next.Broadcast = b
		next.Mends, next.Corrects = was.Mends, was.Corrects // what it stands in the place of stays
		next.Titles = was.Titles
		next.News, next.Answers, next.Filled = was.News, was.Answers, was.Filled
		next.State, next.Version, next.ChangeVersion, next.Renderings, next.Editor = was.State, was.Version+1, 0, nil, by.User
		return s.put(ctx, tx, by, "broadcast.edit", next, map[string]any{"version": next.Version})
	})
}

// Read returns one broadcast; storage.ErrNotFound when there is none.
func (s *Broadcasts) Read(ctx context.Context, by bot.Actor, id string) (storage.Mailing, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return storage.Mailing{}, err
	}
	m, err := s.store.Broadcast(ctx, id)
	if err == nil {
		err = s.outdated(ctx, &m)
	}
	return m, err
}

// outdated marks those broadcasts whose copy of a segment is not what the segment is now.
func (s *Broadcasts) outdated(ctx context.Context, all ...*storage.Mailing) error {
	if !slices.ContainsFunc(all, func(m *storage.Mailing) bool { return !m.Named.Everyone() }) {
		return nil
	}
	segments, err := s.store.Segments(ctx)
	if err != nil {
		return err
	}
	saved := bot.ByID(segments)
	for _, m := range all {
		m.Outdated = !m.Named.Everyone() && !m.Named.Still(m.Audience, saved)
	}
	return nil
}

// List returns the broadcasts by id, at most limit of those behind the cursor; next is
// the cursor of the rest, "" when there is none.
func (s *Broadcasts) List(ctx context.Context, by bot.Actor, cursor string, limit int) (all []storage.Mailing, next string, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, "", err
	}
	if all, err = s.store.Broadcasts(ctx, cursor, limit+1); err != nil {
		return nil, "", err
	}
	if len(all) > limit {
		all = all[:limit]
		next = all[limit-1].ID
	}
	these := make([]*storage.Mailing, len(all))
	for i := range all {
		these[i] = &all[i]
	}
	return all, next, s.outdated(ctx, these...)
}

// Report returns what became of a broadcast so far; storage.ErrNotFound when there is
// none.
func (s *Broadcasts) Report(ctx context.Context, by bot.Actor, id string) (bot.Report, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return bot.Report{}, err
	}
	return s.store.Report(ctx, id)
}

// write runs f in a transaction, and returns the broadcast as it is after it.
func (s *Broadcasts) write(ctx context.Context, id string, f func(*storage.Tx) error) (m storage.Mailing, err error) {
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		m, err = tx.Broadcast(ctx, id)
		return err
	})
	if err != nil {
		return m, err
	}
	s.store.Notify(storage.BroadcastsTopic)
	return m, s.outdated(ctx, &m)
}

// put stores the content of a draft and writes the audit.
func (s *Broadcasts) put(ctx context.Context, tx *storage.Tx, by bot.Actor, action string, m storage.Mailing, detail any) error {
	if err := s.check(ctx, tx, m.Broadcast); err != nil {
		return err
	}
	if err := tx.Wrote(ctx, object(m.ID), by); err != nil {
		return err
	}
	if err := tx.PutBroadcast(ctx, m); err != nil {
		return err
	}
	return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: action, Object: object(m.ID), Detail: detail})
}
