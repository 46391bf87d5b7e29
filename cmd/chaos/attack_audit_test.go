package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
)

const changeText = `"kind":"tariff","title":{"uk":"а","ru":"б"},"summary":{"uk":"а","ru":"б"},"reason":{"uk":"а","ru":"б"},` +
	`"consequence":{"uk":"а","ru":"б"},"benefit":{"uk":"а","ru":"б"},"to_do":{"uk":"а","ru":"б"},"from":"2031-01-01T00:00:00Z","audience":{}`

// attackUnseen has an approver read a change, its author write another text over
// it, and the approver approve what they have read.
func attackUnseen(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	author, approver := p.staff(s.settings, "olena", "admin"), p.staff(s.settings, "petro", "approver")
	do := func(token string, want int, method, path, body string, headers ...string) string {
		status, answer := ask(ctx, http.DefaultClient, s.address, token, method, path, body, headers...)
		if status != want {
			p.Errorf("%s %s is answered %d, want %d: %.200s", method, path, status, want, answer)
		}
		return answer
	}
	const at = "/changes/c"
	do(author, http.StatusCreated, http.MethodPost, "/changes", `{"id":"c",`+changeText+`}`)
	do(author, http.StatusOK, http.MethodPost, at+"/submit", `{"version":1}`)
	do(author, http.StatusOK, http.MethodPost, at+"/return", `{"version":1,"note":"інше"}`)
	do(author, http.StatusOK, http.MethodPut, at, `{"version":1,`+strings.Replace(changeText, "а", "в", 1)+`}`)
	do(author, http.StatusOK, http.MethodPost, at+"/submit", `{"version":2}`)
	do(approver, http.StatusPreconditionFailed, http.MethodPost, at+"/approve", "", "If-Match", `"1"`)
	do(approver, http.StatusPreconditionRequired, http.MethodPost, at+"/approve", "")
	unseen := s.count(`SELECT count(*) FROM changes WHERE state = 'approved'`)
	do(approver, http.StatusOK, http.MethodPost, at+"/approve", "", "If-Match", `"2"`)
	p.Logf("a change is written anew between the approver's reading and their yes; they say it of version 1, of none, of 2")
	bound(p, "approved unseen", unseen, 0)
	if s.count(`SELECT count(*) FROM changes WHERE state = 'approved'`) != 1 {
		p.Errorf("what was read as it is cannot be approved")
	}
}

// attackAudit takes from the audit and writes over it as whoever has the
// database may, and then, its guards aside, writes all of it anew as a good
// chain, without the secret.
func attackAudit(p *play) {
	taken := 0
	for _, database := range []string{"sqlite", "postgres"} {
		q := newPlay(p.T, p.rig, database, p.seed, p.size)
		url := q.fresh()
		s := q.settings(url)
		q.run(s, "", "migrate")
		q.staff(s, "olena", "admin")
		q.staff(s, "petro", "approver")
		db := q.open(url)
		for _, query := range auditTakers(database) {
			if _, err := db.Exec(query); err == nil {
				taken++
				p.Errorf("%s: %s is done", database, query)
			}
		}
		q.run(s, "", "verify")
		q.rewrite(db)
		said, err := q.try(s, "", "verify")
		if err == nil || !strings.Contains(said, "without the secret") {
			taken++
			p.Errorf("%s: verify does not find the chain that was written anew: %v: %s", database, err, said)
		}
		delete(s, "VISNYK_SECRET")
		if database == "sqlite" { // on PostgreSQL nothing is read without it
			if said, _ := q.try(s, "", "verify"); !strings.Contains(said, "not checked") {
				p.Errorf("verify without the secret does not say that marks were not checked: %s", said)
			}
		}
	}
	p.Logf("UPDATE, DELETE, TRUNCATE and REPLACE of the audit, and a good chain written anew without the secret, on both databases")
	bound(p, "done, or not found by verify", taken, 0)
}

func auditTakers(database string) []string {
	if database == "postgres" {
		return []string{`UPDATE audit SET actor = 'x'`, `DELETE FROM audit`, `TRUNCATE audit`, `TRUNCATE audit_head, audit CASCADE`}
	}
	return []string{
		`UPDATE audit SET actor = 'x'`, `DELETE FROM audit`, `UPDATE OR REPLACE audit SET actor = 'x'`,
		`REPLACE INTO audit SELECT * FROM audit`,
	}
}

// rewrite has somebody else as the actor of every entry, in a chain that is whole:
// the triggers are away meanwhile, as its owner can have them.
func (p *play) rewrite(db *sqlx.DB) {
	p.Helper()
	db.SetMaxOpenConns(1) // triggers are put aside for one session on PostgreSQL
	var triggers []struct{ Name, SQL string }
	if p.database == "postgres" {
		p.exec(db, `SET session_replication_role = replica`)
	} else {
		p.must(db.Select(&triggers, `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`))
	}
	for _, t := range triggers {
		p.exec(db, `DROP TRIGGER `+t.Name)
	}
	var entries []struct {
		ID, At                       uint64
		Role, Action, Object, Detail string
	}
	p.must(db.Select(&entries, `SELECT id, at, role, action, object, detail FROM audit ORDER BY id`))
	hash := ""
	for _, e := range entries {
		b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, e.ID), e.At)
		for _, field := range []string{hash, "nobody", e.Role, e.Action, e.Object, e.Detail} {
			b = append(binary.BigEndian.AppendUint64(b, uint64(len(field))), field...)
		}
		sum := sha256.Sum256(b)
		hash = hex.EncodeToString(sum[:])
		p.exec(db, `UPDATE audit SET actor = 'nobody', hash = $1 WHERE id = $2`, hash, e.ID)
	}
	p.exec(db, `UPDATE audit_head SET hash = $1`, hash)
	for _, t := range triggers {
		p.exec(db, t.SQL)
	}
}

func (p *play) exec(db *sqlx.DB, query string, args ...any) {
	p.Helper()
	_, err := db.Exec(query, args...)
	p.must(err)
}
