package api

import (
	"encoding/json"
	"testing"

	"visnyk/bot"
)

// A month has what happens in it and nothing of the months beside it, each date with what it
// collides with; a month that is none is refused.
func TestCalendar(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		for id, from := range map[string]string{"a": "2037-03-10T00:00:00+02:00", "b": "2037-03-10T12:00:00+02:00", "c": "2037-04-01T00:00:00+03:00"} {
			h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"`+id+`","kind":"rules","from":"`+from+`","title":{"uk":"Зміна `+id+`","ru":"Изменение"}}`)
		}
		h.as(bot.Marketer, 201, "POST", "/broadcasts", `{"id":"m","title":"Лист","text":{"uk":"а","ru":"б"},"start":"2037-03-31T23:30:00+03:00"}`)
		var month calendarShown
		if err := json.Unmarshal([]byte(h.as(bot.Approver, 200, "GET", "/calendar?month=2037-03", "").body), &month); err != nil {
			t.Fatal(err)
		}
		if d := month.Dates; len(d) != 3 || d[0].ID != "a" || d[0].Title.UK != "Зміна a" || len(d[0].Collides) != 1 || d[0].Collides[0].Kind != bot.CollisionDate || len(d[0].Collides[0].With) != 1 || d[0].Collides[0].With[0] != "b" ||
			d[2].Kind != bot.DateSend || d[2].ID != "m" || d[2].State != "draft" || len(d[2].Collides) != 0 {
			t.Errorf("%+v", month)
		}
		h.as(bot.Marketer, 200, "GET", "/calendar", "")
		for _, wrong := range []string{"2037-13", "march", "0001-01", "1970-01"} {
			h.as(bot.Marketer, 400, "GET", "/calendar?month="+wrong, "")
		}
	})
}
