package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"visnyk/bot"
)

// ApprovedContent is what there is to say of the content that is approved.
type ApprovedContent struct {
	Checked int // what is as it was when it was approved
	// Unhashed are articles and changes approved before the audit kept hashes: they
	// were not checked.
	Unhashed []string
	Problems []string // what is not as it was approved, for a person to read
}

// approvedOnce is what the audit says of an object's last approval.
type approvedOnce struct {
	hash    string // "" before there were hashes
	entry   int64
	writers map[string]bool // of what is not approved yet
	is      bool
}

const auditedContent = `
SELECT id, at, actor, role, action, object, detail, hash, mark, mark_key FROM audit
WHERE id > $1 AND action IN ('article.create', 'article.edit', 'article.accept', 'article.negative', 'article.import', 'article.approve',
	'change.create', 'change.edit', 'change.submit', 'change.import', 'change.approve')
ORDER BY id LIMIT 1000`

// VerifyApprovals looks whether what customers may be told is what was approved:
// every approved article and change against the last approval that the audit
// tells of, so VerifyAudit comes before. It finds content that was changed in the
// database, or never approved, and approvals by who wrote it. The service may go
// on meanwhile.
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
			if a.State == bot.ArticleApproved {
				found.compare("article/"+a.ID, told["article/"+a.ID], a.ApprovedHash())
			}
		}
		changes, err := c.sheets(ctx, sheets)
		if err != nil {
			return err
		}
		for _, x := range changes {
			if x.Public() {
				found.compare("change/"+x.ID, told["change/"+x.ID], x.ApprovedHash())
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
		State string `json:"state"`
		Hash  string `json:"hash"`
		Alone bool   `json:"alone"`
	}
	if err := json.Unmarshal([]byte(r.Detail), &detail); err != nil {
		return fmt.Sprintf("entry %d of the audit, about %s, cannot be read", r.ID, r.Object)
	}
	_, move, _ := strings.Cut(r.Action, ".")
	switch {
	case move == "approve", move == "import" && (detail.Hash != "" || detail.State == string(bot.ArticleApproved)):
		if detail.Hash != "" && a.writers[r.Actor] && !detail.Alone {
			problem = fmt.Sprintf("%s was approved, in entry %d of the audit, by who wrote it", r.Object, r.ID)
		}
		*a = approvedOnce{hash: detail.Hash, entry: r.ID, is: true, writers: map[string]bool{}}
		return problem
	case move == "import":
		a.is = false
	}
	if r.Actor != bot.SystemUser && !a.is {
		a.writers[r.Actor] = true
	}
	return problem
}

// compare looks at one thing that is approved.
func (f *ApprovedContent) compare(object string, told *approvedOnce, hash string) {
	switch {
	case told == nil || !told.is:
		f.Problems = append(f.Problems, object+" is approved, and the audit knows of no approval")
	case told.hash == "":
		f.Unhashed = append(f.Unhashed, object)
	case told.hash != hash:
		f.Problems = append(f.Problems, fmt.Sprintf("%s is not what was approved in entry %d of the audit", object, told.entry))
	default:
		f.Checked++
	}
}
