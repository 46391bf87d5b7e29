package approval

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/editor"
	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// paper is a messenger whose parts are the words.
type paper struct{ bot.Channel }

func (paper) Render(m bot.Message) ([]bot.Part, error) {
	return []bot.Part{{Kind: bot.Say, Body: []byte(m.Text)}}, nil
}

func (paper) Name() string { return "telegram" }

// office is a company where olha writes, and iryna, taras and admin may approve.
type office struct {
	*testing.T
	store     *storage.Store
	changes   *change.Changes
	approvals *Approvals
}

func people() map[string]bot.Role {
	return map[string]bot.Role{"olha": bot.Marketer, "iryna": bot.Approver, "taras": bot.Approver, "admin": bot.Admin, "petro": bot.Operator}
}

func newOffice(t *testing.T, s *storage.Store) *office {
	t.Helper()
	o := &office{t, s, change.New(s, nil, time.Now), New(s, map[string]bot.Channel{"telegram": paper{}}, time.UTC)}
	o.ok(s.InTx(t.Context(), func(tx *storage.Tx) error {
		for login, role := range people() {
			u := storage.User{ID: login, Login: login, Role: role, Password: "none"}
			if login == "taras" {
				u.Language = bot.Russian
			}
			if err := tx.AddUser(t.Context(), u); err != nil {
				return err
			}
			if err := tx.LinkStaff(t.Context(), login, bot.Address{Bot: "telegram", Chat: "chat of " + login}); err != nil {
				return err
			}
		}
		return nil
	}))
	return o
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) actor(login string) bot.Actor {
	return bot.Actor{User: login, Login: login, Role: people()[login]}
}

func (o *office) moves(login string, m bot.ChangeMove, said change.Said) {
	o.Helper()
	sheet, err := o.changes.Read(o.Context(), bot.System(), "tariff")
	o.ok(err)
	_, err = o.changes.MoveSaying(o.Context(), o.actor(login), "tariff", m, sheet.Version, said)
	o.ok(err)
}

// calls has everybody called who is to be, and returns who was by now, in which state.
func (o *office) calls(at time.Time) (all []string) {
	o.Helper()
	o.ok(o.approvals.Call(o.Context(), at, func(l bot.Language, w storage.Awaiting, again bool) (string, error) {
		return fmt.Sprintf("%s %s %v %s", l, w.Object(), again, w.Name), nil
	}))
	return o.outbox()
}

// outbox returns who is called, and in which state that is.
func (o *office) outbox() (all []string) {
	o.Helper()
	var rows []struct {
		Chat  string `db:"chat"`
		Body  []byte `db:"body"`
		State string `db:"state"`
	}
	o.ok(o.store.DB().InTx(o.Context(), func(sql db.Conn) error {
		return sql.Select(o.Context(), &rows, `SELECT chat, body, state FROM outbox ORDER BY id`)
	}))
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%s: %s %s", strings.TrimPrefix(r.Chat, "chat of "), r.Body, r.State))
	}
	slices.Sort(all)
	return all
}

func (o *office) are(got []string, want ...string) {
	o.Helper()
	if !slices.Equal(got, want) {
		o.Errorf("got  %q\nwant %q", got, want)
	}
}

func draft() bot.Change {
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + " їґ", RU: s + " ыъ"} }
	return bot.Change{
		ID: "tariff", Kind: bot.Tariff, Title: w("title"), Summary: w("summary"), Reason: w("reason"), Consequence: w("consequence"),
		Benefit: w("benefit"), ToDo: w("to do"), From: time.Now().AddDate(0, 1, 0),
	}
}

// Whoever decides about an article takes the calls to it back in the same commit.
func TestADecidedArticleCallsNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		o := newOffice(t, s)
		articles := editor.NewEditor(s, time.Now)
		o.ok(s.PutArticles(t.Context(), []bot.Article{{
			ID: "price", State: bot.ArticleDraft, Version: 1, Question: bot.Bilingual{UK: "Ціна?", RU: "Цена?"}, Answer: bot.Bilingual{UK: "Сто.", RU: "Сто рублей."},
		}}))
		moves := func(login string, m bot.ArticleMove) {
			t.Helper()
			_, err := articles.Move(t.Context(), o.actor(login), "price", m, 1)
			o.ok(err)
		}
		for n, decides := range []func(){
			func() {
				_, err := articles.Return(t.Context(), o.actor("iryna"), "price", 1, "коротше")
				o.ok(err)
			},
			func() { moves("taras", bot.ArticleApprove) },
		} {
			moves("olha", bot.ArticleSubmit)
			if waits := o.calls(time.Now()); len(waits) < 2*(n+1) {
				t.Errorf("called: %q", waits)
			}
			decides()
			for _, one := range o.outbox() {
				if !strings.HasSuffix(one, "skipped") {
					t.Errorf("decided, and on its way: %s", one)
				}
			}
		}
		found, err := s.VerifyApprovals(t.Context())
		if o.ok(err); len(found.Problems) > 0 || found.Checked != 1 {
			t.Errorf("%+v", found)
		}
		// Past the moves, whoever submitted approves.
		o.ok(s.InTx(t.Context(), func(tx *storage.Tx) error {
			for _, e := range []storage.AuditEntry{{Action: "article.submit"}, {Action: "article.return"}, {Action: "article.submit"}, {Action: "article.approve", Detail: map[string]any{"hash": "v1:0"}}} {
				e.Object, e.Actor = "article/forged", o.actor("admin")
				if e.Action == "article.return" {
					e.Actor = o.actor("taras")
				}
				if err := tx.Audit(t.Context(), e); err != nil {
					return err
				}
			}
			return nil
		}))
		found, err = s.VerifyApprovals(t.Context())
		if o.ok(err); !slices.ContainsFunc(found.Problems, func(p string) bool {
			return strings.Contains(p, "article/forged was approved") && strings.Contains(p, "by who wrote it")
		}) {
			t.Errorf("%q", found.Problems)
		}
	})
}

// Who may approve is called once and reminded once, by day, in their language; nobody who
// wrote any of it, nobody who may not, and nobody any more once it is decided, not even by
// what had not left by then. What is submitted again calls again.
func TestCalls(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		o := newOffice(t, s)
		_, err := o.changes.Create(t.Context(), o.actor("olha"), draft())
		o.ok(err)
		day := time.Now().Truncate(24 * time.Hour).Add(12 * time.Hour)
		o.are(o.calls(day))
		o.moves("admin", bot.ChangeSubmit, change.Said{})
		called := []string{"iryna: uk change/tariff false admin pending", "taras: ru change/tariff false admin pending"}
		o.are(o.calls(day), called...)
		o.are(o.calls(day.Add(time.Hour)), called...)
		night := day.AddDate(0, 0, 2).Add(-10 * time.Hour)
		o.are(o.calls(night), called...)
		reminded := []string{called[0], "iryna: uk change/tariff true admin pending", called[1], "taras: ru change/tariff true admin pending"}
		o.are(o.calls(night.Add(8*time.Hour)), reminded...)
		o.are(o.calls(night.AddDate(0, 0, 3)), reminded...)
		for login, want := range map[string]int{"iryna": 1, "admin": 0} {
			if n, err := o.approvals.Count(t.Context(), o.actor(login)); n != want || err != nil {
				t.Errorf("%s: %d wait, %v", login, n, err)
			}
		}
		if _, _, err := o.approvals.Waiting(t.Context(), o.actor("olha")); err == nil {
			t.Error("a marketer reads what waits for approvers")
		}
		o.moves("iryna", bot.ChangeReturn, change.Said{Notes: map[string]string{"title": "коротше"}})
		back := make([]string, len(reminded))
		for i, r := range reminded {
			back[i] = strings.Replace(r, "pending", "skipped", 1)
		}
		o.are(o.outbox(), back...) // by that commit
		o.are(o.calls(day.AddDate(0, 0, 5)), back...)
		o.moves("olha", bot.ChangeSubmit, change.Said{})
		all := o.calls(day)
		if len(all) != 6 {
			t.Errorf("submitted again: %q", all)
		}
		o.moves("taras", bot.ChangeApprove, change.Said{})
		o.moves("taras", bot.ChangeUndo, change.Said{})
		o.moves("taras", bot.ChangeApprove, change.Said{})
		article := bot.Article{ID: "price", State: "in review", Question: bot.Bilingual{UK: "Ціна?", RU: "Цена?"}}
		o.ok(s.PutArticles(t.Context(), []bot.Article{article}))
		if all := o.calls(day); !slices.Contains(all, "iryna: uk article/price false  pending") {
			t.Errorf("nobody is called to an article: %q", all)
		}
		article.State = bot.ArticleApproved
		o.ok(s.PutArticles(t.Context(), []bot.Article{article}))
		for _, one := range o.calls(day.AddDate(0, 0, 9)) {
			if !strings.HasSuffix(one, "skipped") {
				t.Errorf("decided, and on its way: %s", one)
			}
		}
	})
}
