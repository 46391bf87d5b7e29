package broadcasts

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func reportSample(at time.Time) reportPage {
	progress := progressView{
		ID: "a", State: "sending", Expanding: true, Percent: 74, Over: "3 120", Planned: "4 218", Finish: at, Last: at, Start: at, Until: at, Began: at, At: at, Note: "Чому", Spent: []spentView{{"4,00 грн", "4,50 грн"}, {"1,00 €", ""}},
		Bar: []barView{{"sent", 0, 74, "3 120", "?of=sent"}, {"pending", 74, 26, "1 098", "?of=pending"}},
		Waits: []waitView{
			{Kind: "limit", Channel: "viber", N: 900, Rate: "20"},
			{Kind: "people", Reason: "quiet", N: 20_000, Many: true, Until: at, Query: "?of=pending&reason=quiet"},
			{Kind: "answer", Halt: "late", Since: at},
			{Kind: "lease", Channel: "telegram", N: 1, Since: at},
		},
		Outcomes: []numberView{{"planned", "4 218", true, "?"}, {"failed", "0", false, "?of=failed"}}, Marks: []numberView{{"clicked", "7", true, "?of=clicked"}},
		Skipped: []reasonView{{"no_consent", "3", "?of=skipped&reason=no+consent"}, {"another", "1", "?"}}, Failed: []reasonView{{"gone", "38", "?of=failed&reason=gone"}},
		Shares: sharesOf("a", []shareView{
			newShare(shareView{Channel: "telegram", Language: bot.Ukrainian}, bot.Report{Planned: 3000, Sent: 1200, Acknowledged: 2}, 3000, rowsQuery{Bot: "telegram"}, map[outcomeKey]bool{"seen": true}),
			newShare(shareView{}, bot.Report{Planned: 1, Seen: 1}, 3000, rowsQuery{}, nil),
		}),
	}
	return reportPage{
		Head: headView{ID: "a", Title: "Тариф", Here: "report", Begun: true}, Change: "x", Instead: []insteadView{{"b", "draft", false, false}, {"c", "sending", true, true}}, Progress: progress, Splits: true, Second: true, Edits: true, Done: "paused", Stale: true, Faults: console.Faults{"people": "Тепер таких 39"},
		Moves: movesView{
			Mends: true,
			ID:    "a", State: "sending", Version: 7, Moves: []moveView{{"pause", true, false}, {"resume", false, false}, {"cancel", true, true}}, Goes: true, Ceiling: &ceilingView{"4,50 грн", true},
			Retries: []retryView{{"failed", "gone", "gone", 38, false}, {"unknown", "", "", 2, true}},
		},
		People: peopleView{
			ID: "a", Query: rowsQuery{Of: "failed", Reason: "gone", Bot: "viber", Language: "ru"}, Reason: "gone", Numbers: []outcomeKey{"sent", "clicked"}, Languages: bot.Languages(),
			Bots: []botView{{"viber", "viber", true}, {"second", "telegram", false}}, Reads: true, Exports: true, File: "?of=failed", First: "?of=failed", Next: "?after=x",
			Rows: []personView{
				{ID: "o", Name: "Олена", External: "7", Channel: "viber", Language: bot.Russian, Outcome: "sent", At: at, Marks: []outcomeKey{"seen", "acknowledged"}},
				{Outcome: "skipped", Reason: "erased", At: at},
				{ID: "p", Outcome: "pending", Reason: "quiet", Until: at},
			},
		},
	}
}

// filled makes a broadcast that sends to so many people, of whom most were told: by three
// bots, in both languages. The counts are those of the rows.
func filled(t testing.TB, s *storage.Store, id string, people int) storage.Mailing {
	t.Helper()
	m := storage.Mailing{
		Broadcast: bot.Broadcast{ID: id, State: bot.BroadcastSending, Version: 5, Title: "Тариф", Zone: "Europe/Kyiv"}, Started: time.Now().Add(-time.Hour), Listed: true,
	}
	m.Hash = m.ApprovedHash()
	if err := s.InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutBroadcast(t.Context(), m) }); err != nil {
		t.Fatal(err)
	}
	exec := func(q string) {
		t.Helper()
		if _, err := s.DB().Writer().Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	const part = 5_000 // a statement has its time
	for from := 0; from < people; from += part {
		of := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT 'p' || (10000000 + i) AS id, i FROM n)`, from+1, min(from+part, people))
		exec(`INSERT INTO contacts (id, name, external_id, created_at) SELECT id, CASE WHEN i % 50 = 0 THEN '=Олена ' ELSE 'Олена ' END || i, 'e' || i, 1 FROM ` + of + ` n`)
		exec(storagetest.RecipientRows(id, of))
	}
	for _, q := range storagetest.RecipientCounts() {
		exec(q)
	}
	exec(`ANALYZE`)
	return m
}

// reportRights are the rows of the matrix for the pages of a report.
func (h *house) reportRights() map[string]consoletest.Row {
	h.Helper()
	m := storage.Mailing{Broadcast: bot.Broadcast{ID: "under-way", State: bot.BroadcastPaused, Version: 1, Change: "x", Audience: bot.In("tier", "vip")}, Named: bot.In(bot.SavedField, "vip"), Started: time.Now()}
	h.OK(h.Store.InTx(h.Context(), func(tx *storage.Tx) error { return tx.PutBroadcast(h.Context(), m) }))
	h.OK(h.Store.PutChanges(h.Context(), []bot.Change{{ID: "x", State: bot.ChangeAnnounced, Version: 1}}))
	at := "/console/broadcasts/under-way/report"
	readers := []bot.Role{bot.Marketer, bot.Approver, bot.Admin}
	return map[string]consoletest.Row{
		"GET /console/broadcasts/:id/report":           {May: readers, Want: http.StatusOK, Path: at},
		"GET /console/broadcasts/:id/report/segments":  {May: readers, Want: http.StatusOK, Path: at + "/segments"},
		"POST /console/broadcasts/:id/report/segments": {May: readers, Want: http.StatusOK, Path: at + "/segments"},
		"POST /console/broadcasts/:id/report/move":     {May: readers, Want: http.StatusBadRequest, Path: at + "/move", Form: "move=x"},
		"POST /console/broadcasts/:id/report/ceiling":  {May: readers, Want: http.StatusUnprocessableEntity, Path: at + "/ceiling", Form: "ceiling=x"},
		"POST /console/broadcasts/:id/report/stop":     {May: []bot.Role{bot.Approver, bot.Admin}, Want: http.StatusSeeOther, Path: at + "/stop"},
		"POST /console/broadcasts/:id/report/mend":     {May: []bot.Role{bot.Marketer, bot.Admin}, Want: http.StatusConflict, Path: at + "/mend", Form: "version=99"},
		"POST /console/broadcasts/:id/report/second":   {May: []bot.Role{bot.Marketer, bot.Admin}, Want: http.StatusSeeOther, Path: at + "/second"},
		"POST /console/broadcasts/:id/report/file":     {May: []bot.Role{bot.Admin}, Want: http.StatusOK, Path: at + "/file"},
	}
}

// Each number opens its people in the reader's words; who may not see people sees the
// numbers; the file is a table that no spreadsheet runs.
func TestReport(t *testing.T) {
	h := newHouse(t)
	m := filled(t, h.Store, "b", 300)
	at := "/console/broadcasts/b/report"
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "із 300 уже опрацьовано (90 %)", at+"?of=failed&amp;reason=gone#people", "Відкладено: у них тихі години", at+"?of=pending&amp;reason=quiet#people", "=Олена 50",
		"Повторити 3: месенджер більше не знає такого чату", "Розумію: хтось може отримати це двічі", "зараз нікому надсилати", "Призупинити")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"?of=failed&reason=gone", nil)
	h.Says(page, "Олена 97", "Олена 197", "Олена 297")
	h.SaysNot(page, "Олена 98<")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"?of=unknown&bot=viber", nil)
	h.Says(page, "Олена 99<")
	h.SaysNot(page, "Олена 199<")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Імена бачать", "Зупинити всі розсилки", "Файли з людьми завантажують адміністратори")
	h.SaysNot(page, "Олена", "Повторити 3")
	h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, at+"?of=nothing", nil)
	h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, at+"?after=nowhere", nil)
	h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, "/console/broadcasts/none/report", nil)
	file, _ := h.As(bot.Admin, http.StatusOK, http.MethodPost, at+"/file?of=sent", url.Values{})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\xef\xbb\xbf"))).ReadAll()
	if err != nil || len(rows) != 241 || len(rows[0]) != len(rows[1]) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if i := slices.IndexFunc(rows, func(r []string) bool { return strings.HasSuffix(r[2], "=Олена 50") }); i < 0 || rows[i][2][0] != '\'' {
		t.Errorf("a formula in %q", rows[50])
	}
	// A retry tells those whom the page counted and nobody else; who may have had it, only
	// when that is said.
	retry := url.Values{"move": {"retry"}, "version": {fmt.Sprint(m.Version)}, "outcome": {"failed"}, "reason": {bot.ReasonGone}, "people": {"2"}}
	page, _ = h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/move", retry)
	h.Says(page, "Тепер таких 3, а на сторінці було 2")
	retry.Set("people", "3")
	_, to := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/move", retry)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "Цим людям надсилаємо ще раз", "Повторити 3: месенджер не прийняв повідомлення", "із 300 уже опрацьовано (89 %)")
	page, _ = h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/move", retry)
	h.Says(page, "Хтось тим часом змінив стан розсилки")
	retry = url.Values{"move": {"retry"}, "version": {fmt.Sprint(m.Version + 1)}, "outcome": {"unknown"}, "people": {"3"}}
	page, _ = h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at+"/move", retry)
	h.Says(page, "Позначте, що розумієте")
	retry.Set("sure", "yes")
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/move", retry)
	left := h.report("b")
	if left.Unknown != 0 || left.Failed[bot.ReasonGone] != 0 || left.Failed[bot.ReasonMalformed] != 3 || left.Planned != left.Sum() || left.Planned != 300 {
		t.Errorf("%+v", left)
	}
	// Whoever approves may stop, and not go on.
	_, to = h.As(bot.Approver, http.StatusSeeOther, http.MethodPost, at+"/stop", url.Values{})
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "Усі розсилки зупинено", "хтось зупинив усі розсилки", "Продовжують маркетологи")
}

func (h *house) report(id string) bot.Report {
	h.Helper()
	r, err := h.broadcasts.Report(h.Context(), bot.System(), id)
	h.OK(err)
	return r
}

// What tells a change has a second wave to those who do not know of it: a draft of its own,
// for whom the first was for, less those who know.
func TestSecondWave(t *testing.T) {
	h := newHouse(t)
	whom := bot.In("tier", "vip")
	m := storage.Mailing{
		Broadcast: bot.Broadcast{ID: "b", State: bot.BroadcastSent, Version: 5, Title: "Тариф", Change: "x", Topic: "tariff", Audience: whom, Text: bot.Bilingual{UK: "а", RU: "б"}, Fallback: 7},
		Started:   time.Now().Add(-time.Hour), Ended: time.Now(), Listed: true,
	}
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error {
		if err := tx.PutBroadcast(t.Context(), m); err != nil {
			return err
		}
		m.ID, m.Change = "other", ""
		return tx.PutBroadcast(t.Context(), m)
	}))
	h.OK(h.Store.PutChanges(t.Context(), []bot.Change{{ID: "x", State: bot.ChangeAnnounced, Version: 1}}))
	_, to := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/broadcasts/b/report/second", url.Values{})
	made, err := h.broadcasts.Read(t.Context(), bot.System(), strings.TrimPrefix(to, "/console/broadcasts/"))
	h.OK(err)
	unaware := bot.None(bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpKnows, Values: []string{"x"}}})
	if made.State != bot.BroadcastDraft || made.Title != "Тариф: хто ще не знає" || made.Text != m.Text || made.Fallback != 7 || made.Change != "x" ||
		fmt.Sprint(made.Audience.Text(bot.Ukrainian, bot.SegmentNames{})) != fmt.Sprint(bot.All(whom, unaware).Text(bot.Ukrainian, bot.SegmentNames{})) {
		t.Errorf("%+v", made)
	}
	h.As(bot.Marketer, http.StatusNotFound, http.MethodPost, "/console/broadcasts/other/report/second", url.Values{})
	h.As(bot.Approver, http.StatusNotFound, http.MethodPost, "/console/broadcasts/b/report/second", url.Values{})
}

// What the first messenger delivered after all counts once, where the person stands by now:
// in the row of the next one too that tells of no delivery itself, so that rows add up.
func TestDeliveredByTheOneBefore(t *testing.T) {
	untold := map[outcomeKey]bool{"delivered": true, "seen": true}
	share := newShare(shareView{Channel: "telegram"}, bot.Report{Planned: 2, Sent: 2, Delivered: 1}, 2, rowsQuery{Bot: "telegram"}, untold)
	if got := share.numbers["delivered"]; got.N != "1" || got.Query == "" {
		t.Errorf("delivered: %+v", got)
	}
	if got := share.numbers["seen"]; got.N != "—" {
		t.Errorf("seen: %+v", got)
	}
}
