package broadcasts

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

func splitSample(at time.Time) splitPage {
	vip := newShare(shareView{Segment: "v", Name: "VIP"}, bot.Report{Planned: 40, Sent: 40, Clicked: 7}, 40, rowsQuery{Segment: "v"}, nil)
	page := splitPage{Head: headView{ID: "a", Title: "Тариф", Here: "report", Begun: true}, At: at, More: 30}
	page.Shares = sharesOf("a", []shareView{vip, {Segment: "g", Guarded: true}, newShare(shareView{Segment: "none"}, bot.Report{}, 40, rowsQuery{}, nil)})
	page.Shares.About = true
	return page
}

// A report stands by each segment that its audience names: by the conditions that were
// approved, each number opens its people, and nobody is counted by what is sensitive.
func TestReportBySegment(t *testing.T) {
	h := newHouse(t)
	m := filled(t, h.Store, "b", 200)
	vip, ill := bot.In("tier", "vip"), bot.In("attributes.ill", "yes")
	named := bot.In(bot.SavedField, "v", "g", "gone")
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error {
		m.Named, m.Audience = named, bot.Any(vip, ill, bot.In("tier", "old"))
		if err := tx.PutBroadcast(t.Context(), m); err != nil {
			return err
		}
		for id, tree := range map[string]bot.Segment{"v": bot.In("tier", "gold"), "g": ill} { // the first was edited since
			if err := tx.AddSegment(t.Context(), bot.SavedSegment{ID: id, Name: "Сегмент " + id, Tree: tree}); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, q := range []string{
		`UPDATE contacts SET tier = 'vip' WHERE name LIKE 'Олена 9%'`,
		`INSERT INTO attributes (name, type, sensitive, label_uk, label_ru) VALUES ('ill', 'text', TRUE, 'a', 'a')`,
	} {
		_, err := h.Store.DB().Writer().Exec(t.Context(), q)
		h.OK(err)
	}
	at := "/console/broadcasts/b/report"
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, at+"/segments")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at+"/segments", nil)
	// Nine, and ninety to ninety-nine.
	h.Says(page, "Сегмент v", at+"?segment=v#people\">11</a>", at+"?of=failed&amp;segment=v#people\">2</a>", "сегмент, якого вже немає", at+"?segment=none#people\">189</a>", "про чутливі дані")
	h.SaysNot(page, "≈", "Порахувати всіх")
	// Of many the numbers are about so many, until somebody asks for all.
	_, err := h.Store.DB().Writer().Exec(t.Context(), `UPDATE broadcast_counts SET n = 200 * n`)
	h.OK(err)
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at+"/segments", nil)
	h.Says(page, at+"?segment=v#people\">≈&nbsp;", "Порахувати всіх")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodPost, at+"/segments", url.Values{})
	h.Says(page, at+"?segment=v#people\">11</a>")
	h.SaysNot(page, "≈")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"?of=failed&segment=v", nil)
	h.Says(page, "Олена 97<", "Олена 98<", "Лише один сегмент")
	h.SaysNot(page, "Олена 197", "Олена 9<")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"?of=failed&segment=none", nil)
	h.Says(page, "Олена 197<", "Олена 198<")
	h.SaysNot(page, "Олена 97<")
	file, _ := h.As(bot.Admin, http.StatusOK, http.MethodPost, at+"/file?segment=v", url.Values{})
	if n := strings.Count(file, "\r\n"); n != 12 {
		t.Errorf("%d lines in the file", n)
	}
	for _, other := range []string{"g", "x"} {
		h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, fmt.Sprint(at, "?segment=", other), nil)
	}
	filled := m
	filled.ID, filled.Named, filled.Audience = "whole", bot.Segment{}, bot.Segment{}
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutBroadcast(t.Context(), filled) }))
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts/whole/report", nil)
	h.SaysNot(page, "report/segments")
	h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, "/console/broadcasts/whole/report/segments", nil)
}
