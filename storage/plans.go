package storage

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// plans keeps the statements of one pool prepared: PostgreSQL parses and plans
// each text once per connection instead of at every call. Texts do not vary
// with values or with the number of rows, so there are as many as constants.
type plans struct {
	db   *sqlx.DB
	mu   sync.RWMutex
	kept map[string]*sqlx.Stmt
}

func newPlans(db *sqlx.DB) *plans { return &plans{db: db, kept: map[string]*sqlx.Stmt{}} }

// statement gives the prepared statement, bound to the transaction if c is one.
func (c conn) statement(ctx context.Context, query string) (*sqlx.Stmt, error) {
	s, err := c.p.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if tx, ok := c.q.(*sqlx.Tx); ok {
		return tx.StmtxContext(ctx, s), nil
	}
	return s, nil
}

func (p *plans) prepare(ctx context.Context, query string) (*sqlx.Stmt, error) {
	p.mu.RLock()
	s := p.kept[query]
	p.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	s, err := p.db.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.kept[query]; first != nil { // somebody prepared it meanwhile
		_ = s.Close()
		return first, nil
	}
	p.kept[query] = s
	return s, nil
}
