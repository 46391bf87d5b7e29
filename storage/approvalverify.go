package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
)

// ApprovedContent is what there is to say of the content that is approved.
type ApprovedContent struct {
	Checked int // what is as it was when it was approved, and stands where it was moved
	// Unhashed are articles and changes approved before the audit kept hashes: they
	// were not checked.
	Unhashed []string
	Problems []string // what is not as it was approved, for a person to read
}

// approvedOnce is what the audit says of an object's last approval, and of where it
// was moved since.
type approvedOnce struct {
	hash    string // "" before there were hashes
	entry   int64
	writers map[string]bool // of what is not approved yet
	is      bool
	state   string // "" where it is not told
	moved   int64  // the entry that tells it
}

// auditedMoves are the states that moves lead to; any other leaves the state as it
// was. An import says its own, and so does a move of a broadcast.
func auditedMoves() map[string]string {
	return map[string]string{
		"create": string(bot.ChangeDraft), "submit": string(bot.ChangeReview), "return": string(bot.ChangeDraft),
		"approve": string(bot.ChangeApproved), "announce": string(bot.ChangeAnnounced), "close": string(bot.ChangeClosed),
		"withdraw": string(bot.ChangeWithdrawn), "retire": string(bot.ArticleRetired),
		"pause": string(bot.BroadcastPaused), "halt": string(bot.BroadcastPaused), "cancel": string(bot.BroadcastCancelled),
		"schedule": string(bot.BroadcastScheduled), "start": string(bot.BroadcastSending), "resume": string(bot.BroadcastSending),
		"retry": string(bot.BroadcastSending),
	}
}

const auditedContent = `
SELECT id, at, actor, role, action, object, detail, hash, mark, mark_key FROM audit
WHERE id > $1 AND action IN ('article.create', 'article.edit', 'article.accept', 'article.negative', 'article.import',
	'article.approve', 'article.retire', 'change.create', 'change.edit', 'change.import', 'change.submit', 'change.return',
	'change.approve', 'change.announce', 'change.close', 'change.withdraw',
	'broadcast.create', 'broadcast.edit', 'broadcast.submit', 'broadcast.approve', 'broadcast.return', 'broadcast.schedule',
	'broadcast.start', 'broadcast.pause', 'broadcast.resume', 'broadcast.cancel', 'broadcast.retry', 'broadcast.halt')
ORDER BY id LIMIT 1000`

// VerifyApprovals looks whether what customers may be told is what was approved:
// every approved article, change and broadcast against the last approval that the audit
// tells of, so VerifyAudit comes before. It finds content that was changed in the
// database, or never approved, or moved or removed past the audit, and approvals by
// who wrote it. The service may go on meanwhile.
func (s *Store) VerifyApprovals(ctx context.Context) (found ApprovedContent, err error) {
	err = s.snapshot(ctx, func(c conn) error {
		found = ApprovedContent{}
		told, err := c.approvals(ctx, &found)
		if err != nil {
			return err
		}
		articles, err := c.articles(ctx, articles)
		if err != nil {
			return err
		}
		for _, a := range articles {
			found.compare("article/"+a.ID, told, string(a.State), a.State == bot.ArticleApproved, a.ApprovedHash())
		}
		changes, err := c.sheets(ctx, sheets)
		if err != nil {
			return err
		}
		for _, x := range changes {
			found.compare("change/"+x.ID, told, string(x.State), x.Public(), x.ApprovedHash())
		}
		if err := c.compareBroadcasts(ctx, told, &found); err != nil {
			return err
		}
		for _, object := range slices.Sorted(maps.Keys(told)) { // what was compared is not there any more
			if a := told[object]; a.is {
				found.Problems = append(found.Problems, fmt.Sprintf("%s, approved in entry %d of the audit, is gone", object, a.entry))
			}
		}
		return nil
	})
	return found, doing("verify approvals", err)
}

// approvals reads what the audit says of content, in its order.
func (c conn) approvals(ctx context.Context, found *ApprovedContent) (map[string]*approvedOnce, error) {
	told := map[string]*approvedOnce{}
	for last := int64(0); ; {
		var page []auditRecord
		if err := c.sel(ctx, &page, auditedContent, last); err != nil || len(page) == 0 {
			return told, err
		}
		for _, r := range page {
			last = r.ID
			if told[r.Object] == nil {
				told[r.Object] = &approvedOnce{writers: map[string]bool{}}
			}
			if problem := told[r.Object].follow(r); problem != "" {
				found.Problems = append(found.Problems, problem)
			}
		}
	}
}

// follow takes the next entry about the object, and says what is wrong with it.
func (a *approvedOnce) follow(r auditRecord) (problem string) {
	var detail struct {
		State string `json:"state"` // of an import
		To    string `json:"to"`    // of a broadcast
		Hash  string `json:"hash"`
		Alone bool   `json:"alone"`
	}
	if err := json.Unmarshal([]byte(r.Detail), &detail); err != nil {
		return fmt.Sprintf("entry %d of the audit, about %s, cannot be read", r.ID, r.Object)
	}
	_, move, _ := strings.Cut(r.Action, ".")
	if to, is := auditedMoves()[move]; is {
		a.state, a.moved = cmp.Or(detail.To, to), r.ID
	} else if move == "import" {
		a.state, a.moved = detail.State, r.ID
	}
	switch {
	case move == "approve", move == "import" && (detail.Hash != "" || detail.State == string(bot.ArticleApproved)):
		if detail.Hash != "" && a.writers[r.Actor] && !detail.Alone {
			problem = fmt.Sprintf("%s was approved, in entry %d of the audit, by who wrote it", r.Object, r.ID)
		}
		a.hash, a.entry, a.is, a.writers = detail.Hash, r.ID, true, map[string]bool{}
		return problem
	case move == "import":
		a.is = false
	case r.Action == "broadcast.return":
		a.is = false
		return problem
	case move == "return":
		return problem // who returns it wrote nothing
	}
	if r.Actor != bot.SystemUser && !a.is {
		a.writers[r.Actor] = true
	}
	return problem
}

// compare looks at one thing as it stands, and takes what the audit tells of it out
// of told.
func (f *ApprovedContent) compare(object string, told map[string]*approvedOnce, state string, public bool, hash string) {
	a := told[object]
	delete(told, object)
	switch {
	case public && (a == nil || !a.is):
		f.Problems = append(f.Problems, object+" is approved, and the audit knows of no approval")
	case a != nil && a.is && a.state != "" && a.state != state:
		f.Problems = append(f.Problems, fmt.Sprintf("%s is %s, and is %s in entry %d of the audit", object, state, a.state, a.moved))
	case !public:
	case a.hash == "":
		f.Unhashed = append(f.Unhashed, object)
	case a.hash != hash:
		f.Problems = append(f.Problems, fmt.Sprintf("%s is not what was approved in entry %d of the audit", object, a.entry))
	default:
		f.Checked++
	}
}
