package changes

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
)

// A clock tells less than a moment, for one no seconds. What was given exactly, as by REST, stays what it was when the page saves the sheet,
// also when a row above it goes; and a plan whose wave begins then is saved as it is.
func TestAMomentStaysTheMomentItWas(t *testing.T) {
	h := newHouse(t)
	exactly := time.Date(2099, time.October, 25, 1, 30, 20, 0, time.UTC)
	is, err := h.changes.Create(t.Context(), bot.System(), bot.Change{
		ID: "hours", Kind: bot.Outage, From: exactly.Add(-time.Hour), Title: bot.Bilingual{UK: "Ніч", RU: "Ночь"},
		Particulars: bot.Particulars{Until: exactly, Dates: []bot.NamedDate{
			{What: bot.Bilingual{UK: "а", RU: "а"}, At: exactly.Add(-24 * time.Hour)}, {What: bot.Bilingual{UK: "б", RU: "б"}, At: exactly},
		}},
	})
	h.ok(err)
	const at = "/console/changes/hours"
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, at, nil)
	form := h.form(page)
	for _, name := range []string{"date_what_uk", "date_what_ru", "date_at"} {
		form[name] = form[name][1:]
	}
	form.Set("title_uk", "Ніч без води")
	form.Set("do", "")
	h.do(olha, http.StatusSeeOther, http.MethodPost, at+"/save", form)
	now, err := h.changes.Read(t.Context(), bot.System(), "hours")
	if h.ok(err); now.Title.UK != "Ніч без води" || !now.From.Equal(is.From) || !now.Until.Equal(is.Until) || !reflect.DeepEqual(now.Dates, is.Dates[1:]) {
		t.Errorf("saved as %+v, was %+v", now.Change, is.Change)
	}
	h.ok(h.broadcasts.Propose(t.Context(), bot.System(), "hours", bot.Ukrainian))
	waves, err := h.broadcasts.Plan(t.Context(), bot.System(), "hours")
	h.ok(err)
	wave := waves[0]
	h.ok(h.broadcasts.EditWave(t.Context(), bot.System(), wave.ID, wave.Version, broadcast.WaveEdit{Due: exactly}))
	h.do(olha, http.StatusSeeOther, http.MethodPost, at+"/plan", url.Values{"do": {"save"}, "wave": {wave.ID}, "version": {strconv.Itoa(wave.Version + 1)}, "due": {"2099-10-25T01:30"}})
	waves, err = h.broadcasts.Plan(t.Context(), bot.System(), "hours")
	if h.ok(err); !waves[0].Start.Equal(exactly) {
		t.Errorf("the wave begins at %s", waves[0].Start)
	}
}
