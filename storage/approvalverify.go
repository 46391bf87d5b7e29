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
	// versions are those of a change, each with its own approval and state; nil of an
	// article.
	versions map[int]*approvedOnce
	old      bool // approved before announcing was a move of its own, so it is announced
}

// version returns what is known of a version of the change.
func (a *approvedOnce) version(n int) *approvedOnce {
	if a.versions == nil {
		a.versions = map[int]*approvedOnce{}
	}
	if a.versions[n] == nil {
		a.versions[n] = &approvedOnce{}
	}
	return a.versions[n]
}

// auditedMoves are the states that moves of an article or a broadcast lead to; any other
// leaves the state as it was. An import says its own, and so does a move of a broadcast.
func auditedMoves() map[string]string {
	return map[string]string{
		"create": string(bot.ArticleDraft), "approve": string(bot.ArticleApproved), "retire": string(bot.ArticleRetired),
		"submit": string(bot.BroadcastReview), "return": string(bot.BroadcastDraft), "recall": string(bot.BroadcastDraft), "undo": string(bot.BroadcastReview), "pause": string(bot.BroadcastPaused),
		"halt": string(bot.BroadcastPaused), "cancel": string(bot.BroadcastCancelled), "mend": string(bot.BroadcastCancelled), "schedule": string(bot.BroadcastScheduled),
		"start": string(bot.BroadcastSending), "resume": string(bot.BroadcastSending), "retry": string(bot.BroadcastSending),
	}
}

const auditedContent = `
SELECT id, at, actor, role, action, object, detail, hash, mark, mark_key FROM audit
WHERE id > $1 AND action IN ('article.create', 'article.edit', 'article.accept', 'article.negative', 'article.import',
	'article.submit', 'article.return', 'article.recall', 'article.approve', 'article.retire', 'change.create', 'change.edit', 'change.import', 'change.submit', 'change.return', 'change.recall',
	'change.approve', 'change.undo', 'change.revise', 'change.announce', 'change.correct', 'change.close', 'change.withdraw',
	'broadcast.create', 'broadcast.edit', 'broadcast.submit', 'broadcast.approve', 'broadcast.return', 'broadcast.recall', 'broadcast.undo', 'broadcast.schedule',
	'broadcast.start', 'broadcast.pause', 'broadcast.resume', 'broadcast.cancel', 'broadcast.mend', 'broadcast.retry', 'broadcast.halt')
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
		changes, err := c.sheets(ctx, everySheet)
		if err != nil {
			return err
		}
		for _, x := range changes {
			found.version(x, told)
		}
		if err := c.compareBroadcasts(ctx, told, &found); err != nil {
			return err
		}
		for _, object := range slices.Sorted(maps.Keys(told)) { // what was compared is not there any more
			a := told[object]
			for _, n := range slices.Sorted(maps.Keys(a.versions)) {
				if v := a.versions[n]; v.is {
					found.gone(fmt.Sprintf("version %d of %s", n, object), v)
				}
			}
			if a.is && a.versions == nil {
				found.gone(object, a)
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
	var detail auditedDetail
	if err := json.Unmarshal([]byte(r.Detail), &detail); err != nil {
		return fmt.Sprintf("entry %d of the audit, about %s, cannot be read", r.ID, r.Object)
	}
	noun, move, _ := strings.Cut(r.Action, ".")
	if noun == "change" {
		return a.followChange(r, move, detail)
	}
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
	case move == "return", move == "recall":
		a.is = false
		return problem
	}
	if r.Actor != bot.SystemUser && !a.is {
		a.writers[r.Actor] = true
	}
	return problem
}

// auditedDetail is what entries about content say beside who did what.
type auditedDetail struct {
	State   string  `json:"state"` // of an import
	From    string  `json:"from"`  // of a move
	To      string  `json:"to"`
	Version int     `json:"version"`
	Level   *string `json:"level"` // of an approval since announcing is a move of its own
	Hash    string  `json:"hash"`
	Alone   bool    `json:"alone"`
}

// followChange takes the next entry about a change. Who wrote any part of it is
// remembered until it is announced: before that, the approval may be void.
func (a *approvedOnce) followChange(r auditRecord, move string, detail auditedDetail) (problem string) {
	if move == "import" { // in the place of all its versions
		a.versions = nil
	}
	v := a.version(detail.Version)
	if to := cmp.Or(detail.To, detail.State); to != "" {
		v.state, v.moved = to, r.ID
	}
	public := func(state string) bool {
		return state == string(bot.ChangeAnnounced) || state == string(bot.ChangeClosed)
	}
	switch {
	case move == "approve", move == "import" && detail.Hash != "":
		if detail.Hash != "" && a.writers[r.Actor] && !detail.Alone {
			problem = fmt.Sprintf("%s was approved, in entry %d of the audit, by who wrote it", r.Object, r.ID)
		}
		v.hash, v.entry, v.is, v.old = detail.Hash, r.ID, true, detail.Level == nil
		if v.old || public(detail.State) {
			a.writers = map[string]bool{}
		}
	case move == "import", move == "revise", move == "undo":
		v.is = false
	case move == "announce":
		a.writers = map[string]bool{}
	}
	if writes := []string{"create", "edit", "submit", "correct", "import"}; r.Actor != bot.SystemUser && slices.Contains(writes, move) && !v.is {
		a.writers[r.Actor] = true
	}
	return problem
}

// version looks at one version of a change as it stands, and takes what the audit tells
// of it out of told. Of one that another has replaced nobody hears any more.
func (f *ApprovedContent) version(x Sheet, told map[string]*approvedOnce) {
	object := "change/" + x.ID
	of := told[object]
	var a *approvedOnce
	if of != nil {
		a = of.versions[x.Version]
		if a == nil && x.State != bot.ChangeReplaced { // entries of old do not say of which version they are
			a = of.versions[0]
			delete(of.versions, 0)
		}
		delete(of.versions, x.Version)
	}
	name := object
	if x.InForce != 0 && x.InForce != x.Version {
		name = fmt.Sprintf("version %d of %s", x.Version, object)
	}
	if x.State == bot.ChangeReplaced {
		return
	}
	one := map[string]*approvedOnce{name: a}
	if a == nil {
		one = map[string]*approvedOnce{}
	} else if a.old && a.state == string(bot.ChangeApproved) {
		a.state = string(bot.ChangeAnnounced)
	}
	f.compare(name, one, string(x.State), x.State.Locked(), x.ApprovedHash(x.Bound))
}

func (f *ApprovedContent) gone(what string, a *approvedOnce) {
	f.Problems = append(f.Problems, fmt.Sprintf("%s, approved in entry %d of the audit, is gone", what, a.entry))
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
