package storage_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// stock puts content into every table, as the service does it, and leaves the
// database as a killed process would: somebody's lease, and a message being sent.
func stock(t *testing.T, s *storage.Store) {
	t.Helper()
	ctx := t.Context()
	ok(t, s.PutArticles(ctx, []bot.Article{{
		ID: "a", State: bot.ArticleApproved, Question: bot.Bilingual{UK: "Скільки?", RU: "Сколько?"},
		Answer: bot.Bilingual{UK: "«Сто» 😀", RU: "Сто, \"сто\" и \\сто"},
	}}))
	ok(t, s.PutChanges(ctx, []bot.Change{
		change("a", bot.ChangeAnnounced), concerning("vip", bot.ChangeAnnounced, bot.Audience{Tiers: []string{"vip"}}),
	}))
	ok(t, s.PutSetting(ctx, "hours", `{"mon": "9-18"}`))
	audit(t, s, "change/a", "change/b", "article/c")
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.AddUser(ctx, storage.User{ID: "u", Login: "olena", Role: bot.Admin, Password: "hash"}); err != nil {
			return err
		}
		if err := tx.Decide(ctx, storage.Decision{Article: "a", Phrase: "hash", As: "reject", Actor: "u"}); err != nil {
			return err
		}
		if err := tx.Wrote(ctx, "article/c", bot.Actor{User: "u"}); err != nil {
			return err
		}
		if err := tx.AddToken(ctx, storage.Token{Hash: "h", UserID: "u", Name: "crm", Role: bot.Admin}); err != nil {
			return err
		}
		return signsIn(ctx, tx, "u")
	}))
	_, _, err := s.WriteOnce(ctx, "key", "request", func(context.Context) (storage.Answer, error) {
		return storage.Answer{Status: 201, ETag: `"1"`, Body: []byte(`{"ok":true}`)}, nil
	})
	ok(t, err)

	ok(t, s.SheetDrafts().Put(ctx, storage.ContentDraft[bot.Change]{Of: "c", User: "u", Version: 1, Content: bot.Change{ID: "c"}}))
	ok(t, s.BroadcastDrafts().Put(ctx, storage.ContentDraft[bot.Broadcast]{Of: "b", User: "u", Version: 1}))
	ok(t, s.ArticleDrafts().Put(ctx, storage.ContentDraft[bot.Article]{Of: "a", User: "u", Version: 1}))
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.PutArticleVersion(ctx, bot.Article{ID: "a", Version: 1}, "u") }))
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		ok(t, tx.PutSheetNotes(ctx, "c", []storage.SheetNote{{Field: "title", Version: 1, Text: "коротше", User: "u"}}))
		waits := change("w", bot.ChangeReview)
		ok(t, tx.PutSheets(ctx, []storage.Sheet{{Change: waits}}))
		_, err := tx.CallToApprove(ctx, storage.Awaiting{Noun: "change", ID: "w", Version: waits.Version}, storage.ApprovalCall{Object: "change/w", User: "u"})
		ok(t, err)
		return tx.AcceptFinding(ctx, storage.AcceptedFinding{Change: "c", Finding: "f", Reason: "так і є", User: "u"})
	}))
	l := lease(t, s, telegram, "killed")
	for i := range 3 {
		chat := fmt.Sprint(i)
		turn(t, s, l, chat, storage.TurnWrite{
			Conversation: conversation(chat, 1), Contact: contact(chat), Note: "noted",
			History:  []bot.Entry{entry(chat, "u", "привіт"), {Address: at(chat), Out: true, Cause: "turn/u/0", Kind: "say"}},
			Open:     &bot.Ticket{ID: "t" + chat, Address: at(chat), Contact: "contact-" + chat},
			Timers:   []storage.Timer{{Name: "later", After: time.Hour}},
			Tellings: []bot.Telling{telling(chat, "contact-"+chat, "turn/u/0", "a", bot.PartCard)},
			Marks:    []storage.LedgerMark{{Contact: "contact-" + chat, Change: "a", Mark: bot.MarkAsked}},
			Questions: []bot.Question{{
				Address: at(chat), Cause: "u", Contact: "contact-" + chat, Text: "скільки?", Ending: bot.EndedHelped, Article: "a",
			}},
			Outbox:   []bot.Queued{tells(chat, "turn/u/0/0")},
			Receipts: []storage.Receipt{{Kind: bot.Seen, Address: at(chat), Message: "early"}},
		})
	}
	rows := pending(t, s, bot.LaneReply)
	ok(t, errOf(s.Claim(ctx, l, rows[:2])))
	ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Sent, ExternalID: "m1"}}))
	must[int64](t)(s.AddChatLine(ctx, at("0"), storage.ChatLine{ID: "m", Body: []byte(`{"text":"привіт"}`)}))
	paper := append(bytes.Repeat([]byte{0, 255, '\\'}, storage.PieceSize), 7)
	must[storage.File](t)(putFile(ctx, s, at("0"), storage.File{ID: "f", Name: "рахунок.pdf", Type: "application/pdf"}, paper, 1<<20))
	code := must[string](t)(s.CreateInvite(ctx, at("1"), time.Hour))
	turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 2), Join: &storage.Joining{Code: code, To: at("2")}})
	gone := imports(t, s, "gone partner vip north")["gone"]
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Erase(ctx, storage.Person{Contact: gone, Addresses: []bot.Address{at("gone")}})
	}))
	var many []storage.Incoming
	for i := range 1200 { // more than are copied at once
		in := update("9", fmt.Sprint("u", i))
		in.Update.Payload = []byte{0, 255, '\\', '"', byte(i)}
		many = append(many, in)
	}
	must[[]bool](t)(s.Receive(ctx, many))
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		return tx.PutDraft(ctx, storage.Draft{Ticket: "t1", User: "u", Text: "Добрий день"})
	}))
	rates(t, s, l, "0")
	records(t, s)
	mails(t, s)
	lapse(t, s)
}

// records leaves what is known of people beside their chats, and how it came.
func records(t *testing.T, s *storage.Store) {
	t.Helper()
	ctx := t.Context()
	must[int](t)(s.FillSearch(ctx))
	imports(t, s, "late partner vip north") // and is not searched for yet
	file := must[bot.Import](t)(s.AddImport(ctx, bot.Import{Name: "люди.csv", By: "u"}, strings.NewReader("external_id,city\n1,Київ\n"), 1<<20))
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		err := errors.Join(tx.EditContent(ctx),
			tx.PutAttribute(ctx, bot.Attribute{Name: "plan", Type: bot.AttributeText, Label: bot.Bilingual{UK: "Тариф", RU: "Тариф"}}),
			tx.PutRegions(ctx, []bot.Region{{ID: "kyiv", Path: "/kyiv/", Name: bot.Bilingual{UK: "Київ", RU: "Киев"}, Aliases: []string{"Kyiv"}}}),
			tx.AddConsent(ctx, bot.Consent{Contact: "contact-0", Topic: bot.TopicNews, Given: true, Source: bot.ConsentStaff}),
			tx.AddSegment(ctx, bot.SavedSegment{ID: "s", Name: "Київ", Tree: bot.In("region", "Київ"), MadeBy: "u"}),
			tx.KeepImportPlan(ctx, "header", bot.ImportPlan{Columns: []string{"external_id", "region"}}),
		)
		if err != nil {
			return err
		}
		file.Total = 1
		going, err := tx.MoveImport(ctx, file, bot.CheckImport)
		if err != nil {
			return err
		}
		return tx.PassImport(ctx, going, bot.ImportSum{Reached: 2, Rejected: 1}, []storage.RejectedRow{{Line: 2, Faults: []bot.RowFault{{}}}})
	}))
}

// mails leaves a broadcast with people who wait for it, a link in it, and the heartbeat.
func mails(t *testing.T, s *storage.Store) {
	t.Helper()
	m := newMailing(t, s)
	expanded(t, s)
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
		return tx.PutWave(t.Context(), bot.Wave{Broadcast: m.id, Change: "a", Kind: bot.WaveEveryone, Place: 1, Owner: "u", Gate: 50})
	}))
	// Of a round before, whose message came.
	paid := must[int](t)(s.Exec(t.Context(), `INSERT INTO charges (broadcast, key, round, bot, language, currency, price)
		SELECT broadcast, key, round - 1, bot, language, 'грн', 10000 FROM recipients WHERE broadcast = $1 ORDER BY key LIMIT 1`, m.id))
	must[int](t)(s.Exec(t.Context(), `INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n)
		SELECT broadcast, bot, language, 'spent', currency, price FROM charges`))
	if paid != 1 {
		t.Fatalf("%d messages are paid for", paid)
	}
	must[storage.Pulse](t)(s.Beat(t.Context()))
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
		if _, err := tx.SignProof(t.Context(), bot.Proof{}); err != nil {
			return err
		}
		return tx.PutLinks(t.Context(), []bot.TrackedLink{bot.TrackedLinkOf("b", "https://shop.example/")})
	}))
}

// signsIn leaves what somebody leaves who has come by the console's door.
func signsIn(ctx context.Context, tx *storage.Tx, user string) error {
	_, coded := tx.AddCode(ctx, storage.StaffCode{Hash: "code", Kind: storage.CodeReset, User: user}, time.Hour)
	_, _, tried := tx.Attempt(ctx, "account/"+user, storage.Tries{Most: 10, Within: time.Hour})
	return errors.Join(
		coded, tried,
		tx.AddSession(ctx, "session", user, "device", "Firefox", "192.0.2.0/24"),
		tx.PutDevice(ctx, "device", user),
		tx.PutRecovery(ctx, user, []string{"recovery"}),
		tx.LinkStaff(ctx, user, at("colleague")),
	)
}

// lapse lets all leases run out.
func lapse(t *testing.T, s *storage.Store) {
	t.Helper()
	must[int](t)(s.Exec(t.Context(), `UPDATE bots SET lease_until = 1 WHERE lease_until > 0`))
}

// everything returns all rows but for what a copy changes on purpose.
func everything(t *testing.T, s *storage.Store) map[string][]string {
	t.Helper()
	all := must[map[string][]string](t)(s.Everything(t.Context()))
	delete(all, "bots")
	return all
}

// marked is what stands in a copy: it knows that it is one.
func marked(all map[string][]string) map[string][]string {
	for i, row := range all["pulse"] {
		all["pulse"][i] = strings.Replace(row, `copied="false"`, `copied="true"`, 1)
	}
	return all
}

// untouched wants a database as the migrations left it.
func untouched(t *testing.T, s *storage.Store) {
	t.Helper()
	for table, rows := range must[map[string][]string](t)(s.Everything(t.Context())) {
		if table == "content" {
			if diff := cmp.Diff([]string{`id="1" version="1" `}, rows); diff != "" {
				t.Error(diff)
			}
		} else if len(rows) > 0 && table != "topics" { // those of the migration
			t.Errorf("%s has %d rows", table, len(rows))
		}
	}
}

type place struct {
	name string
	url  func(testing.TB) string
}

func places() []place {
	return []place{{"postgres", storagetest.PostgresURL}, {"sqlite", storagetest.SQLiteURL}}
}

// bare are databases without tables.
func bare() []place {
	return []place{{"bare postgres", storagetest.EmptyPostgresURL}, {"no file", func(t testing.TB) string {
		return "sqlite:" + filepath.Join(t.TempDir(), "new.db")
	}}}
}

func TestStockIsComplete(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	stock(t, s)
	all := must[map[string][]string](t)(s.Everything(t.Context()))
	tables := must[[]string](t)(storage.Tables(t.Context()))
	if len(tables) < 20 {
		t.Errorf("only the tables %v", tables)
	}
	for _, table := range tables {
		if len(all[table]) == 0 {
			t.Errorf("these tests put nothing into %s, so they show nothing of it", table)
		}
	}
}

func TestCopy(t *testing.T) {
	for _, from := range places() {
		for _, to := range append(places(), bare()...) {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				ctx := t.Context()
				a, b := from.url(t), to.url(t)
				src := storagetest.Open(t, a)
				stock(t, src)
				copied := must[[]upkeep.Copied](t)(upkeep.Copy(ctx, a, b, storage.Options{}, nil))

				dst := storagetest.Open(t, b)
				want := marked(everything(t, src))
				if diff := cmp.Diff(want, everything(t, dst)); diff != "" {
					t.Error("the copy differs:", diff)
				}
				var names []string
				for _, c := range copied {
					names = append(names, c.Table)
					if rows, ok := want[c.Table]; ok && len(rows) != c.Rows {
						t.Errorf("%d rows of %s told, %d there", c.Rows, c.Table, len(rows))
					}
				}
				if diff := cmp.Diff(must[[]string](t)(storage.Tables(ctx)), names); diff != "" {
					t.Error("tables told:", diff)
				}
				ok(t, dst.Ready(ctx))
				head := must[storage.AuditHead](t)(src.VerifyAudit(ctx, storage.AuditHead{}))
				if got := must[storage.AuditHead](t)(dst.VerifyAudit(ctx, head)); got != head || head.Entries == 0 {
					t.Errorf("audit %+v, want %+v", got, head)
				}
				goesOn(t, src, dst)
			})
		}
	}
}

// goesOn takes up the line where the source left it.
func goesOn(t *testing.T, src, dst *storage.Store) {
	t.Helper()
	ctx := t.Context()
	old := lease(t, src, telegram, "late") // somebody still runs the source
	ok(t, src.Release(ctx, old))
	l, clean, got, err := dst.Acquire(ctx, telegram, "late", time.Minute)
	if err != nil || !got || clean {
		t.Fatalf("acquire: clean %v, %v, %v", clean, got, err)
	}
	if l.Epoch <= old.Epoch {
		t.Errorf("epoch %d after %d", l.Epoch, old.Epoch)
	}
	if err := dst.Renew(ctx, old, time.Minute); !errors.Is(err, storage.ErrLeaseLost) {
		t.Errorf("a lease of the source serves the target: %v", err)
	}
	again, unknown, err := dst.RecoverSending(ctx, l)
	if again != 1 || unknown != 0 || err != nil {
		t.Errorf("recovered %d, %d, %v", again, unknown, err)
	}
	if problems, err := upkeep.Verify(ctx, dst); len(problems) > 0 || err != nil {
		t.Errorf("verify: %q, %v", problems, err)
	}
}

// A source that an older program left goes to a target without tables as it
// is, and is brought up to date there, as it would have been in its own place.
func TestCopyOfAnOlderSchema(t *testing.T) {
	for _, to := range append(places(), bare()...) {
		t.Run(to.name, func(t *testing.T) {
			ctx := t.Context()
			a, b := "sqlite:"+filepath.Join(t.TempDir(), "old.db"), to.url(t)
			src := storagetest.Open(t, a)
			ok(t, src.MigrateTo(ctx, 6))
			for _, row := range []string{
				`contacts (id, name, created_at) VALUES ('c', 'Оксана', 1)`,
				`conversations (bot, chat, contact, version, joined_at) VALUES ('webchat', '1', 'c', 1, 1)`,
				`webchat_files (bot, chat, id, name, type, size, data, created_at)
					VALUES ('webchat', '1', 'f', 'рахунок.pdf', 'application/pdf', 150000, randomblob(150000), 1)`,
			} {
				must[int](t)(src.Exec(ctx, `INSERT INTO `+row))
			}
			_, err := upkeep.Copy(ctx, a, b, storage.Options{}, nil)
			dst := storagetest.Open(t, b)
			if !slices.ContainsFunc(bare(), func(p place) bool { return p.name == to.name }) {
				if err == nil || !strings.Contains(err.Error(), "at migration 6, the target at ") {
					t.Errorf("got %v", err)
				}
				untouched(t, dst)
				return
			}
			ok(t, err)
			ok(t, dst.Ready(ctx))
			must[[]string](t)(src.Migrate(ctx))
			if diff := cmp.Diff(marked(everything(t, src)), everything(t, dst)); diff != "" {
				t.Error("the copy differs:", diff)
			}
		})
	}
}

func TestCopyRefuses(t *testing.T) {
	for _, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			ctx := t.Context()
			a := p.url(t)
			src := storagetest.Open(t, a)
			stock(t, src)
			refused := func(from, to, say string, is error) {
				t.Helper()
				_, err := upkeep.Copy(ctx, from, to, storage.Options{}, nil)
				if err == nil || !strings.Contains(err.Error(), say) || is != nil && !errors.Is(err, is) {
					t.Errorf("got %v, want %q, %v", err, say, is)
				}
			}
			fresh := p.url(t)
			for _, setUp := range []func(*storage.Store){
				func(s *storage.Store) { ok(t, s.PutSetting(ctx, "k", "v")) },
				func(s *storage.Store) { receive(t, s, "1", "u") },
				func(s *storage.Store) { lease(t, s, telegram, "me") },
			} {
				to := p.url(t)
				dst := storagetest.Open(t, to)
				setUp(dst)
				before := must[map[string][]string](t)(dst.Everything(ctx))
				refused(a, to, "the target: there is data in it", nil)
				if diff := cmp.Diff(before, must[map[string][]string](t)(dst.Everything(ctx))); diff != "" {
					t.Error(diff)
				}
			}
			refused(a, a, "", nil) // into itself

			missing := filepath.Join(t.TempDir(), "typo.db")
			refused("sqlite:"+missing, fresh, "no such file", fs.ErrNotExist)
			if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("made a source: %v", err)
			}
			refused(bare()[0].url(t), fresh, "no database of Visnyk", nil)
			must[int](t)(src.Exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, TRUE)`))
			refused(a, fresh, "use the newer program", nil)
			must[int](t)(src.Exec(ctx, `DELETE FROM goose_db_version WHERE version_id = 9000`))
			must[int](t)(src.Exec(ctx, `ALTER TABLE settings ADD COLUMN own TEXT`))
			refused(a, fresh, "a column own that no migration makes", nil)
			must[int](t)(src.Exec(ctx, `ALTER TABLE settings DROP COLUMN own`))
			untouched(t, storagetest.Open(t, fresh))

			// The service runs.
			if p.name == "postgres" {
				lease(t, src, "~desk", "me") // what goes by time: it has stopped with its process
				lease(t, src, "viber", "me")
				refused(a, fresh, "it runs the bots viber", storage.ErrLocked)
				lapse(t, src)
			} else {
				held := must[*storage.Store](t)(storage.Open(ctx, a, storage.Options{Exclusive: true}))
				refused(a, fresh, "the source", storage.ErrLocked)
				ok(t, held.Close())
				held = must[*storage.Store](t)(storage.Open(ctx, fresh, storage.Options{Exclusive: true}))
				refused(a, fresh, "the target", storage.ErrLocked)
				ok(t, held.Close())
			}
			must[[]upkeep.Copied](t)(upkeep.Copy(ctx, a, fresh, storage.Options{}, nil))
			refused(a, fresh, "there is data in it", nil)
		})
	}
}

// While a copy runs nobody writes to the target, and nobody takes up the source.
func TestCopyHoldsBothEnds(t *testing.T) {
	ctx := t.Context()
	a, b := storagetest.PostgresURL(t), storagetest.PostgresURL(t)
	src, dst := storagetest.Open(t, a), storagetest.Open(t, b+"&lock_timeout=100ms")
	impatient := storagetest.Open(t, a+"&lock_timeout=100ms")
	stock(t, src)
	seen := false
	_, err := upkeep.Copy(ctx, a, b, storage.Options{}, func(table string) {
		if table != "outbox" {
			return
		}
		seen = true
		if _, err := dst.Receive(ctx, []storage.Incoming{update("1", "meanwhile")}); err == nil {
			t.Error("written to the target")
		}
		if _, _, _, err := impatient.Acquire(ctx, telegram, "meanwhile", time.Minute); err == nil {
			t.Error("the source's lease was taken")
		}
	})
	ok(t, err)
	if !seen {
		t.Error("the outbox was not copied")
	}
	if diff := cmp.Diff(marked(everything(t, src)), everything(t, dst)); diff != "" {
		t.Error("the copy differs:", diff)
	}
}

const breakOff = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()`

func TestCopyThatFails(t *testing.T) {
	for _, from := range places() {
		for _, to := range places() {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				a, b := from.url(t), to.url(t)
				src := storagetest.Open(t, a)
				stock(t, src)
				ctx, cancel := context.WithCancel(t.Context())
				fail := cancel
				for _, end := range []struct{ name, url string }{{from.name, a}, {to.name, b}} {
					if end.name == "postgres" { // its connections are lost
						fail = func() {
							judge, err := storage.Open(t.Context(), end.url, storage.Options{})
							ok(t, err)
							must[int](t)(judge.Count(t.Context(), breakOff))
							ok(t, judge.Close())
						}
					}
				}
				_, err := upkeep.Copy(ctx, a, b, storage.Options{}, func(table string) {
					if table == "inbox" {
						fail()
					}
				})
				cancel()
				if err == nil {
					t.Fatal("copied over a broken connection")
				}
				dst := storagetest.Open(t, b)
				untouched(t, dst)
				must[[]upkeep.Copied](t)(upkeep.Copy(t.Context(), a, b, storage.Options{}, nil))
				if diff := cmp.Diff(marked(everything(t, src)), everything(t, dst)); diff != "" {
					t.Error("the copy differs:", diff)
				}
			})
		}
	}
}

// A COMMIT whose answer is lost: nobody can know, and it is said.
func TestCopyOfUnknownOutcome(t *testing.T) {
	a, b := storagetest.SQLiteURL(t), storagetest.PostgresURL(t)
	stock(t, storagetest.Open(t, a))
	c := startCutter(t, b, "COMMIT\x00")
	_, err := upkeep.Copy(t.Context(), a, c.url, storage.Options{}, func(table string) {
		if table == "users" { // the last one
			c.armed.Store(true)
		}
	})
	if !errors.Is(err, storage.ErrCommitUnknown) {
		t.Fatalf("got %v", err)
	}
	<-c.cut
	s := storagetest.Open(t, b)
	if problems := must[[]string](t)(upkeep.Verify(t.Context(), s)); len(problems) != 1 { // the message being sent
		t.Errorf("verify: %q", problems)
	}
}

const childFrom, childTo = "VISNYK_TEST_COPY_FROM", "VISNYK_TEST_COPY_TO"

// TestCopyChild is the process that TestCopyThatIsKilled kills: it stops in the
// middle of a copy. By itself it does nothing.
func TestCopyChild(t *testing.T) {
	from, to := os.Getenv(childFrom), os.Getenv(childTo)
	if from == "" {
		return
	}
	_, err := upkeep.Copy(t.Context(), from, to, storage.Options{}, func(table string) {
		if table == "outbox" {
			fmt.Println("in the middle")
			select {}
		}
	})
	t.Fatalf("it went on: %v", err)
}

func TestCopyThatIsKilled(t *testing.T) {
	for _, from := range places() {
		for _, to := range append(places(), bare()...) {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				a, b := from.url(t), to.url(t)
				src := storagetest.Open(t, a)
				stock(t, src)
				child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCopyChild$")
				child.Env = append(os.Environ(), childFrom+"="+a, childTo+"="+b)
				out, err := child.StdoutPipe()
				ok(t, err)
				ok(t, child.Start())
				lines := bufio.NewScanner(out)
				for lines.Scan() && lines.Text() != "in the middle" {
				}
				if err := lines.Err(); err != nil || lines.Text() != "in the middle" {
					t.Errorf("the child did not come to the middle: %q, %v", lines.Text(), err)
				}
				ok(t, child.Process.Kill())
				_ = child.Wait() // it was killed
				dst := storagetest.Open(t, b)
				untouched(t, dst)
				must[[]upkeep.Copied](t)(upkeep.Copy(t.Context(), a, b, storage.Options{}, nil))
				if diff := cmp.Diff(marked(everything(t, src)), everything(t, dst)); diff != "" {
					t.Error("the copy differs:", diff)
				}
			})
		}
	}
}
