package storage

import (
	"context"
	"time"
)

// AcceptedFinding is what the check of a sheet's words has found and somebody lets
// stand.
type AcceptedFinding struct {
	Change  string
	Finding string // its name
	Reason  string
	User    string
	Login   string // of the user, for colleagues
	At      time.Time
}

const acceptedFindings = `SELECT a.finding, a.reason, a.user_id, COALESCE(u.login, '') AS login, a.at
FROM accepted_findings a LEFT JOIN users u ON u.id = a.user_id WHERE a.change = $1 ORDER BY a.at, a.finding`

// AcceptedFindings returns what is let stand in the sheet of the change.
func (s *Store) AcceptedFindings(ctx context.Context, change string) ([]AcceptedFinding, error) {
	var records []struct {
		Finding string `db:"finding"`
		Reason  string `db:"reason"`
		User    string `db:"user_id"`
		Login   string `db:"login"`
		At      micros `db:"at"`
	}
	if err := s.r.sel(ctx, &records, acceptedFindings, change); err != nil {
		return nil, doing("accepted findings", err)
	}
	all := make([]AcceptedFinding, len(records))
	for i, r := range records {
		all[i] = AcceptedFinding{Change: change, Finding: r.Finding, Reason: r.Reason, User: r.User, Login: r.Login, At: r.At.time()}
	}
	return all, nil
}

const (
	acceptFinding = `
INSERT INTO accepted_findings (change, finding, reason, user_id, at) VALUES ($1, $2, $3, $4, {now})
ON CONFLICT (change, finding) DO UPDATE SET reason = excluded.reason, user_id = excluded.user_id, at = excluded.at`

	disputeFinding = `DELETE FROM accepted_findings WHERE change = $1 AND finding = $2`
)

// AcceptFinding lets it stand.
func (t *Tx) AcceptFinding(ctx context.Context, a AcceptedFinding) error {
	_, err := t.exec(ctx, acceptFinding, clean(a.Change), clean(a.Finding), clean(a.Reason), a.User)
	return doing("accept a finding", err)
}

// DisputeFinding has it stand no more.
func (t *Tx) DisputeFinding(ctx context.Context, change, finding string) error {
	_, err := t.exec(ctx, disputeFinding, change, finding)
	return doing("dispute a finding", err)
}
