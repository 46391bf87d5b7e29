package storage

import (
	"context"
	"errors"
	"time"

	"github.com/lib/pq"
)

// ExpansionKind says of what an expansion makes rows.
type ExpansionKind string

// The kinds of expansions.
const (
	ExpandLedger    ExpansionKind = "ledger"    // makes the ledger's rows of a change
	ExpandAttribute ExpansionKind = "attribute" // judges the values of an attribute by its type
	ExpandRegion    ExpansionKind = "region"    // finds people's regions by the tree there is now
)

// Expansion is a walk over all contacts that makes a row for each of them whom
// its subject concerns, a batch of keys at a time. How far it has come is
// committed with the rows of the batch, so whoever goes on with it after a death
// leaves nobody out and does nothing twice.
//
// It is no instant: each contact is judged when the walk comes to its key, and
// whoever is written meanwhile, new or changed, is judged by that write.
type Expansion struct {
	Kind    ExpansionKind `db:"kind"`
	Subject string        `db:"subject"` // whose rows are made: the change's id, the attribute's name, "regions"
	Round   int64         `db:"round"`   // of the walks for the subject, the last one counts
	Reached string        `db:"reached"` // the last contact walked past; "" at the beginning
	Walked  int           `db:"walked"`  // contacts walked past
	People  int           `db:"people"`  // about how many there are; 0 while nobody has counted
	Ended   bool          `db:"ended"`
}

// ErrBusy: somebody writes one of the contacts just now. Nothing was done; try
// again in a moment.
var ErrBusy = errors.New("somebody writes the contact just now")

const (
	// expandAtOnce is how many contacts are walked past in one transaction: a
	// writer that comes meanwhile waits for no more than these.
	expandAtOnce = 500
	// expansionKept is how long the end of an expansion is remembered. Turns that
	// were read before it are over long before that.
	expansionKept = 10 * time.Minute
	// expander is the lease of whoever expands. No bot has such a name.
	expander = "~expansion"
)

// The caller holds what keeps two rounds of a subject from being asked for at
// once: for changes, EditContent.
const askExpansions = `
WITH v (subject) AS (VALUES {rows ($)})
INSERT INTO expansions (kind, subject, round, asked_at)
SELECT CAST($1 AS TEXT), v.subject,
	COALESCE((SELECT max(e.round) FROM expansions e WHERE e.kind = CAST($1 AS TEXT) AND e.subject = v.subject), 0) + 1, {now}
FROM v WHERE TRUE`

func (t *Tx) askExpansions(ctx context.Context, kind ExpansionKind, subjects [][]any) error {
	_, err := t.execRows(ctx, askExpansions, []any{kind}, subjects)
	return doing("ask for an expansion", err)
}

const (
	expansionColumns = `SELECT kind, subject, round, reached, walked, people, ended_at <> 0 AS ended FROM expansions `
	openExpansions   = expansionColumns + `WHERE ended_at = 0 ORDER BY asked_at, kind, subject, round`
	openExpansionsOf = expansionColumns + `WHERE kind = $1 AND ended_at = 0 ORDER BY subject, round`
	// Whatever a turn has read may be older than the end.
	expandingSubjects = `SELECT DISTINCT subject FROM expansions WHERE kind = $1 AND (ended_at = 0 OR ended_at > {now} - $2)`
	forgetExpansions  = `DELETE FROM expansions WHERE ended_at <> 0 AND ended_at <= {now} - $1`
)

// Expansions returns those that have not ended, in the order they were asked for.
func (s *Store) Expansions(ctx context.Context) (all []Expansion, err error) {
	err = s.r.sel(ctx, &all, openExpansions)
	return all, doing("expansions", err)
}

// Expanding returns the subjects whose rows may not all be there for whoever has
// read before now: those being expanded, and those whose expansion has just ended.
func (s *Store) Expanding(ctx context.Context, kind ExpansionKind) (map[string]bool, error) {
	var subjects []string
	if err := s.r.sel(ctx, &subjects, expandingSubjects, kind, expansionKept); err != nil {
		return nil, doing("expansions", err)
	}
	all := make(map[string]bool, len(subjects))
	for _, subject := range subjects {
		all[subject] = true
	}
	return all, nil
}

// Idle reports whether nobody of this process is at the database just now, with
// an update or a turn.
func (s *Store) Idle() bool { return s.db.AtWork() == 0 }

// ForgetExpansions removes those that ended a while ago.
func (s *Store) ForgetExpansions(ctx context.Context) error {
	_, err := s.w.exec(ctx, forgetExpansions, expansionKept)
	return doing("forget expansions", err)
}

// AcquireExpander takes the lease under which expansions go on, as Acquire does.
func (s *Store) AcquireExpander(ctx context.Context, owner string, ttl time.Duration) (l Lease, ok bool, err error) {
	l, _, ok, err = s.Acquire(ctx, expander, owner, ttl)
	return l, ok, err
}

const countContacts = `SELECT count(*) FROM contacts`

const (
	superseded = `SELECT EXISTS (SELECT 1 FROM expansions WHERE kind = $1 AND subject = $2 AND round > $3)`

	// The contacts stay as they are until the commit, and here: what is judged
	// neither changes nor is erased before its row stands. Nobody is waited for,
	// who might wait for us.
	nextContacts = `SELECT id FROM contacts WHERE id > $1 ORDER BY id LIMIT 500 {sharenow}`

	moveExpansion = `
UPDATE expansions SET reached = $5, walked = walked + $6, people = $7, ended_at = CASE WHEN $8 THEN {now} ELSE 0 END
WHERE kind = $1 AND subject = $2 AND round = $3 AND reached = $4 AND ended_at = 0`
)

var _ = [1]struct{}{}[expandAtOnce-500]

// Expand walks past the next contacts in one transaction: makes makes their rows,
// by their ids, and says whether the subject wants no more. It returns how far
// the expansion has come then. Without a lease of ours it is ErrLeaseLost;
// ErrBusy and ErrConflict (somebody has gone on with it) have done nothing.
func (s *Store) Expand(ctx context.Context, l Lease, e Expansion, makes func(t *Tx, contacts []string) (over bool, err error)) (Expansion, error) {
	if e.Reached == "" && e.People == 0 { // for who looks on: the walk needs no count
		if err := s.reading.get(ctx, &e.People, countContacts); err != nil && ctx.Err() != nil {
			return e, doing("count contacts", err)
		}
	}
	if err := s.db.LightenLog(ctx); err != nil { // of the batch before
		return e, doing("expand", err)
	}
	next := e
	err := s.InStep(ctx, func(t *Tx) error {
		next = e
		if err := t.fence(ctx, l); err != nil {
			return err
		}
		var ids []string
		if err := t.sel(ctx, &ids, nextContacts, e.Reached); err != nil {
			return err
		}
		if err := t.get(ctx, &next.Ended, superseded, e.Kind, e.Subject, e.Round); err != nil {
			return err
		}
		if len(ids) > 0 && !next.Ended {
			over, err := makes(t, ids)
			if err != nil {
				return err
			}
			next.Ended = over
			next.Reached = ids[len(ids)-1]
			next.Walked += len(ids)
		}
		if len(ids) < expandAtOnce {
			next.Ended = true
		}
		if next.Ended {
			next.Reached = "" // nobody's id stays
		}
		n, err := t.exec(ctx, moveExpansion, e.Kind, e.Subject, e.Round, e.Reached, next.Reached, next.Walked-e.Walked, next.People, next.Ended)
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return err
	})
	if err != nil {
		return e, doing("expand", busy(err))
	}
	return next, nil
}

// busy makes ErrBusy of a lock that was not waited for.
func busy(err error) error {
	var p *pq.Error
	if errors.As(err, &p) && p.Code == "55P03" {
		return ErrBusy
	}
	return err
}
