package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// session is how connections to PostgreSQL are made, and what is set on each of them.
// Settings go as a statement and not with the greeting: a pooler in between refuses a
// greeting with settings that it does not know, or forgets them.
type session struct {
	url      string
	settings map[string]string
	wires    *wires
}

// settingTime is how long a new connection may take over its settings: a pooler
// greets at once and lets the first statement wait until it has a session to lend.
const settingTime = 5 * time.Second

// with returns the session with further settings, the later over the earlier.
func (s session) with(more ...map[string]string) session {
	settings := map[string]string{}
	maps.Copy(settings, s.settings)
	for _, m := range more {
		maps.Copy(settings, m)
	}
	return session{s.url, settings, s.wires}
}

// connect returns a pool of such connections. It connects nowhere yet.
func (s session) connect() (*sqlx.DB, error) {
	h, err := newHosts(s.url, dialer{s.wires})
	if err != nil {
		return nil, err
	}
	set := []string{"pg_backend_pid()"}
	for _, name := range slices.Sorted(maps.Keys(s.settings)) {
		set = append(set, "set_config("+pq.QuoteLiteral(name)+", "+pq.QuoteLiteral(s.settings[name])+", FALSE)")
	}
	return sqlx.NewDb(sql.OpenDB(setting{h, s, "SELECT " + strings.Join(set, ", ")}), "postgres"), nil
}

// setting gives each new connection its settings, and learns who answers it.
type setting struct {
	*hosts
	session   session
	statement string
}

func (s setting) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.hosts.Connect(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, settingTime)
	defer cancel()
	own := &conn{driverConn: c.(driverConn), of: s.session}
	if own.pid, err = own.set(ctx, s.statement); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return own, nil
}

// set runs the statement that gives a connection its settings, and returns what it gives
// first: the number of the server's process.
func (c *conn) set(ctx context.Context, statement string) (pid int64, err error) {
	r, err := c.QueryContext(ctx, statement, nil)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	values := make([]driver.Value, len(r.Columns()))
	if err := r.Next(values); err != nil {
		return 0, err
	}
	return values[0].(int64), nil
}

var errLent = errors.New("the database is behind a pooler that lends a session for one transaction (PgBouncer's pool_mode=transaction): " +
	"statements that are kept prepared, settings and notices would be somebody else's. " +
	"Let it lend sessions (pool_mode=session), or connect past it")

// keepsSessions gives an error where connections have no sessions of their own.
// Whoever has one stays in the same process of the server, and is alone there. It
// asks before anything is set, for a lent session would keep that for somebody else.
func keepsSessions(ctx context.Context, s session) error {
	db, err := s.connect()
	if err != nil {
		return err
	}
	defer db.Close()
	conns, pids := [2]*sqlx.Conn{}, [2]int{}
	for i := range conns {
		if conns[i], err = db.Connx(ctx); err != nil {
			return err
		}
		defer conns[i].Close()
	}
	for range 3 {
		for i, c := range conns {
			var pid int
			if err := c.GetContext(ctx, &pid, "SELECT pg_backend_pid()"); err != nil {
				return err
			}
			if pids[i] != 0 && pids[i] != pid {
				return errLent
			}
			pids[i] = pid
		}
		if pids[0] == pids[1] {
			return errLent
		}
	}
	return nil
}
