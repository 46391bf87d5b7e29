package broadcast

import (
	"context"
	"encoding/json"

	"visnyk/storage"
)

// VerifyFilled looks at everything that was made of templates, and returns what says
// something else than its template with its slots filled, or stands on an approval that
// the audit does not know of.
func VerifyFilled(ctx context.Context, store *storage.Store) (checked int, problems []string, err error) {
	for after := ""; ; {
		page, err := store.FilledAfter(ctx, after, 200)
		if err != nil || len(page) == 0 {
			return checked, problems, err
		}
		for _, m := range page {
			after = m.ID
			known, err := approvedOnce(ctx, store, m)
			switch {
			case err != nil:
				return checked, problems, err
			case !AsFilled(m.Broadcast):
				problems = append(problems, object(m.ID)+" is not its template with the slots filled")
			case !known:
				problems = append(problems, object(m.ID)+" was made of a template that the audit knows of no such approval of")
			default:
				checked++
			}
		}
	}
}

// approvedOnce reports whether the audit tells that the template of the broadcast was
// approved as it stands within it, before that was sent.
func approvedOnce(ctx context.Context, store *storage.Store, m storage.Mailing) (bool, error) {
	if m.Filled == nil {
		return false, nil
	}
	lines, err := store.AuditLines(ctx, storage.AuditQuery{Object: object(m.Filled.Template.ID), Action: approved}, approvalsMost)
	for _, line := range lines {
		var detail struct {
			Hash string `json:"hash"`
		}
		if json.Unmarshal([]byte(line.Detail), &detail) == nil && detail.Hash == m.Filled.Template.ApprovedHash() && !line.At.After(m.Created) {
			return true, nil
		}
	}
	return false, err
}

// approvalsMost is how many approvals of one template are looked at: one in three months
// is enough.
const approvalsMost = 1000
