package changes

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

// TestPartsHaveNames: whatever messengers show of a change, of its stages and of its
// corrections, is called something on our pages.
func TestPartsHaveNames(t *testing.T) {
	for _, p := range append(parts(), bot.StagePart(3), bot.CorrectionPart(2, 0), bot.CorrectionPart(2, 3), bot.StageCardPart(1), bot.FollowedCardPart(1, true)) {
		if !slices.Contains(Texts(), "changes.part."+string(partOf(p))) {
			t.Errorf("%q is called %q", p, partOf(p))
		}
	}
}

// TestCorrected: what customers hear of is corrected by a next version, which asks what was
// wrong; that version is withdrawn, and the one that is told stays.
func TestCorrected(t *testing.T) {
	h := newHouse(t)
	sheet := h.submitted(olha, whole())
	id := strings.TrimPrefix(sheet, "/console/changes/")
	as := func(r bot.Role) bot.Actor { return bot.Actor{User: string(r), Login: string(r), Role: r} }
	is, err := h.changes.Move(t.Context(), as(bot.Approver), id, bot.ChangeApprove, 2, "")
	h.ok(err)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, "Скасувати версію 2")
	_, err = h.changes.Move(t.Context(), as(bot.Marketer), id, bot.ChangeAnnounce, is.Version, "")
	h.ok(err)
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, sheet, nil)
	if strings.Contains(page, "/correct") || strings.Contains(page, "/drop") {
		t.Error("who may not write corrects")
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, "Виправити зміну")
	if strings.Contains(page, "/drop") {
		t.Error("what is told is withdrawn where nobody says how many have heard it")
	}
	version := url.Values{"version": {"2"}}
	if _, to := h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/correct", version); to != sheet+"?done=correcting" {
		t.Errorf("it leads to %s", to)
	}
	h.do(petro, http.StatusConflict, http.MethodPost, sheet+"/correct", version) // twice
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"?done=correcting", nil)
	h.says(page, "Це нова версія для виправлення.", `name="wrong_uk"`, "Люди й далі чутимуть версію 2.", "Скасувати версію 3")
	form := fill2(h.form(page), map[string]string{"title_uk": "Інша назва"})
	h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", form)
	if _, to := h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/drop", url.Values{"version": {"3"}}); to != sheet+"?done=dropped" {
		t.Errorf("it leads to %s", to)
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"?done=dropped", nil)
	h.says(page, "Версію скасовано.", "Виправити зміну", "оголошено")
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"/versions", nil)
	h.says(page, "<td>версію скасовано</td>")
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/correct", version)
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	if strings.Contains(page, "Інша назва") {
		t.Error("what was kept of a version that was withdrawn comes back")
	}
}
