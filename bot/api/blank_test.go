package api

import (
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

// A program is told which blanks keep an article from being approved, and a link
// is none.
func TestBlankIsNotApprovedByAPI(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		blank := strings.Replace(articleJSON, "Сто", "[[ціна]] за [[строк]]", 1)
		h.as(bot.Marketer, 201, "POST", "/articles", blank)
		if got := h.as(bot.Marketer, 200, "GET", "/articles/price", ""); !strings.Contains(string(got.body), `"unfilled"`) {
			t.Errorf("its reader is not told: %s", got.body)
		}
		p := h.problem(bot.Approver, 422, "content", "POST", "/articles/price/approve", `{"version":1}`)
		if got := fields(p); !slices.Equal(got, []string{"answer.uk"}) || !strings.Contains(p.Detail, "[[ціна]], [[строк]]") {
			t.Errorf("%v: %s", got, p.Detail)
		}
		filled := strings.Replace(articleJSON, "Сто", "Сто [грн](https://example.com)", 1)
		h.as(bot.Marketer, 200, "PUT", "/articles/price", filled, headerMatch, `"1"`)
		h.as(bot.Approver, 200, "POST", "/articles/price/approve", `{"version":2}`)
	})
}
