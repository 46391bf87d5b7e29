package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// ApprovalCall is the call of a user to approve what was submitted then.
type ApprovalCall struct {
	Object string
	Since  time.Time
	User   string
	Again  bool // it is the reminder of the call
}

// Same reports whether both are one call.
func (c ApprovalCall) Same(other ApprovalCall) bool {
	return c.Object == other.Object && c.User == other.User && c.Again == other.Again && c.Since.Equal(other.Since)
}

// Cause is that of its message.
func (c ApprovalCall) Cause() string {
	return fmt.Sprintf("%s/%d/%s", callsOf(c.Object), c.Since.UnixMicro(), map[bool]string{false: "call", true: "again"}[c.Again])
}

func callsOf(object string) string { return "approval/" + object }

var approversReached = `
SELECT a.bot, a.chat, a.user_id, u.language, u.role FROM staff_addresses a JOIN users u ON u.id = a.user_id
WHERE u.disabled_at = 0 AND u.role IN (` + rolesThatMay(bot.ApproveContent) + `) ORDER BY a.bot, a.chat`

// ApproversReached returns where those who may approve hear of what waits for them.
func (s *Store) ApproversReached(ctx context.Context) ([]Colleague, error) {
	all, err := s.r.colleagues(ctx, approversReached)
	return all, doing("where approvers are reached", err)
}

const approvalCalls = `SELECT object, since, user_id, again FROM approval_calls ORDER BY object, since, user_id`

// ApprovalCalls returns the calls to approve what nobody has decided yet.
func (s *Store) ApprovalCalls(ctx context.Context) ([]ApprovalCall, error) {
	var records []struct {
		Object string `db:"object"`
		Since  micros `db:"since"`
		User   string `db:"user_id"`
		Again  bool   `db:"again"`
	}
	if err := s.r.sel(ctx, &records, approvalCalls); err != nil {
		return nil, doing("calls to approve", err)
	}
	all := make([]ApprovalCall, len(records))
	for i, r := range records {
		all[i] = ApprovalCall{r.Object, r.Since.time(), r.User, r.Again}
	}
	return all, nil
}

const addApprovalCall = `
INSERT INTO approval_calls (object, since, user_id, again, at) VALUES ($1, CAST($2 AS BIGINT), $3, CAST($4 AS BOOLEAN), {now})
ON CONFLICT (object, since, user_id, again) DO NOTHING`

// CallToApprove notes the call, and reports whether it is to be made: it was not yet, and
// what it is about still waits, which nobody decides before the commit.
func (t *Tx) CallToApprove(ctx context.Context, w Awaiting, c ApprovalCall) (bool, error) {
	still, err := t.stillAwaits(ctx, w)
	if err != nil || !still {
		return false, doing("call to approve", err)
	}
	n, err := t.exec(ctx, addApprovalCall, c.Object, c.Since, c.User, c.Again)
	return n > 0, doing("call to approve", err)
}

// stillAwaits holds the lock that whoever decides begins with.
func (t *Tx) stillAwaits(ctx context.Context, w Awaiting) (bool, error) {
	is, err := t.awaits(ctx, w.Object())
	return err == nil && is.Version == w.Version, err
}

// awaits returns what waits of the object until the commit; the zero value where nothing
// does.
func (t *Tx) awaits(ctx context.Context, object string) (Awaiting, error) {
	if id, is := strings.CutPrefix(object, "broadcast/"); is {
		if _, err := t.Broadcast(ctx, id); err != nil && !errors.Is(err, ErrNotFound) {
			return Awaiting{}, err
		}
	} else if err := t.HoldContent(ctx); err != nil {
		return Awaiting{}, err
	}
	all, err := t.inReview(ctx)
	for _, is := range all {
		if is.Object() == object {
			return is, nil
		}
	}
	return Awaiting{}, err
}

// EndStrayCalls is EndCalls unless the object waits for an approval: for what was decided
// past the moves.
func (t *Tx) EndStrayCalls(ctx context.Context, object string) error {
	is, err := t.awaits(ctx, object)
	if err != nil || is.ID != "" {
		return doing("end calls to approve", err)
	}
	return t.EndCalls(ctx, object)
}

const (
	// From the few addresses to the rows, by the key.
	takeCallsBack = `
UPDATE outbox SET state = 'skipped', reason = 'decided' FROM staff_addresses a
WHERE outbox.bot = a.bot AND outbox.chat = a.chat AND outbox.cause >= $1 || '/' AND outbox.cause < $1 || '0' AND outbox.state || '' = 'pending'`

	dropApprovalCalls = `DELETE FROM approval_calls WHERE object = $1`
)

// EndCalls takes back every call to approve the object that has not left yet: whoever
// decides about it calls it in the same transaction.
func (t *Tx) EndCalls(ctx context.Context, object string) error {
	if _, err := t.exec(ctx, dropApprovalCalls, object); err != nil {
		return doing("end calls to approve", err)
	}
	var back []ending
	if err := t.sel(ctx, &back, takeCallsBack+returnEndings, callsOf(object)); err != nil {
		return doing("end calls to approve", err)
	}
	return doing("end calls to approve", t.ended(ctx, back))
}
