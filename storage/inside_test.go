package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// apart are the methods of Store that do not take part in a transaction of the
// context, and why.
func apart() map[string]string {
	return map[string]string{
		"Close": "ends every connection",
		"Idle":  "looks at the connections and runs nothing",
		"DB":    "gives the database to upkeep and runs nothing",

		"SealFactor": "encrypts and runs nothing",
		"OpenFactor": "decrypts and runs nothing",
		"Within":     "is what InTx gives",
		"Notify":     "speaks to other replicas, after the commit, on a connection of its own",
		"Listen":     "hears them on a connection of its own, and reads no table",
		"Migrate":    "changes the schema in transactions of its own: refused, see TestMigrateIsRefusedInside",
	}
}

// TestEveryMethodInsideAWrite calls every method of Store within a write that
// has an idempotency key: none waits for that write, reads see what was just
// written, and an error afterwards undoes all of it.
func TestEveryMethodInsideAWrite(t *testing.T) {
	all := methods(t)
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		// Not there, so that whatever still waits for itself fails and does not hang.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		before := must[map[string][]string](t)(s.Everything(ctx))
		undo := errors.New("undo")
		err := s.Together(ctx, func(ctx context.Context) error {
			run(ctx, t, s)
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, must[map[string][]string](t)(s.Everything(ctx))); diff != "" {
			t.Errorf("left after an error: %s", diff)
		}
		called := map[string]bool{}
		_, replayed, err := s.WriteOnce(ctx, "key", "request", func(ctx context.Context) (storage.Answer, error) {
			called = run(ctx, t, s)
			return storage.Answer{Status: 200}, nil
		})
		if err != nil || replayed {
			t.Fatal(replayed, err)
		}
		if v, there, err := s.Setting(ctx, "hours"); v != "9-21" || !there || err != nil {
			t.Errorf("after the commit: %q %v %v", v, there, err)
		}
		for _, name := range all {
			if why := apart()[name]; called[name] == (why != "") {
				t.Errorf("%s: called inside %v, stays apart %q", name, called[name], why)
			}
		}
		for _, name := range append(slices.Collect(maps.Keys(called)), slices.Collect(maps.Keys(apart()))...) {
			if !slices.Contains(all, name) {
				t.Errorf("there is no method %s", name)
			}
		}
	})
}

// methods are the names of the exported methods of Store.
func methods(t *testing.T) (names []string) {
	t.Helper()
	files := must[[]os.DirEntry](t)(os.ReadDir("."))
	for _, e := range files {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f := must[*ast.File](t)(parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0))
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil || !m.Name.IsExported() {
				continue
			}
			if p, ok := m.Recv.List[0].Type.(*ast.StarExpr); ok && p.X.(*ast.Ident).Name == "Store" {
				names = append(names, m.Name.Name)
			}
		}
	}
	if len(names) < 50 {
		t.Fatalf("only %d methods found", len(names))
	}
	return names
}

// run calls the methods and gives their names.
func run(ctx context.Context, t *testing.T, s *storage.Store) map[string]bool {
	t.Helper()
	called := map[string]bool{}
	i := &insider{ctx: ctx, s: s}
	for _, part := range []struct {
		methods string
		do      func() error
	}{
		{"PutSetting Setting FilesPerDay Disk Room", i.settings},
		{"Ready Version Writable", i.ready},
		{"PutArticles Articles ArticlesAfter Article ContentVersion PutChanges Changes Sheets SheetsAfter Sheet ToldSheets SheetVersion SheetVersions Followers Heard Number", i.content},
		{"Acquire Renew Pause PausedUntil TellsSeen", i.lease},
		{"Receive ReceiveNext Waiting WaitingTurns InboxDepth CountAttempt ReturnAttempt RawUpdatesAfter", i.inbox},
		{"CommitTurns LoadTurns History Contact ContactsAfter BadQuestions Askers LearntQuestions Decided People Renderings", i.turns},
		{"SilentTickets WakeTickets Waits Rating Unwatched", i.byTime},
		{"Parked ParkedUpdate UntilTimer FireTimers Ticket OpenTickets Ahead Drafts Standing TicketAddresses Talk LastSent Chats LedgerOf TicketsOf NeededLately DeskDue Queue QueueRows QueueCounts DeskNews", i.desk},
		{"Pending Claim RecordOutcomes Backoffs OutboxDepth Expire RecoverSending Unclaim", i.outbox},
		{"Broadcast Broadcasts Instead FilledFrom FilledAfter LivingBroadcasts ApprovedRenderings Outdated Report OpenBroadcasts Progress Underway BotStates RecipientRows SplitRecipients ReleaseRecipients RecipientOf Visit FallbackDue FallBack BulkAhead TakeBackStrays TidyBroadcasts", i.broadcasts},
		{"AcquireExpander Expansions Expanding Expand ForgetExpansions VerifyApprovals", i.expansion},
		{"LedgerCounts CountStanding LedgerRows LedgerRow Said ProofPublic ProofKeys AuditHead", i.ledger},
		{"AddImport OpenImport Import Imports OpenImports ImportPlan AcquireImporter StepImport StepSpan LightenLog RejectedRows DropImport", i.imports},
		{"CreateInvite Invites Linked JoinedAt PhoneOwners", i.joins},
		{"FindSessions UseSession Sessions EndRunOut Code UserByID HasUsers AttemptWait KnowsDevice RecoveryLeft AuditLines StaffAddress GoodStaffLink", i.door},
		{"InTx InStep User Users Tokens Bearers UseToken VerifyAudit VerifyAuditMarks", i.staff},
		{"AddChatLine ChatLinesAfter ChatLinesBefore ChatMarks MarkChat", i.chat},
		{"BeginFile AddPieces EndFile File Piece DropFile", i.files},
		{"DueFetches RenewFetch RetryFetch EndFetch KeepFetch GiveUpFetches LargestFile KeptFiles OpenFile OpenSentFile FileDigest KeepOutgoing DropUnused", i.fetches},
		{"Attributes Misfits Regions UnknownRegions Topics Consents FindPeople FillSearch SearchDue", i.known},
		{"Dossier PendingErasures StillLeaving", i.people},
		{"Beat MarkCopied", i.pulse},
		{"Segments NoteCount CountSegment SampleSegment InSegment SampleOf SampleIn FirstOf Unreached UnreachedPeople Knowing SensitiveAttributes CountPeople AreaNames", i.segments},
		{"Foresight Foresee PhonesOf", i.foresees},
		{"Link LinksSince CountClicks", i.links},
		{"ArticleDrafts", func() error { return drafted(i, s.ArticleDrafts()) }},
		{"SheetDrafts", func() error { return drafted(i, s.SheetDrafts()) }},
		{"BroadcastDrafts", func() error { return drafted(i, s.BroadcastDrafts()) }},
		{"ArticleVersions ChangeQuestions", i.articles},
		{"AcceptedFindings SheetNotes", i.sheets},
		{"Plan Wave KnownBy Silent NoteHeld OverdueWaves SendsWithin", i.waves},
		{"Awaiting Approval ApprovalCalls ApproversReached", i.approvals},
		{"WriteOnce Together", i.again},
		{"Release", func() error { return s.Release(ctx, i.l) }},
	} {
		for _, name := range strings.Fields(part.methods) {
			called[name] = true
		}
		if err := part.do(); err != nil {
			t.Fatalf("one of %s: %v", part.methods, err)
		}
	}
	return called
}

// insider writes and reads within a transaction.
type insider struct {
	ctx context.Context
	s   *storage.Store
	l   storage.Lease
}

// saw is an error unless what was just written was read.
func saw(what string, seen bool, errs ...error) error {
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !seen {
		return fmt.Errorf("%s: not seen though just written", what)
	}
	return nil
}

func (i *insider) settings() error {
	err := errors.Join(i.s.PutSetting(i.ctx, "hours", "9-21"), i.s.PutSetting(i.ctx, "files.daily", "7"))
	v, there, err2 := i.s.Setting(i.ctx, "hours")
	n, err3 := i.s.FilesPerDay(i.ctx)
	i.s.Disk(i.ctx)
	return saw("setting", there && v == "9-21" && n == 7<<20, err, err2, err3, i.s.Room(i.ctx))
}

func (i *insider) links() error {
	l := bot.TrackedLinkOf("b", "https://shop.example/")
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error { return tx.PutLinks(i.ctx, []bot.TrackedLink{l}) })
	one, err2 := i.s.Link(i.ctx, l.ID)
	all, _, err3 := i.s.LinksSince(i.ctx, time.Time{})
	err4 := i.s.CountClicks(i.ctx, []storage.Click{{Link: l, Contact: "c", Times: 1}})
	return saw("link", one == l && len(all) == 1, err, err2, err3, err4)
}

func (i *insider) ready() error {
	v, err := i.s.Version(i.ctx)
	_, err2 := i.s.Writable(i.ctx)
	return saw("version", v > 0, err, err2, i.s.Ready(i.ctx))
}

func (i *insider) content() error {
	before, err := i.s.ContentVersion(i.ctx)
	err = errors.Join(err, i.s.PutArticles(i.ctx, []bot.Article{{ID: "a", State: bot.ArticleDraft}}),
		i.s.PutChanges(i.ctx, []bot.Change{change("c", bot.ChangeDraft)}))
	after, err2 := i.s.ContentVersion(i.ctx)
	one, err3 := i.s.Article(i.ctx, "a")
	all, err4 := i.s.Articles(i.ctx)
	page, err5 := i.s.ArticlesAfter(i.ctx, "", 10)
	sheet, err6 := i.s.Sheet(i.ctx, "c")
	changes, err7 := i.s.Changes(i.ctx)
	sheets, err8 := i.s.SheetsAfter(i.ctx, "", 10)
	whole, err9 := i.s.Sheets(i.ctx)
	told, err10 := i.s.ToldSheets(i.ctx)
	version, err11 := i.s.SheetVersion(i.ctx, "c", sheet.Version)
	versions, err12 := i.s.SheetVersions(i.ctx, "c")
	_, err14 := i.s.Followers(i.ctx, "c")
	_, err15 := i.s.Heard(i.ctx, "c")
	days, err13 := i.s.Number(i.ctx, bot.ChangeReviewSetting)
	return saw("content", after > before && one.ID == "a" && len(all) == 1 && len(page) == 1 &&
		sheet.ID == "c" && len(changes) == 1 && len(sheets) == 1 && len(whole) == 1 && len(told) == 1 && version.ID == "c" && len(versions) == 1 && days > 0,
		err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13, err14, err15)
}

func (i *insider) lease() error {
	l, _, got, err := i.s.Acquire(i.ctx, telegram, "me", time.Minute)
	i.l = l
	err = errors.Join(err, i.s.Renew(i.ctx, l, time.Hour), i.s.Pause(i.ctx, l, noon, "why"), i.s.TellsSeen(i.ctx, l, true))
	until, err2 := i.s.PausedUntil(i.ctx, telegram)
	return saw("lease", got && until.Equal(noon), err, err2)
}

func (i *insider) inbox() error {
	first, err8 := i.s.Receive(i.ctx, []storage.Incoming{update("1", "u1")})
	fresh, err := i.s.ReceiveNext(i.ctx, func() []storage.Incoming { return []storage.Incoming{update("2", "u2"), update("3", "u3")} })
	rows, err2 := i.s.Waiting(i.ctx, telegram, 10, storage.InHand{})
	turns, _, err3 := i.s.WaitingTurns(i.ctx, telegram, 10, storage.InHand{})
	waiting, _, err4 := i.s.InboxDepth(i.ctx)
	tried, err5 := i.s.CountAttempt(i.ctx, i.l, "u1")
	err6 := i.s.ReturnAttempt(i.ctx, i.l, "u1")
	raw, err7 := i.s.RawUpdatesAfter(i.ctx, telegram, "", 10)
	return saw("inbox", len(first) == 1 && len(fresh) == 2 && len(rows) == 3 && len(turns) == 3 && waiting[telegram] == 3 && tried == 1 &&
		len(raw) == 3, err, err2, err3, err4, err5, err6, err7, err8)
}

func (i *insider) turns() error {
	told := telling("1", "contact-1", "1", "c", bot.PartCard)
	id := bot.RenderingID(told.Rendering.Hash())
	_, err := i.s.CommitTurns(i.ctx, i.l, []storage.TurnWrite{
		{
			Bot: telegram, InboxID: "u1", Conversation: conversation("1", 1), Contact: contact("1"),
			History: []bot.Entry{entry("1", "u1", "привіт")}, Outbox: []bot.Queued{tells("1", "1/0"), say("1", "1/1")},
			Tellings:  []bot.Telling{told},
			Questions: []bot.Question{asked("1", "u1", "ціна", bot.EndedUnanswered, "")},
			Open:      &bot.Ticket{ID: "t", Address: at("1"), OpenedAt: noon},
			Timers:    []storage.Timer{{Name: "later", After: -time.Second}},
		},
		{
			Bot: telegram, InboxID: "u2", Conversation: conversation("2", 1), Contact: contact("2"),
			Questions: []bot.Question{asked("2", "u2", "ціна", bot.EndedPicked, "a")},
		},
		{Bot: telegram, InboxID: "u3", Park: "because"},
	})
	loaded, err2 := i.s.LoadTurns(i.ctx, []bot.Address{at("1")})
	history, err3 := i.s.History(i.ctx, at("1"), 10)
	one, err4 := i.s.Contact(i.ctx, "contact-1")
	contacts, err5 := i.s.ContactsAfter(i.ctx, "", 10)
	bad, err6 := i.s.BadQuestions(i.ctx, 24*time.Hour*365*100, 10)
	_, err12 := i.s.Askers(i.ctx, "a", bad)
	learnt, err7 := i.s.LearntQuestions(i.ctx, "a", 10)
	err8 := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		return tx.Decide(i.ctx, storage.Decision{Article: "a", Phrase: "p", As: "refused", Actor: "u"})
	})
	decided, err9 := i.s.Decided(i.ctx, "a")
	shown, err11 := i.s.Renderings(i.ctx, []string{id})
	people, err10 := i.s.People(i.ctx, []string{"contact-1", "contact-2"})
	return saw("turns", loaded[at("1")].Conversation.Version == 1 && len(history) == 1 && one.ID != "" && len(contacts) == 2 &&
		len(bad) == 1 && len(learnt) == 1 && len(decided) == 1 && len(people) == 2 && len(shown) == 1, err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12)
}

func (i *insider) segments() error {
	one, now := bot.SavedSegment{ID: "s", Name: "n", Version: 1}, bot.Calendar{Now: time.Unix(1, 0)}
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error { return tx.AddSegment(i.ctx, one) })
	err2 := i.s.NoteCount(i.ctx, one, now.Now, 2, 0)
	saved, err3 := i.s.Segments(i.ctx)
	n, err4 := i.s.CountSegment(i.ctx, bot.Segment{}, now)
	_, err5 := i.s.SampleSegment(i.ctx, bot.Segment{}, now)
	ids, err6 := i.s.InSegment(i.ctx, bot.Segment{}, now, "", 1)
	some, err7 := i.s.SampleOf(i.ctx, bot.Segment{}, now, 1)
	first, err14 := i.s.FirstOf(i.ctx, bot.Segment{}, now, 1)
	_, err15 := i.s.SampleIn(i.ctx, bot.Segment{}, now)
	not, err8 := i.s.Unreached(i.ctx, bot.Segment{}, now, storage.Reaching{})
	whom, err13 := i.s.UnreachedPeople(i.ctx, bot.Segment{}, now, storage.Reaching{}, "", 1)
	people, err9 := i.s.Knowing(i.ctx, ids, allNeeds)
	_, err10 := i.s.SensitiveAttributes(i.ctx)
	all, err11 := i.s.CountPeople(i.ctx)
	_, err12 := i.s.AreaNames(i.ctx, bot.Ukrainian)
	return saw("segments", len(saved) == 1 && saved[0].Count == 2 && n > 0 && n == all && len(ids) == 1 && len(some) == 1 && len(first) == 1 && len(not) > 0 && len(whom) <= 1 && len(people) == 1,
		err13, err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err14, err15)
}

// drafted is what is written of a thing and no version holds yet.
func drafted[T any](i *insider, all storage.ContentDrafts[T]) error {
	d := storage.ContentDraft[T]{Of: "a", User: "u", Version: 1}
	err := all.Put(i.ctx, d)
	err2 := all.Put(i.ctx, d) // another page's
	own, err3 := all.Own(i.ctx, "a", "u")
	idle, err4 := all.Idle(i.ctx, -time.Hour, 10)
	busy, err5 := all.Idle(i.ctx, time.Hour, 10)
	d.Rev = 1
	err6 := all.Drop(i.ctx, d)
	none, err7 := all.Own(i.ctx, "a", "u")
	if !errors.Is(err2, storage.ErrConflict) {
		return fmt.Errorf("kept over another: %w", err2)
	}
	return saw("a draft", own != nil && own.Rev == 1 && len(idle) == 1 && len(busy) == 0 && none == nil, err, err3, err4, err5, err6, err7)
}

// articles is the versions of an article and what is asked of a change.
func (i *insider) articles() error {
	_, err := i.s.ArticleVersions(i.ctx, "a")
	_, err2 := i.s.ChangeQuestions(i.ctx, "c", 10)
	return errors.Join(err, err2)
}

// foresees is what would become of a broadcast to everybody.
func (i *insider) foresees() error {
	m := storage.Mailing{Broadcast: bot.Broadcast{ID: "foreseen"}}
	ids, err := i.s.InSegment(i.ctx, bot.Segment{}, bot.Calendar{Now: time.Now(), Zone: time.UTC}, "", 1)
	knows, err2 := i.s.Foresight(i.ctx, m, time.UTC)
	people, err3 := i.s.Foresee(i.ctx, m, nil, ids)
	phones, err5 := i.s.PhonesOf(i.ctx, ids)
	return saw("who would be told", len(ids) == 1 && knows.Governor != nil && len(people) == 1 && len(phones) == 1, err, err2, err3, err5)
}

// waves are the waves of a plan.
func (i *insider) waves() error {
	m := storage.Mailing{Broadcast: bot.Broadcast{ID: "wave", Change: "planned", State: bot.BroadcastScheduled, Version: 1}}
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		return errors.Join(tx.PutBroadcast(i.ctx, m), tx.PutWave(i.ctx, bot.Wave{Broadcast: m.ID, Change: m.Change, Kind: bot.WaveStaff, Place: 1}))
	})
	plan, err2 := i.s.Plan(i.ctx, m.Change)
	w, err3 := i.s.Wave(i.ctx, m.ID)
	_, err4 := i.s.KnownBy(i.ctx, m.Change, 1, []string{m.ID})
	silent, err5 := i.s.Silent(i.ctx, m)
	err6 := i.s.NoteHeld(i.ctx, m.ID, time.Now())
	overdue, err7 := i.s.OverdueWaves(i.ctx, time.Hour)
	sends, err9 := i.s.SendsWithin(i.ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), 1)
	err8 := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		m.State = bot.BroadcastCancelled
		return errors.Join(tx.DropWave(i.ctx, m.ID), tx.PutBroadcast(i.ctx, m))
	})
	return saw("waves", len(plan) == 1 && w.Place == 1 && !silent && len(overdue) == 0 && sends.Cap.Day > 0, err, err2, err3, err4, err5, err6, err7, err8, err9)
}

// sheets is what is let stand in a sheet, and noted there.
func (i *insider) sheets() error {
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		return errors.Join(tx.AcceptFinding(i.ctx, storage.AcceptedFinding{Change: "c", Finding: "f", Reason: "r", User: "u"}), tx.DisputeFinding(i.ctx, "c", "g"))
	})
	accepted, err2 := i.s.AcceptedFindings(i.ctx, "c")
	err3 := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		return tx.PutSheetNotes(i.ctx, "c", []storage.SheetNote{{Field: "title", Version: 1, Text: "коротше", User: "u"}})
	})
	notes, err4 := i.s.SheetNotes(i.ctx, "c")
	return saw("findings and notes of a sheet", len(accepted) == 1 && accepted[0].Reason == "r" && len(notes) == 1, err, err2, err3, err4)
}

// approvals is what waits for somebody's decision.
func (i *insider) approvals() error {
	waits := change("waits", bot.ChangeReview)
	err := i.s.PutChanges(i.ctx, []bot.Change{waits})
	all, err2 := i.s.Awaiting(i.ctx)
	judged, err3 := i.s.Approval(i.ctx, "change/waits")
	var is bool
	err4 := i.s.InTx(i.ctx, func(tx *storage.Tx) (err error) {
		is, err = tx.CallToApprove(i.ctx, all[0], storage.ApprovalCall{Object: "change/waits", User: "u"})
		return err
	})
	called, err5 := i.s.ApprovalCalls(i.ctx)
	to, err6 := i.s.ApproversReached(i.ctx)
	err7 := i.s.InTx(i.ctx, func(tx *storage.Tx) error { return tx.EndCalls(i.ctx, "change/waits") })
	none, err8 := i.s.ApprovalCalls(i.ctx)
	return saw("approvals", len(all) == 1 && len(judged.Writers) == 0 && is && len(called) == 1 && len(to) == 0 && len(none) == 0,
		err, err2, err3, err4, err5, err6, err7, err8)
}

func (i *insider) desk() error {
	parked, err := i.s.Parked(i.ctx, 10)
	aside, err2 := i.s.ParkedUpdate(i.ctx, telegram, "u3")
	_, set, err7 := i.s.UntilTimer(i.ctx, telegram)
	fired, err3 := i.s.FireTimers(i.ctx, i.l, 10)
	one, err4 := i.s.Ticket(i.ctx, "t")
	open, err5 := i.s.OpenTickets(i.ctx)
	ahead, err6 := i.s.Ahead(i.ctx, []bot.Address{at("2")})
	err = errors.Join(err, i.replies())
	list, errA := i.s.Queue(i.ctx, storage.QueueFilter{Tab: storage.QueueOpen, Limit: 10})
	rows, errB := i.s.QueueRows(i.ctx, []string{"t"})
	counts, errC := i.s.QueueCounts(i.ctx)
	news, errD := i.s.DeskNews(i.ctx, noon.Add(-time.Hour), 10)
	if err := saw("queue", len(list) == 1 && len(rows) == 1 && counts.Open == 1 && len(news.Changed) == 1, errA, errB, errC, errD); err != nil {
		return err
	}
	return saw("desk", set && ahead[at("2")] == 1 && len(parked) == 1 && aside.ID == "u3" && fired == 1 && one.ID == "t" && len(open) == 1, err, err2, err3, err4, err5, err6, err7)
}

// byTime is what the desk does by itself, and what it knows of waits.
func (i *insider) byTime() error {
	silent, err := i.s.SilentTickets(i.ctx)
	waits, err2 := i.s.Waits(i.ctx)
	score, err3 := i.s.Rating(i.ctx, "t")
	unwatched, err4 := i.s.Unwatched(i.ctx)
	return saw("desk by time", len(silent) == 0 && len(waits) == 0 && score == 0 && unwatched.Ticket != "", err, err2, err3, err4, i.s.WakeTickets(i.ctx))
}

// replies is what an operator reads before they write, and what they have begun.
func (i *insider) replies() error {
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		return tx.PutDraft(i.ctx, storage.Draft{Ticket: "t", User: "u", Text: "слова"})
	})
	drafts, err2 := i.s.Drafts(i.ctx, "t")
	s, err3 := i.s.Standing(i.ctx, "t")
	people, err4 := i.s.TicketAddresses(i.ctx, "t")
	lines, more, err5 := i.s.Talk(i.ctx, people, 0, 10)
	chats, err6 := i.s.Chats(i.ctx, "contact-1")
	_, err7 := i.s.LedgerOf(i.ctx, "contact-1")
	_, err8 := i.s.TicketsOf(i.ctx, "contact-1")
	lately, err10 := i.s.NeededLately(i.ctx, people[0], time.Hour)
	due, err9 := i.s.DeskDue(i.ctx, telegram)
	_, err11 := i.s.LastSent(i.ctx, people[0])
	return saw("replies", len(drafts) == 1 && s.Language == "" && len(people) == 1 && len(lines) > 0 && !more && len(chats) == 1 && due == 0 && lately,
		err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11)
}

// expansion walks for a change that is told, without an approval that the audit
// knows of.
func (i *insider) expansion() error {
	l, ours, err := i.s.AcquireExpander(i.ctx, "me", time.Minute)
	err = errors.Join(err, i.s.PutChanges(i.ctx, []bot.Change{change("told", bot.ChangeAnnounced)}))
	open, err2 := i.s.Expansions(i.ctx)
	if len(open) != 1 {
		return fmt.Errorf("%d expansions: %w", len(open), errors.Join(err, err2))
	}
	walked, err3 := i.s.Expand(i.ctx, l, open[0], func(tx *storage.Tx, contacts []string) (bool, error) {
		return tx.ExpandLedger(i.ctx, "told", contacts)
	})
	now, err4 := i.s.Expanding(i.ctx, storage.ExpandLedger)
	approved, err5 := i.s.VerifyApprovals(i.ctx)
	return saw("expansion", ours && walked.Walked == 2 && walked.Ended && now["told"] && len(approved.Problems) == 2,
		err, err2, err3, err4, err5, i.s.ForgetExpansions(i.ctx))
}

// imports checks a file of one row, which is rejected.
func (i *insider) imports() error {
	im, err := i.s.AddImport(i.ctx, bot.Import{Name: "people.csv", By: "u"}, strings.NewReader("external_id"), 100)
	other, err2 := i.s.AddImport(i.ctx, bot.Import{}, strings.NewReader("x"), 100)
	err3 := i.s.DropImport(i.ctx, other.ID)
	im.Plan.Columns = []string{"external_id"}
	err4 := i.s.InTx(i.ctx, func(tx *storage.Tx) (err error) {
		if err = tx.KeepImportPlan(i.ctx, "header", im.Plan); err == nil {
			im, err = tx.MoveImport(i.ctx, im, bot.CheckImport)
		}
		return err
	})
	body, err5 := i.s.OpenImport(i.ctx, im)
	text, err6 := io.ReadAll(body)
	open, err7 := i.s.OpenImports(i.ctx)
	plan, kept, err8 := i.s.ImportPlan(i.ctx, "header")
	l, ours, err9 := i.s.AcquireImporter(i.ctx, "me", time.Minute)
	err10 := i.s.StepImport(i.ctx, l, func(tx *storage.Tx) error {
		return tx.PassImport(i.ctx, im, bot.ImportSum{Reached: 1, Rejected: 1}, []storage.RejectedRow{{Line: 2, Faults: []bot.RowFault{{Column: "x"}}}})
	})
	err14 := i.s.LightenLog(i.ctx)
	rejected, err11 := i.s.RejectedRows(i.ctx, im.ID, 0, 10)
	all, err12 := i.s.Imports(i.ctx, 10)
	now, err13 := i.s.Import(i.ctx, im.ID)
	return saw("imports", string(text) == "external_id" && len(open) == 1 && kept && len(plan.Columns) == 1 && ours && len(rejected) == 1 &&
		len(all) == 1 && now.Rejected == 1 && i.s.StepSpan() > 0, err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13, err14)
}

func (i *insider) pulse() error {
	_, err := i.s.Beat(i.ctx)
	err2 := i.s.MarkCopied(i.ctx)
	was, err3 := i.s.Beat(i.ctx)
	return saw("pulse", was.Why == bot.HaltCopied, err, err2, err3)
}

func (i *insider) broadcasts() error {
	m := storage.Mailing{Broadcast: bot.Broadcast{ID: "m", State: bot.BroadcastSending, Version: 1, Filled: &bot.Filled{Template: bot.Broadcast{ID: "water"}}}, Started: time.Now()}
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error { return tx.PutBroadcast(i.ctx, m) })
	one, err2 := i.s.Broadcast(i.ctx, m.ID)
	all, err3 := i.s.Broadcasts(i.ctx, "", 10)
	open, err4 := i.s.OpenBroadcasts(i.ctx, bot.BroadcastSending, bot.BroadcastSending)
	living, err14 := i.s.LivingBroadcasts(i.ctx)
	instead, err22 := i.s.Instead(i.ctx, m.ID)
	if len(instead) > 0 {
		err22 = errors.New("something stands in its place")
	}
	from, err24 := i.s.FilledFrom(i.ctx, "water", 10)
	filled, err23 := i.s.FilledAfter(i.ctx, "", 10)
	report, err5 := i.s.Report(i.ctx, m.ID)
	progress, err17 := i.s.Progress(i.ctx, m.ID)
	under, err18 := i.s.Underway(i.ctx)
	bots, err19 := i.s.BotStates(i.ctx)
	rows, next, err20 := i.s.RecipientRows(i.ctx, m.ID, storage.RecipientFilter{}, "", 10)
	_, split, err21 := i.s.SplitRecipients(i.ctx, m.ID, nil, bot.Calendar{Now: time.Now(), Zone: time.UTC}, 0)
	if split.Planned != 0 {
		err21 = errors.New("somebody is a recipient of nothing")
	}
	err = errors.Join(err, err21, err17, err18, err19, err20, err22, err23, err24)
	seen, released, err6 := i.s.ReleaseRecipients(i.ctx, i.l, storage.Releasing{
		Broadcast: m.ID, Limit: 10, Zone: time.UTC, Tell: func(storage.Mailing, []storage.Waiting) []storage.Released { return nil },
	})
	_, err7 := i.s.BulkAhead(i.ctx, telegram)
	err8 := i.s.TakeBackStrays(i.ctx, i.l)
	tidied, err9 := i.s.TidyBroadcasts(i.ctx)
	_, intact, err15 := i.s.ApprovedRenderings(i.ctx, one)
	outdated, err16 := i.s.Outdated(i.ctx, one)
	_, _, err10 := i.s.RecipientOf(i.ctx, m.ID, "c")
	err11 := i.s.Visit(i.ctx, telegram, []string{"1"})
	due, err12 := i.s.FallbackDue(i.ctx)
	fell, last, err13 := i.s.FallBack(i.ctx, m.ID, "", []string{"viber"}, nil)
	return saw("broadcasts", one.ID == m.ID && len(all) == 1 && len(open) == 1 && len(living) == 1 && len(from) == 1 && len(filled) == 1 && report.Expanding && progress.Report().Expanding && len(under) == 1 && len(bots) == 1 &&
		len(rows) == 0 && next == "" && seen.N+len(released) == 0 && len(tidied.Sent) == 1 && tidied.Open == 1 && !tidied.More && !intact && !outdated && len(due)+fell+len(last) == 0,
		err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13, err14, err15, err16)
}

func (i *insider) outbox() error {
	rows, err := i.s.Pending(i.ctx, telegram, bot.LaneReply, 10)
	if err != nil || len(rows) != 2 {
		return fmt.Errorf("%d pending: %w", len(rows), err)
	}
	claimed, err := i.s.Claim(i.ctx, i.l, rows)
	depth, err2 := i.s.OutboxDepth(i.ctx)
	err3 := i.s.RecordOutcomes(i.ctx, i.l, []storage.SendOutcome{
		{Row: rows[0], Outcome: bot.Later, NotBefore: time.Now().Add(time.Hour)},
	})
	held, err4 := i.s.Backoffs(i.ctx, telegram)
	if err := i.lease(); err != nil { // as after a crash
		return err
	}
	again, unknown, err5 := i.s.RecoverSending(i.ctx, i.l)
	expired, err6 := i.s.Expire(i.ctx, i.l, -time.Hour)
	err7 := i.s.Unclaim(i.ctx, i.l, []storage.InboxRow{{Bot: telegram, ID: "1", Chat: "1"}})
	return saw("outbox", slices.Equal(claimed, []bool{true, true}) && len(held) == 1 &&
		depth[storage.OutboxKey{Bot: telegram, Lane: bot.LaneReply, State: "sending"}] == 2 && again+unknown == 1 && expired > 0,
		err, err2, err3, err4, err5, err6, err7)
}

func (i *insider) joins() error {
	code, err := i.s.CreateInvite(i.ctx, at("1"), time.Hour)
	invites, err2 := i.s.Invites(i.ctx, []string{code})
	linked, err3 := i.s.Linked(i.ctx, []string{"contact-1"})
	if _, err := i.s.JoinedAt(i.ctx, "contact-1", at("1")); !errors.Is(err, storage.ErrOwnAddress) {
		return fmt.Errorf("one's own address: %w", err)
	}
	owners, err4 := i.s.PhoneOwners(i.ctx, []string{"+380671234567"})
	return saw("joins", invites[code].Valid && len(linked["contact-1"]) == 1 && len(owners) == 0, err, err2, err3, err4)
}

func (i *insider) staff() error {
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		return errors.Join(
			tx.AddUser(i.ctx, storage.User{ID: "u", Login: "olena", Role: bot.Admin}),
			tx.AddToken(i.ctx, storage.Token{Hash: "h", UserID: "u", Name: "n", Role: bot.Admin}),
			tx.Audit(i.ctx, storage.AuditEntry{Actor: bot.Actor{User: "u"}, Action: "user.add", Object: "user/u"}),
		)
	})
	err = errors.Join(err, i.s.InStep(i.ctx, func(tx *storage.Tx) error { return tx.ScrubDue(i.ctx) }))
	u, err2 := i.s.User(i.ctx, "olena")
	err3 := i.s.UseToken(i.ctx, "h")
	bearers, err4 := i.s.Bearers(i.ctx, []string{"h"}, time.Hour)
	head, err5 := i.s.VerifyAudit(i.ctx, storage.AuditHead{})
	marks, err6 := i.s.VerifyAuditMarks(i.ctx, head)
	users, err7 := i.s.Users(i.ctx)
	tokens, err8 := i.s.Tokens(i.ctx)
	return saw("staff", u.ID == "u" && len(bearers) == 1 && !bearers["h"].Stale && head.Entries == 1 && marks.Checked == 1 &&
		len(users) == 2 && len(tokens) == 1, err, err2, err3, err4, err5, err6, err7, err8)
}

func (i *insider) door() error {
	nobody, err := i.s.HasUsers(i.ctx)
	tries := storage.Tries{Most: 1, Within: time.Hour}
	err2 := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		_, _, err := tx.Attempt(i.ctx, "subject", tries)
		_, err2 := tx.AddCode(i.ctx, storage.StaffCode{Hash: "c", Kind: storage.CodeInvite, User: "door"}, time.Hour)
		return errors.Join(err, err2,
			tx.AddUser(i.ctx, storage.User{ID: "door", Login: "door", Role: bot.Operator}),
			tx.AddSession(i.ctx, "s", "door", "d", "", ""), tx.PutDevice(i.ctx, "d", "door"),
			tx.PutRecovery(i.ctx, "door", []string{"r"}), tx.LinkStaff(i.ctx, "door", at("9")))
	})
	found, err3 := i.s.FindSessions(i.ctx, []string{"s"})
	mine, err4 := i.s.Sessions(i.ctx, "door")
	code, err5 := i.s.Code(i.ctx, "c")
	u, err6 := i.s.UserByID(i.ctx, "door")
	wait, err7 := i.s.AttemptWait(i.ctx, "subject", tries)
	known, err8 := i.s.KnowsDevice(i.ctx, "d", "door")
	left, err9 := i.s.RecoveryLeft(i.ctx, "door")
	_, err10 := i.s.AuditLines(i.ctx, storage.AuditQuery{}, 10)
	linked, _, err11 := i.s.StaffAddress(i.ctx, "door")
	saw1 := saw("door", !nobody && len(found) == 1 && len(mine) == 1 && code.User == "door" && u.Login == "door" && wait > 0 && known &&
		left == 1 && linked == at("9"), err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11)
	good, err12 := i.s.GoodStaffLink(i.ctx, "no such code")
	saw1 = errors.Join(saw1, saw("no link", !good, err12))
	return errors.Join(saw1, i.s.UseSession(i.ctx, "s"), i.s.EndRunOut(i.ctx), i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		_, err := tx.UnlinkStaff(i.ctx, "door")
		return err
	}))
}

func (i *insider) chat() error {
	a := onWeb("her")
	seq, err := i.s.AddChatLine(i.ctx, a, storage.ChatLine{ID: "x", Out: true, Body: []byte("{}")})
	after, err2 := i.s.ChatLinesAfter(i.ctx, a, 0, 10)
	before, err3 := i.s.ChatLinesBefore(i.ctx, a, seq+1, 10)
	err4 := i.s.MarkChat(i.ctx, a, storage.ChatMarks{Delivered: seq})
	marks, err5 := i.s.ChatMarks(i.ctx, a)
	return saw("chat", len(after) == 1 && len(before) == 1 && marks.Delivered == seq, err, err2, err3, err4, err5)
}

func (i *insider) files() error {
	a, data := onWeb("her"), []byte("текст")
	f := storage.File{ID: "f", Name: "f.txt", Type: "text/plain"}
	_, err := putFile(i.ctx, i.s, a, f, data, 1<<20)
	_, read, err2 := fileOf(i.ctx, i.s, a, "f")
	coming, err3 := i.s.BeginFile(i.ctx, a, storage.File{ID: "g", Size: 10}, 1<<20)
	err4 := i.s.DropFile(i.ctx, a, coming)
	dropped := i.s.AddPieces(i.ctx, a, coming, 0, [][]byte{data})
	return saw("files", bytes.Equal(read, data) && errors.Is(dropped, storage.ErrNotFound), err, err2, err3, err4)
}

// known is what the company knows of people, and that they are found.
func (i *insider) known() error {
	one := storage.ContactRow{Contact: bot.Contact{ID: storage.NewID(), External: "known", Name: "Знана", Region: "Ніде"}}
	one.Attributes = map[string]string{"since": "торік"}
	var id string
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		err := errors.Join(tx.EditContent(i.ctx), tx.PutAttribute(i.ctx, bot.Attribute{Name: "since", Type: bot.AttributeDate}),
			tx.PutRegions(i.ctx, []bot.Region{{ID: "kyiv", Name: bot.Bilingual{UK: "Київ"}}}))
		ids, err2 := tx.ImportContacts(i.ctx, []storage.ContactRow{one})
		id = ids["known"]
		return errors.Join(err, err2, tx.AddConsent(i.ctx, bot.Consent{Contact: id, Topic: bot.TopicNews, Given: true, Source: bot.ConsentStaff}))
	})
	attributes, err2 := i.s.Attributes(i.ctx)
	misfits, _, err3 := i.s.Misfits(i.ctx, "", 10)
	regions, err4 := i.s.Regions(i.ctx)
	unknown, err5 := i.s.UnknownRegions(i.ctx, 10)
	topics, err6 := i.s.Topics(i.ctx)
	consents, err7 := i.s.Consents(i.ctx, id)
	filled, err8 := i.s.FillSearch(i.ctx)
	due, err9 := i.s.SearchDue(i.ctx)
	found, err10 := i.s.FindPeople(i.ctx, storage.PeopleFilter{Text: "зна", Limit: 5})
	return saw("what is known", len(attributes) == 1 && len(misfits) == 1 && len(regions) == 1 && len(unknown) == 1 && len(topics) == 6 &&
		len(consents) == 1 && filled > 0 && !due && len(found.People) == 1, err, err2, err3, err4, err5, err6, err7, err8, err9, err10)
}

func (i *insider) ledger() error {
	var file []byte
	err := i.s.InTx(i.ctx, func(tx *storage.Tx) (err error) {
		file, err = tx.SignProof(i.ctx, bot.Proof{})
		return err
	})
	counts, err2 := i.s.LedgerCounts(i.ctx, "told")
	keys, err3 := i.s.ProofKeys(i.ctx)
	head, err4 := i.s.AuditHead(i.ctx)
	if len(counts) == 0 || len(keys) != 1 {
		return saw("the ledger", false, err, err2, err3, err4)
	}
	later, err5 := i.s.CountStanding(i.ctx, "told", counts[0].Standing, noon.AddDate(-100, 0, 0))
	rows, _, err6 := i.s.LedgerRows(i.ctx, "told", []storage.LedgerPart{{Standing: counts[0].Standing}}, "", 10)
	_, _, err7 := i.s.Said(i.ctx, "contact-1", storage.ToldBy{})
	row, err8 := i.s.LedgerRow(i.ctx, "told", rows[0].Contact)
	_, err9 := bot.OpenProof(file, keys[0])
	return saw("the ledger", later == counts[0].N && len(rows) == later && row.Contact == rows[0].Contact && keys[0].String() == i.s.ProofPublic() && head.Entries >= 0,
		err, err2, err3, err4, err5, err6, err7, err8, err9)
}

func (i *insider) people() error {
	d, err := i.s.Dossier(i.ctx, "contact-1")
	err2 := i.s.InTx(i.ctx, func(tx *storage.Tx) error {
		var long []bot.Entry
		for n := range 500 {
			long = append(long, entry("1", fmt.Sprint("long", n), "слова"))
		}
		return errors.Join(tx.AddHistory(i.ctx, long), tx.Erase(i.ctx, storage.Person{Contact: "contact-1"}))
	})
	pending, err3 := i.s.PendingErasures(i.ctx, bot.Address{}, 10)
	leaving, err4 := i.s.StillLeaving(i.ctx, []bot.Address{at("1")})
	return saw("people", len(d["contacts"]) == 1 && len(d["history"]) == 1 && len(pending) == 1 && len(leaving[at("1")]) > 0,
		err, err2, err3, err4)
}

func (i *insider) again() error {
	once := func() (bool, error) {
		_, replayed, err := i.s.WriteOnce(i.ctx, "inner", "request", func(ctx context.Context) (storage.Answer, error) {
			return storage.Answer{Status: 200}, i.s.PutSetting(ctx, "inner", "done")
		})
		return replayed, err
	}
	first, err := once()
	second, err2 := once()
	err3 := i.s.Together(i.ctx, func(ctx context.Context) error { return i.s.PutSetting(ctx, "together", "done") })
	inner, _, err4 := i.s.Setting(i.ctx, "inner")
	together, _, err5 := i.s.Setting(i.ctx, "together")
	return saw("again", !first && second && inner == "done" && together == "done", err, err2, err3, err4, err5)
}
