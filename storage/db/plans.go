package db

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// plans keeps the statements of one pool prepared: the database parses and plans
// each text once per connection instead of at every call. Texts do not vary
// with values; on PostgreSQL nor with the number of rows, and on SQLite only
// those over few rows are kept, so there are about as many as constants.
type plans struct {
	db   *sqlx.DB
	mu   sync.RWMutex
	kept map[string]*sqlx.Stmt
	// wanted are statements that a transaction needed and did not find.
	wanted map[string]bool
}

func newPlans(db *sqlx.DB) *plans {
	return &plans{db: db, kept: map[string]*sqlx.Stmt{}, wanted: map[string]bool{}}
}

// statement returns the prepared statement, bound to the transaction if c is one.
// A transaction never takes a second connection to prepare what is not kept yet:
// enough of them at once would wait for each other. It prepares for itself, and
// the statement is kept once the transaction has ended.
func (c Conn) statement(ctx context.Context, query string) (*sqlx.Stmt, error) {
	plans := c.pool.plans
	if c.tx == nil {
		return plans.prepare(ctx, query)
	}
	if s := plans.have(query); s != nil {
		return c.tx.StmtxContext(ctx, s), nil
	}
	plans.want(query)
	return c.tx.PreparexContext(ctx, query) // closed with the transaction
}

// have returns the kept statement, or nil.
func (p *plans) have(query string) *sqlx.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.kept[query]
}

func (p *plans) want(query string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted[query] = true
}

// catchUp prepares what transactions had to prepare for themselves. It is
// called outside of any; a statement that cannot be kept now is left to later.
func (p *plans) catchUp(ctx context.Context) {
	p.mu.Lock()
	if len(p.wanted) == 0 {
		p.mu.Unlock()
		return
	}
	wanted := p.wanted
	p.wanted = map[string]bool{}
	p.mu.Unlock()
	for query := range wanted {
		if _, err := p.prepare(ctx, query); err != nil {
			p.want(query)
		}
	}
}

func (p *plans) prepare(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if s := p.have(query); s != nil {
		return s, nil
	}
	s, err := p.db.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	kept := p.keep(query, s)
	if kept != s { // somebody prepared it meanwhile
		// It waits for whatever the connection does now, which may wait for the row
		// of a transaction that comes to us next: never under our lock.
		_ = s.Close()
	}
	return kept, nil
}

// keep keeps the statement unless there is one already, and returns the kept one.
func (p *plans) keep(query string, s *sqlx.Stmt) *sqlx.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.kept[query]; first != nil {
		return first
	}
	p.kept[query] = s
	return s
}
