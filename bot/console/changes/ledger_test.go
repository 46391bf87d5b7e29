package changes

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

func ledgerSample(head headView, at time.Time) ledgerPage {
	numbers := ledgerNumbers{
		ID: "a", KnowsText: "3 120", DueText: "4 218", Percent: 74, LevelOf: "must_acknowledge", Deadline: at, Passed: true, HasShares: true, Many: true, Erased: 2, ErasedText: "2",
		Bar:     []barView{{"acknowledged", 0, 74, "3 120", "?of=acknowledged"}, {"waiting", 74, 26, "1 098", ""}},
		Numbers: []numberView{{"due", "4 218", true, "", true}, {"late", "0", false, "?of=late", false}},
		Shares: []shareView{
			{Channel: "telegram", Bot: "telegram", Language: bot.Ukrainian, Told: "3 000", Wide: 100, KnowsWide: 40, Query: "?bot=telegram"}, {Told: "1"},
		},
		Reasons:  []reasonView{{"blocked", "3", "?reason=blocked", true}, {"another", "1", "", false}},
		Versions: []versionSum{{2, "9", "?version=2", true, true}, {0, "1", "", false, false}},
	}
	return ledgerPage{
		Head: head, Announced: true, LedgerNumbers: numbers, Query: ledgerQuery{Sum: "told", Bot: "viber", Language: "ru", Version: 2, Reason: "blocked"}, File: "?of=told",
		Bots: []botView{{"telegram", "telegram", true}, {"second", "telegram", false}, {"gone", "unknown", false}}, Languages: bot.Languages(), Sums: []sumKey{"due", "told"}, Reads: true, Exports: true,
		First: "?", Next: "?after=x", Key: "ed25519:key",
		Rows: []ledgerRow{
			{ID: "a", Name: "Олена", External: "7", Stance: "acknowledged", Told: at, Acknowledged: at, Channel: "viber", Language: bot.Russian, Version: 2, Way: "broadcast", Asked: true, Complained: true, Joined: true, Proof: true},
			{ID: "b", Stance: "unreached", Reason: "blocked", Passed: at},
			{ID: "c", Stance: "told", Seen: at},
			{ID: "d", Stance: "told", Delivered: at},
			{ID: "e", Stance: "told", Told: at},
		},
	}
}

func proofSample(head headView, at time.Time) proofPage {
	stamp := at.Format(time.DateTime)
	return proofPage{
		Head: head, Company: "Ластівка", Person: "Олена", External: "7", PersonID: "a", Title: "Тариф", From: stamp, Level: "must_acknowledge", Acknowledged: stamp, Version: 2,
		Asked: stamp, Complained: stamp, Reason: "blocked", Passed: stamp, Hash: "aa", Key: "ed25519:key", Exports: true, Made: stamp, ChangeID: "x",
		Told: []provedView{
			{Version: 2, Channel: "viber", Address: "viber:1", Message: "5", Language: bot.Ukrainian, Text: "Дорожче", TextHash: "bb", Outcome: "sent", Sent: stamp, Delivered: stamp, Seen: stamp, Approved: stamp, By: "Петро", Hash: "cc", TellsSeen: true},
			{Version: 1, Channel: "telegram", Language: bot.Russian, Outcome: "unknown", Mentions: true},
			{Outcome: "unsent", TellsSeen: true},
		},
	}
}

// told has people whom an announced change concerns.
func (h *house) told(change string, people ...string) {
	h.Helper()
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s, RU: s} }
	h.ok(h.store.PutChanges(h.Context(), []bot.Change{{
		ID: change, Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 1, Title: w("Тариф"), Summary: w("с"), Reason: w("р"), Consequence: w("к"), Benefit: w("б"), ToDo: w("д"), From: time.Now().AddDate(0, 0, 3),
		Particulars: bot.Particulars{Level: bot.LevelAcknowledge},
	}}))
	for i, id := range people {
		h.ok(h.store.InTx(h.Context(), func(tx *storage.Tx) error {
			_, err := tx.ImportContacts(h.Context(), []bot.Person{{Contact: bot.Contact{ID: id, External: string(rune('1' + i)), Name: "=" + id}}})
			return err
		}))
	}
}

// TestLedgerPages: each number opens its people, in the words of the reader; who may not
// see people sees the numbers, and the file is a table that no spreadsheet runs.
func TestLedgerPages(t *testing.T) {
	h := newHouse(t)
	h.told("x", "olena", "ivan", "maria")
	page, _ := h.do("marketer", http.StatusOK, http.MethodGet, "/console/changes/x/ledger", nil)
	h.says(page, "знають із 3 (0 %)", "Усі, кого стосується зміна", "/console/changes/x/ledger?of=waiting#people", "=olena")
	page, _ = h.do("marketer", http.StatusOK, http.MethodGet, "/console/changes/x/ledger?of=complained", nil)
	h.says(page, "Таких людей немає")
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, "/console/changes/x/ledger", nil)
	if h.says(page, "Імена бачать"); strings.Contains(page, "=olena") {
		t.Error("an approver sees people")
	}
	h.do("marketer", http.StatusNotFound, http.MethodGet, "/console/changes/x/ledger?of=nothing", nil)
	h.do("marketer", http.StatusNotFound, http.MethodGet, "/console/changes/x/proof/nobody", nil)
	file, _ := h.do("admin", http.StatusOK, http.MethodPost, "/console/changes/x/ledger/file?of=waiting", url.Values{})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\xef\xbb\xbf"))).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][2][0] != '\'' {
		t.Errorf("%q, %v", rows, err)
	}
	sheet := h.made(olha)
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"/ledger", nil)
	h.says(page, "Тут буде видно, хто знає про зміну")
}

// A person of whom only one thing is to be said has it without a dot before it.
func TestFactsOfAPersonBeginWithOne(t *testing.T) {
	page := ledgerSample(headView{ID: "a"}, time.Now())
	page.Rows = []ledgerRow{{ID: "a", Stance: "waiting", Joined: true}}
	out, err := newHouse(t).console.Example(bot.Ukrainian, "ledger", page, "Олена")
	if err != nil || !strings.Contains(string(out), `<p class="facts">додано пізніше</p>`) {
		t.Errorf("%v\n%s", err, out)
	}
}
