package changes

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

func planSample(head headView, at time.Time) planPage {
	owners := []Owner{{"olha", "Ольга"}}
	waits := waveView{
		ID: "b", Anchor: "2", Title: "Партнери", Kind: "partners", State: "scheduled", Version: 3, Nr: 2, Owner: "Ольга", Owners: []ownerChoice{{owners[0], true}}, Due: at, At: "2026-12-01T10:00", Zone: "Europe/Kyiv",
		Gate: 80, Gated: true, Counted: true, Know: "12", People: "20", Percent: 60, Wait: "known", Since: at, Overdue: true, Edits: true, Places: true, Names: true, Opens: true,
	}
	opened := waits
	opened.ID, opened.Anchor, opened.Opened, opened.Why, opened.Counted, opened.Opens, opened.Wait, opened.Places, opened.Edits = "c", "3", "Петро", "Поспішаємо", false, false, "announce", false, false
	return planPage{
		Head: head, Kinds: []waveKey{"staff", "unaware"}, Owners: owners, Free: []freeView{{"f", "Своя"}}, Writes: true, Done: "saved", Faults: console.Faults{"gate": "Ні."}, Wave: "b",
		Waves: []waveView{{ID: "a", Anchor: "1", Kind: "staff", State: "sent", Nr: 1, Sent: "19", Planned: "20", Begun: true, Mended: true}, waits, opened, {ID: "d", Anchor: "4", Nr: 4, State: "cancelled", Over: true}, {ID: "e", Anchor: "5", Nr: 5, Gated: true, Names: true, Wait: "before"}},
	}
}

// TestPlan: a plan is proposed on its page, written, put into another order, and whoever
// approves lets a wave begin, each with their own buttons alone.
func TestPlan(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	path := sheet + "/plan"
	page, _ := h.do("approver", http.StatusOK, http.MethodGet, path, nil)
	h.says(page, "Плану ще немає", "щойно автор складе план")
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, path, nil)
	h.says(page, "Запропонувати план")
	h.do(olha, http.StatusSeeOther, http.MethodPost, path, url.Values{"do": {"propose"}})
	h.do(olha, http.StatusUnprocessableEntity, http.MethodPost, path, url.Values{"do": {"propose"}})
	all, err := h.broadcasts.Plan(t.Context(), bot.System(), strings.TrimPrefix(sheet, "/console/changes/"))
	h.ok(err)
	if len(all) != 4 {
		t.Fatalf("%d waves are proposed", len(all))
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, path+"?done=proposed", nil)
	h.says(page, "План запропоновано", "Співробітники", "Партнери", "VIP-клієнти", "Усі, кого це стосується", "Перша хвиля: починається за графіком", "Чекає, доки почнеться попередня хвиля", "olha")
	for _, row := range []struct {
		who  string
		want int
		form url.Values
	}{
		{olha, http.StatusSeeOther, url.Values{"do": {"save"}, "wave": {all[1].ID}, "version": {strconv.Itoa(all[1].Version)}, "owner": {petro}, "gate": {"90"}, "due": {"2030-05-06T11:00"}}},
		{olha, http.StatusConflict, url.Values{"do": {"save"}, "wave": {all[1].ID}, "version": {strconv.Itoa(all[1].Version)}, "gate": {"90"}}},
		{olha, http.StatusUnprocessableEntity, url.Values{"do": {"save"}, "wave": {all[2].ID}, "version": {strconv.Itoa(all[2].Version)}, "gate": {"190"}}},
		{olha, http.StatusUnprocessableEntity, url.Values{"do": {"save"}, "wave": {all[2].ID}, "version": {strconv.Itoa(all[2].Version)}, "due": {"завтра"}}},
		{olha, http.StatusSeeOther, url.Values{"do": {"earlier"}, "wave": {all[2].ID}}},
		{olha, http.StatusForbidden, url.Values{"do": {"open"}, "wave": {all[1].ID}, "why": {"так"}}},
		{"approver", http.StatusForbidden, url.Values{"do": {"later"}, "wave": {all[1].ID}}},
		{"approver", http.StatusSeeOther, url.Values{"do": {"open"}, "wave": {all[1].ID}, "why": {"Партнери вже знають"}}},
		{olha, http.StatusSeeOther, url.Values{"do": {"add"}, "kind": {"unaware"}}},
		{olha, http.StatusSeeOther, url.Values{"do": {"drop"}, "wave": {all[3].ID}, "version": {strconv.Itoa(all[3].Version)}}},
	} {
		if page, _ := h.do(row.who, row.want, http.MethodPost, path, row.form); t.Failed() {
			t.Fatalf("%v: %s", row.form, page)
		}
	}
	waves, err := h.broadcasts.Plan(t.Context(), bot.System(), strings.TrimPrefix(sheet, "/console/changes/"))
	h.ok(err)
	for _, w := range waves { // written by who reads Ukrainian, and edited since
		if uk, ru := w.Broadcast.Called(bot.Ukrainian), w.Broadcast.Called(bot.Russian); w.Wave.Kind == bot.WavePartners && (!strings.HasPrefix(uk, "Партнери: ") || !strings.HasPrefix(ru, "Партнёры: ")) {
			t.Errorf("colleagues call it %q and %q", uk, ru)
		}
	}
	own, err := h.broadcasts.Create(t.Context(), bot.System(), bot.Broadcast{Title: "Своїми словами", Change: strings.TrimPrefix(sheet, "/console/changes/")})
	h.ok(err)
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, path, nil)
	h.says(page, "Чернетка, яка вже є", "знають ≥ 50 % попередньої хвилі")
	h.do(olha, http.StatusSeeOther, http.MethodPost, path, url.Values{"do": {"take"}, "wave": {own.ID}})
	if page, _ = h.do(olha, http.StatusUnprocessableEntity, http.MethodPost, path, url.Values{"do": {"take"}, "wave": {own.ID}}); strings.Contains(page, "Чернетка, яка вже є") || !strings.Contains(page, "Своїми словами</bdi></h2>") {
		t.Error("the draft is no wave, or may become one again")
	}
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, path, nil)
	h.says(page, "Партнери вже знають", "petro", "Хто ще не знає", "11:00")
	if strings.Contains(page, "Зберегти хвилю") || strings.Index(page, "VIP-клієнти") > strings.Index(page, "Партнери<") || strings.Contains(page, "Усі, кого це стосується</h2>") {
		t.Error("whoever approves writes it, or the waves are in another order")
	}
}
