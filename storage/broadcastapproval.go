package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"visnyk/bot"
)

const (
	// What was returned or taken back is not approved, whatever was before.
	lastApproval = `
SELECT action, detail FROM audit WHERE object = $1 AND action IN ('broadcast.approve', 'broadcast.return', 'broadcast.undo') ORDER BY id DESC LIMIT 1`

	// Which is told while it is announced, and as long as nothing stands in its place.
	versionStands = `
SELECT EXISTS (SELECT 1 FROM changes WHERE id = $1 AND version = $2 AND state NOT IN ('replaced', 'withdrawn'))`

	renderingsByHash = `
WITH v (hash) AS (VALUES {rows ($)})
SELECT r.hash, r.change_id, r.version, r.channel, r.language, r.part, r.template FROM v JOIN renderings r ON r.hash = v.hash`
)

// ApprovedRenderings returns what was approved of the broadcast to be shown, and
// whether it is what was approved: content, audience and window have the hash that the
// audit tells of, and each rendering its own. Whoever changed one of them in the
// database would have to write the audit anew.
func (s *Store) ApprovedRenderings(ctx context.Context, m Mailing) (all []bot.Rendering, intact bool, err error) {
	return s.r.approvedRenderings(ctx, m)
}

// ApprovedRenderings is Store.ApprovedRenderings as the transaction has it.
func (t *Tx) ApprovedRenderings(ctx context.Context, m Mailing) (all []bot.Rendering, intact bool, err error) {
	return t.approvedRenderings(ctx, m)
}

// Outdated reports whether the broadcast tells a version of its change in whose place
// another stands by now, or a change that was withdrawn, or an article that is not told
// any more: then nobody more is told it.
func (s *Store) Outdated(ctx context.Context, m Mailing) (bool, error) { return s.r.outdated(ctx, m) }

// Outdated is Store.Outdated as the transaction has it.
func (t *Tx) Outdated(ctx context.Context, m Mailing) (bool, error) { return t.outdated(ctx, m) }

func (c conn) outdated(ctx context.Context, m Mailing) (bool, error) {
	if m.Answers != nil {
		answers, err := c.answers(ctx, *m.Answers)
		return err == nil && !answers, doing("article that a broadcast tells", err)
	}
	if m.Change == "" || m.ChangeVersion == 0 {
		return false, nil
	}
	version := m.ChangeVersion
	if m.News != nil {
		version = max(version, m.News.Still)
	}
	var stands bool
	err := c.get(ctx, &stands, versionStands, m.Change, version)
	return err == nil && !stands, doing("version that a broadcast tells", err)
}

// mayBeTold reports whether the broadcast is what was approved, and its change no other
// and no secret.
func (c conn) mayBeTold(ctx context.Context, m Mailing) (bool, error) {
	if _, intact, err := c.approvedRenderings(ctx, m); err != nil || !intact {
		return false, err
	}
	if silent, err := c.silent(ctx, m); err != nil || silent {
		return false, err
	}
	outdated, err := c.outdated(ctx, m)
	return err == nil && !outdated, err
}

func (c conn) approvedRenderings(ctx context.Context, m Mailing) (all []bot.Rendering, intact bool, err error) {
	if m.Hash == "" || m.Hash != m.ApprovedHash() {
		return nil, false, nil
	}
	var approvals []struct {
		Action string `db:"action"`
		Detail string `db:"detail"`
	}
	if err := c.sel(ctx, &approvals, lastApproval, "broadcast/"+m.ID); err != nil || len(approvals) == 0 {
		return nil, false, doing("approval", err)
	}
	var detail struct {
		Hash string `json:"hash"`
	}
	if err := json.Unmarshal([]byte(approvals[0].Detail), &detail); err != nil || detail.Hash != m.Hash || approvals[0].Action != "broadcast.approve" {
		return nil, false, nil
	}
	all, err = c.keptRenderings(ctx, m.Renderings)
	return all, len(all) == len(m.Renderings), doing("renderings", err)
}

// keptRenderings returns those of the renderings that stand as they were kept.
func (c conn) keptRenderings(ctx context.Context, of []bot.BroadcastRendering) (all []bot.Rendering, err error) {
	hashes := make([]string, len(of))
	for i, r := range of {
		hashes[i] = r.Hash
	}
	var records []struct {
		Hash     string            `db:"hash"`
		Change   string            `db:"change_id"`
		Version  int               `db:"version"`
		Channel  string            `db:"channel"`
		Language bot.Language      `db:"language"`
		Part     bot.RenderingPart `db:"part"`
		Template string            `db:"template"`
	}
	if err := selRows(ctx, c, &records, renderingsByHash, nil, column(hashes)); err != nil {
		return nil, fmt.Errorf("renderings: %w", err)
	}
	for _, r := range records {
		is := bot.Rendering{Change: r.Change, Version: r.Version, Channel: r.Channel, Language: r.Language, Part: r.Part, Template: r.Template}
		if is.Hash() == r.Hash {
			all = append(all, is)
		}
	}
	return all, nil
}

const wholeBroadcasts = broadcastColumns + `WHERE id > $1 ORDER BY id LIMIT 500`

// compareBroadcasts looks at every broadcast as it stands, and takes what the audit
// tells of them out of told.
func (c conn) compareBroadcasts(ctx context.Context, told map[string]*approvedOnce, found *ApprovedContent) error {
	for after := ""; ; {
		page, err := c.broadcasts(ctx, wholeBroadcasts, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, m := range page {
			after = m.ID
			if err := c.compareBroadcast(ctx, m, told, found); err != nil {
				return err
			}
		}
	}
}

func (c conn) compareBroadcast(ctx context.Context, m Mailing, told map[string]*approvedOnce, found *ApprovedContent) error {
	object, state := "broadcast/"+m.ID, string(m.State)
	public := m.State.Locked() && (m.State != bot.BroadcastCancelled || !m.Started.IsZero())
	if m.State == bot.BroadcastSent { // which it becomes by itself
		state = string(bot.BroadcastSending)
	}
	found.compare(object, told, state, public, m.ApprovedHash())
	if !public {
		return nil
	}
	kept, err := c.keptRenderings(ctx, m.Renderings)
	if err == nil && len(kept) < len(m.Renderings) {
		found.Problems = append(found.Problems, object+" has renderings that are not there as they were approved")
	}
	return err
}
