package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Who wrote what waits for approval when writers begin to be noted is known from
// the audit; what was approved before there were hashes is said not to be checked.
func TestWritersComeFromTheAudit(t *testing.T) {
	for name, url := range map[string]string{
		"postgres": storagetest.EmptyPostgresURL(t), "sqlite": "sqlite:" + t.TempDir() + "/old.db",
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := storagetest.Open(t, url)
			ok(t, s.MigrateTo(ctx, 14))
			for id, state := range map[string]string{"waits": "in review", "was": "approved"} {
				must[int](t)(s.Exec(ctx, `INSERT INTO changes (id, kind, state, version, content, author, editor) VALUES ($1, 'tariff', $2, 3, '{}', 'a', 'b')`, id, state))
			}
			for _, e := range []string{
				"a change.create change/waits", "b change.edit change/waits", "d change.edit change/waits", "a change.submit change/waits",
				"c change.return change/waits", "a change.create change/was", "b change.approve change/was", "system article.create article/x",
			} {
				f := strings.Fields(e)
				ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
					return tx.Audit(ctx, storage.AuditEntry{Actor: bot.Actor{User: f[0], Role: bot.Admin}, Action: f[1], Object: f[2]})
				}))
			}
			must[[]string](t)(s.Migrate(ctx))
			for object, want := range map[string][]string{"change/waits": {"a", "b", "d"}, "change/was": nil, "article/x": nil} {
				for _, user := range []string{"a", "b", "c", "d", "system"} {
					err := s.InTx(ctx, func(tx *storage.Tx) error {
						if _, err := tx.Approve(ctx, object, bot.Actor{User: user, Role: bot.Approver}, "v1:"); err != nil {
							return err
						}
						return errTold
					})
					if refused := err != errTold; refused != slices.Contains(want, user) {
						t.Errorf("%s of %s: %v", user, object, err)
					}
				}
			}
			found := must[storage.ApprovedContent](t)(s.VerifyApprovals(ctx))
			if found.Checked != 0 || len(found.Problems) != 0 || !slices.Equal(found.Unhashed, []string{"change/was"}) {
				t.Errorf("%+v", found)
			}
		})
	}
}

var errTold = errors.New("what it would say is known, and nothing is to be written")

// What was approved before announcing was a move of its own could be told, and goes on
// being told in its version; what people acknowledged of it counts.
func TestApprovedChangesAreAnnounced(t *testing.T) {
	for name, url := range map[string]string{
		"postgres": storagetest.EmptyPostgresURL(t), "sqlite": "sqlite:" + t.TempDir() + "/old.db",
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := storagetest.Open(t, url)
			ok(t, s.MigrateTo(ctx, 34))
			for id, state := range map[string]string{"a": "draft", "b": "in review", "c": "approved", "d": "announced", "e": "closed", "f": "withdrawn"} {
				must[int](t)(s.Exec(ctx, `INSERT INTO changes (id, kind, state, version, content, author, editor, segment_named) VALUES ($1, 'tariff', $2, 4, '{"title":{"uk":"т","ru":"т"}}', 'x', 'y', '')`, id, state))
			}
			put(t, s, `INSERT INTO contacts (id, name, language, created_at) VALUES ('k', 'x', 'uk', 1)`)
			put(t, s, `INSERT INTO ledger (contact, change_id, told_at, acknowledged_at, created_at) VALUES ('k', 'c', 5, 6, 1)`)
			must[[]string](t)(s.Migrate(ctx))
			want := map[string]bot.ChangeState{
				"a": bot.ChangeDraft, "b": bot.ChangeReview, "c": bot.ChangeAnnounced, "d": bot.ChangeAnnounced, "e": bot.ChangeClosed, "f": bot.ChangeWithdrawn,
			}
			for _, x := range must[[]storage.Sheet](t)(s.Sheets(ctx)) {
				told := x.State == bot.ChangeAnnounced
				if x.State != want[x.ID] || x.Version != 4 || x.Title.UK != "т" || x.Author != "x" || x.Editor != "y" || (x.InForce == 4) != told {
					t.Errorf("%+v", x)
				}
				delete(want, x.ID)
			}
			person := must[map[string]bot.Person](t)(s.Knowing(ctx, []string{"k"}, allNeeds))["k"]
			if len(want) > 0 || len(person.Facts.Changes) != 1 || !person.Facts.Changes[0].Acknowledged || !person.Facts.Changes[0].Knows {
				t.Errorf("%v %+v", want, person.Facts)
			}
		})
	}
}
