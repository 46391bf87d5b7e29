package api

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
)

// dates that lie, in UTC, where no date of a business does: the first one is of
// the year 9999 as it is written.
func strange() []string {
	return []string{
		"9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:01Z",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1970-01-01T10:00:00+14:00",
	}
}

// A date that no answer can carry is refused before anything is written, and
// every list goes on.
func TestAttackOneDatePoisonsTheLists(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"good","kind":"rules"}`)
		h.as(bot.Marketer, 201, "POST", "/articles", strings.Replace(articleJSON, "price", "good", 1))
		before := h.entries()
		for i, date := range strange() {
			for field, write := range map[string][2]string{
				"from":       {"/changes", fmt.Sprintf(`{"id":"c%d","kind":"rules","from":%q}`, i, date)},
				"valid_from": {"/articles", strings.Replace(articleJSON, `"id":"price"`, fmt.Sprintf(`"id":"f%d","valid_from":%q`, i, date), 1)},
				"valid_to":   {"/articles", strings.Replace(articleJSON, `"id":"price"`, fmt.Sprintf(`"id":"u%d","valid_to":%q`, i, date), 1)},
			} {
				p := h.problem(bot.Marketer, 422, "content", "POST", write[0], write[1])
				if got := fields(p); len(got) != 1 || got[0] != field {
					t.Errorf("%s %s: %+v", field, date, p)
				}
			}
			h.problem(bot.Marketer, 422, "content", "PUT", "/changes/good", `{"kind":"rules","version":1,"from":"`+date+`"}`)
		}
		if h.entries() != before {
			t.Error("something was written")
		}
		for _, list := range []string{"/changes", "/articles"} {
			if got := h.pages(list, 100, func(int) {}); len(got) != 1 {
				t.Errorf("%s: %v", list, got)
			}
		}
		h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"last","kind":"rules","from":"9999-12-31T23:59:59Z"}`)
	})
}

// A row that was poisoned before is shown with the nearest date that an answer
// can carry, and its neighbours as they are.
func TestAttackListsSurviveAPoisonedRow(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"good","kind":"rules"}`)
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		for date, shown := range map[string]string{
			"253402351199000000": "9999-12-31T", "9223372036854775807": "9999-12-31T",
			"-62135647200000000": "0001-01-01T", "-9223372036854775808": "0001-01-01T",
		} {
			h.sql(`UPDATE changes SET valid_from = ` + date + ` WHERE id = 'tariff'`)
			h.sql(`UPDATE articles SET valid_from = ` + date + `, valid_to = ` + date)
			for _, path := range []string{"/changes", "/changes/tariff", "/articles", "/articles/price"} {
				if got := h.as(bot.Operator, 200, "GET", path, ""); !strings.Contains(string(got.body), shown) {
					t.Errorf("%s of %s: %s", path, date, got.body)
				}
			}
		}
	})
}
