// Package storagetest gives tests real databases: a throw-away PostgreSQL
// cluster for the test binary, with a fresh migrated database for every test,
// and a fresh SQLite file. Nothing here fakes a database, and nothing but tests
// imports it.
package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/lib/pq"

	"visnyk/storage"
)

// shared is the cluster of this test binary: tests have nothing else in common
// that could hold it.
var shared struct {
	sync.Mutex
	cluster *Cluster
	err     error
	made    int
	free    []string // databases that are fresh again
}

const template = "visnyk_template"

// Main runs the tests of a package and stops the cluster that they may have
// started. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		if err := shared.cluster.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "storagetest:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// Each runs f on both databases, each fresh and migrated: on one beside the other,
// since on one there is much waiting and on the other much work. The caller must have
// nothing left to do behind it.
func Each(t *testing.T, f func(t *testing.T, s *storage.Store)) {
	t.Helper()
	for name, url := range map[string]func(testing.TB) string{"postgres": PostgresURL, "sqlite": SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, Open(t, url(t)))
		})
	}
}

// Open opens the database until the test ends.
func Open(t testing.TB, url string) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), url, storage.Options{Secret: []byte("a secret for tests alone")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// PostgresURL returns the URL of a fresh, migrated database that is the test's
// own until it ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	c := running(t)
	name := ""
	if n := len(shared.free); n > 0 {
		name, shared.free = shared.free[n-1], shared.free[:n-1]
	} else {
		name = create(t, c, template)
	}
	t.Cleanup(func() {
		// Emptying a database is quicker than making one. One that is still in use
		// is left alone.
		switch err := c.empty(context.Background(), name); {
		case err == nil:
			shared.Lock()
			defer shared.Unlock()
			shared.free = append(shared.free, name)
		case !inUse(err):
			t.Errorf("storagetest: empty %s: %v", name, err)
		}
	})
	return c.URL(name)
}

// EmptyPostgresURL returns the URL of a fresh database without any table, for
// tests of migrations.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	c := running(t)
	return c.URL(create(t, c, "template0"))
}

// running returns the shared cluster; the caller holds the lock.
func running(t testing.TB) *Cluster {
	t.Helper()
	if shared.cluster == nil && shared.err == nil {
		shared.cluster, shared.err = startShared(t.Context())
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.cluster
}

func create(t testing.TB, c *Cluster, from string) string {
	t.Helper()
	shared.made++
	name := fmt.Sprintf("test_%d", shared.made)
	if err := c.exec(t.Context(), "postgres", "CREATE DATABASE "+name+" TEMPLATE "+from); err != nil {
		t.Fatal(err)
	}
	return name
}

// empty makes a used database as fresh as its template: what has no rows is left as
// it is, which is most of it after most tests. It refuses a database that somebody
// is still connected to, see inUse. As a replica would, it fires no triggers: there
// are some against just this.
func (c *Cluster) empty(ctx context.Context, name string) error {
	return c.exec(ctx, name, `
DO $$
DECLARE one TEXT; filled BOOLEAN; tables TEXT;
BEGIN
	FOR i IN 1..20 LOOP
		PERFORM pg_stat_clear_snapshot();
		EXIT WHEN NOT EXISTS (SELECT 1 FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend');
		IF i = 20 THEN RAISE object_in_use; END IF;
		PERFORM pg_sleep(0.01);
	END LOOP;
	SET LOCAL session_replication_role = replica;
	FOR one IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%' LOOP
		EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
		IF filled THEN tables := concat_ws(', ', tables, one); END IF;
	END LOOP;
	EXECUTE 'TRUNCATE ' || tables;
	`+c.seed+`
END $$`)
}

// inUse reports whether empty refused.
func inUse(err error) bool {
	var p *pq.Error
	return errors.As(err, &p) && p.Code == "55006"
}

func startShared(ctx context.Context) (*Cluster, error) {
	c, err := StartPostgres("", ClusterOptions{})
	if err != nil {
		return nil, err
	}
	if err := c.makeTemplate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("storagetest: %w", err), c.Close())
	}
	return c, nil
}

func (c *Cluster) makeTemplate(ctx context.Context) error {
	if err := c.exec(ctx, "postgres", "CREATE DATABASE "+template); err != nil {
		return err
	}
	if err := migrate(ctx, c.URL(template)); err != nil {
		return err
	}
	return c.keepSeed(ctx)
}

// keepSeed keeps the statements that put back what the migrations wrote.
func (c *Cluster) keepSeed(ctx context.Context) error {
	connector, err := pq.NewConnector(c.URL(template))
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var tables []string
	err = db.QueryRowContext(ctx, `SELECT array_agg(quote_ident(tablename)) FROM pg_tables
		WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%'`).Scan(pq.Array(&tables))
	if err != nil {
		return err
	}
	for _, table := range tables {
		var rows sql.NullString
		if err := db.QueryRowContext(ctx, "SELECT json_agg(t) FROM "+table+" t").Scan(&rows); err != nil {
			return err
		}
		if rows.Valid {
			c.seed += fmt.Sprintf("INSERT INTO %s SELECT * FROM json_populate_recordset(NULL::%s, %s);\n", table, table, pq.QuoteLiteral(rows.String))
		}
	}
	return nil
}

// SQLiteURL returns the URL of a fresh, migrated database file that is removed
// when the test ends.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	fresh, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(Folder(t), "visnyk.db")
	if err := os.WriteFile(file, fresh, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

// migratedFile is what a fresh file holds once it is migrated, which takes longer
// than most tests do: it is done once, as PostgreSQL has its template.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "visnyk-template-")
	if err != nil {
		return nil, fmt.Errorf("storagetest: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "visnyk.db")
	if err := migrate(context.Background(), "sqlite:"+file); err != nil {
		return nil, fmt.Errorf("storagetest: %w", err)
	}
	return os.ReadFile(file)
})

func migrate(ctx context.Context, url string) error {
	s, err := storage.Open(ctx, url, storage.Options{})
	if err != nil {
		return err
	}
	if _, err := s.Migrate(ctx); err != nil {
		_ = s.Close()
		return err
	}
	return s.Close()
}
