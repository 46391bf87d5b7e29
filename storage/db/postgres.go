package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Connections of one process: to take updates in, for the line, for reading.
const (
	doorConns    = 4
	lineConns    = 8
	readingConns = 4
)

// sessionDefaults are the settings of every connection, unless the URL sets
// them. A broken or stopped client must not hold locks longer than a lease
// lasts; a commit must outlive a power cut.
func sessionDefaults() map[string]string {
	return map[string]string{
		"application_name":                    "visnyk",
		"binary_parameters":                   "yes", // one round trip for a statement, not two
		"connect_timeout":                     "5",
		"statement_timeout":                   "10s",
		"lock_timeout":                        "3s",
		"idle_in_transaction_session_timeout": "5s",
		"synchronous_commit":                  "on",
		"jit":                                 "off",
	}
}

// lineSettings are those of the line and of the door besides: their statements
// go by key and their plans are kept. A plan made while a table was young and its
// statistics wrong must not read all of it later, nor hold each row of a statement
// against all that it has read once.
func lineSettings() map[string]string {
	return map[string]string{
		"enable_seqscan":   "off",
		"enable_hashjoin":  "off",
		"enable_mergejoin": "off",
		"enable_material":  "off",
	}
}

// readingSettings are those of the reading pool, where a statement may take so
// long at most.
func readingSettings(most time.Duration) map[string]string {
	return map[string]string{
		"default_transaction_read_only": "on",
		"statement_timeout":             strconv.FormatInt(most.Milliseconds(), 10),
	}
}

// openPostgres makes the pools and checks that commits are durable.
func (d *DB) openPostgres(ctx context.Context, url string, o Options) error {
	d.dialect = postgresDialect(o.Clock)
	line, err := postgresDSN(url, lineSettings())
	if err != nil {
		return err
	}
	reading, err := postgresDSN(url, readingSettings(o.ReadingTime))
	if err != nil {
		return err
	}
	d.dsn = line
	conns := o.MaxConns
	if conns == 0 {
		conns = lineConns
	}
	if d.write, err = d.postgresPool(line, conns); err != nil {
		return err
	}
	d.read = d.write
	if d.door, err = d.postgresPool(line, doorConns); err != nil {
		return err
	}
	if d.reading, err = d.postgresPool(reading, readingConns); err != nil {
		return err
	}
	d.reading.timeout = o.ReadingTime
	var durable string
	if err := d.write.db.GetContext(ctx, &durable, "SHOW synchronous_commit"); err != nil {
		return err
	}
	if durable == "off" {
		return errors.New("PostgreSQL runs with synchronous_commit=off: a power cut would lose what we acknowledged")
	}
	d.notifier = newNotifier(line, d.log)
	d.closers = append(d.closers, d.notifier)
	return nil
}

func (d *DB) postgresPool(dsn string, conns int) (*pool, error) {
	db, err := connect(dsn)
	if err != nil {
		return nil, err
	}
	db.SetConnMaxIdleTime(idleTime)
	return d.newPool(db, conns), nil
}

func connect(dsn string) (*sqlx.DB, error) {
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	c.Dialer(dialer{})
	return sqlx.NewDb(sql.OpenDB(c), "postgres"), nil
}

// postgresDSN completes the URL with our settings, and those of a pool over them,
// and decides on TLS: off this
// machine nothing goes unverified unless the URL (or PGSSLMODE) says so in words.
func postgresDSN(dsn string, ofPool map[string]string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("the database URL cannot be read") // the parser's words would show the password
	}
	q := u.Query()
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return "", errors.New("the database URL has a setting that lib/pq does not accept")
	}
	if cfg.SSLMode == "" {
		if host, ok := remoteHost(cfg); ok {
			return "", fmt.Errorf("host %q is not this machine: add sslmode=verify-full to the database URL (or another sslmode, if you mean it)", host)
		}
		q.Set("sslmode", string(pq.SSLModeDisable))
	}
	settings := sessionDefaults()
	maps.Copy(settings, ofPool)
	for name, value := range settings {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// withSetting replaces settings of a URL that postgresDSN made: name, value,
// name, value.
func withSetting(dsn string, settings ...string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("the database URL cannot be read")
	}
	q := u.Query()
	for i := 0; i+1 < len(settings); i += 2 {
		q.Set(settings[i], settings[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// remoteHost returns the first host of the configuration that is not this machine.
func remoteHost(cfg pq.Config) (string, bool) {
	hosts := append([]pq.ConfigMultihost{{Host: cfg.Host, Hostaddr: cfg.Hostaddr}}, cfg.Multi...)
	for _, h := range hosts {
		switch {
		case h.Hostaddr.IsValid():
			if !h.Hostaddr.IsLoopback() {
				return h.Hostaddr.String(), true
			}
		case h.Host == "" || h.Host == "localhost" || filepath.IsAbs(h.Host) || strings.HasPrefix(h.Host, "@"):
		default:
			if ip, err := netip.ParseAddr(h.Host); err != nil || !ip.IsLoopback() {
				return h.Host, true
			}
		}
	}
	return "", false
}

// dialer notices a peer that fell silent: keep-alives on an idle connection, a
// limit on unacknowledged bytes on a busy one.
type dialer struct{}

const silence = 5 * time.Second

func (d dialer) net() *net.Dialer {
	return &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silence, Interval: time.Second, Count: 3},
		Control:         limitSilence,
	}
}

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.net().Dial(network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	nd := d.net()
	nd.Timeout = timeout
	return nd.Dial(network, address)
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.net().DialContext(ctx, network, address)
}
