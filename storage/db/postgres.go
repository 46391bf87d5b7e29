package db

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// Connections of one process: to take updates in, for the line, for reading.
const (
	doorConns    = 4
	lineConns    = 8
	readingConns = 4
)

// connectDefaults are how connections are made, unless the URL says otherwise.
func connectDefaults() map[string]string {
	return map[string]string{
		"application_name":  "visnyk",
		"binary_parameters": "yes", // one round trip for a statement, not two
		"connect_timeout":   "5",
		// Of several hosts it is the one that writes; an address that still leads to a
		// standby after a fail-over is as good as none.
		"target_session_attrs": "primary",
	}
}

// sessionDefaults are the settings of every connection, unless the URL sets
// them. A broken or stopped client must not hold locks longer than a lease
// lasts; a commit must outlive a power cut.
func sessionDefaults() map[string]string {
	return map[string]string{
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
// against all that it has read once. Nor need it remember what it found by a key, for no
// key comes twice, or make a map of the pages where that is.
func lineSettings() map[string]string {
	return map[string]string{
		"enable_seqscan":    "off",
		"enable_hashjoin":   "off",
		"enable_mergejoin":  "off",
		"enable_material":   "off",
		"enable_memoize":    "off",
		"enable_bitmapscan": "off",
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
	url, ofURL, err := postgresURL(url)
	if err != nil {
		return err
	}
	bare := session{url: url, wires: &d.wires}
	if err := keepsSessions(ctx, bare); err != nil {
		return err
	}
	d.session = bare.with(sessionDefaults(), ofURL)
	line := d.session.with(lineSettings(), ofURL)
	reading := d.session.with(readingSettings(o.ReadingTime), ofURL)
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
	d.notifier = newNotifier(d.session, d.log)
	d.closers = append(d.closers, d.notifier)
	return nil
}

func (d *DB) postgresPool(s session, conns int) (*pool, error) {
	db, err := s.connect()
	if err != nil {
		return nil, err
	}
	db.SetConnMaxIdleTime(idleTime)
	return d.newPool(db, conns), nil
}

// postgresURL completes the URL with how we connect, takes the settings of a session
// out of it, and decides on TLS: off this machine nothing goes unverified unless the
// URL (or PGSSLMODE) says so in words.
func postgresURL(dsn string) (completed string, settings map[string]string, err error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", nil, errors.New("the database URL cannot be read") // the parser's words would show the password
	}
	q := u.Query()
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return "", nil, errors.New("the database URL has a setting that lib/pq does not accept")
	}
	if cfg.SSLMode == "" {
		if host, ok := remoteHost(cfg); ok {
			return "", nil, fmt.Errorf("host %q is not this machine: add sslmode=verify-full to the database URL (or another sslmode, if you mean it)", host)
		}
		q.Set("sslmode", string(pq.SSLModeDisable))
	}
	for name, value := range connectDefaults() {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	for name := range cfg.Runtime {
		q.Del(name)
	}
	u.RawQuery = q.Encode()
	return u.String(), cfg.Runtime, nil
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
