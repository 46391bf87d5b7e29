package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/storage/storagetest"
)

// TestAuthzMatrix tries every route of the desk as every role and as nobody (S47); the
// stream, which does not end, is tried by TestTheDeskIsForOperators.
func TestAuthzMatrix(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, held := o.room("Олена")
	who := map[bot.Role]string{bot.Operator: "olha", bot.Marketer: "maria", bot.Approver: "anna", bot.Admin: "adam"}
	// of is a path of a ticket of its own for each role, after these presses.
	of := func(move string, before ...string) func(bot.Role) string {
		return func(role bot.Role) string {
			at := "/console/desk/" + o.ticket("Петро")
			for _, press := range before {
				login, press, others := strings.Cut(press, " ")
				if !others {
					login, press = who[role], login
				}
				press, outcome, _ := strings.Cut(press, "=")
				form := url.Values{}
				if outcome != "" {
					form.Set("outcome", outcome)
				}
				r.do(t, login, http.MethodPost, at+"/"+press, form)
			}
			return at + "/" + move
		}
	}
	var ours []console.Route
	for _, one := range r.console.Routes() {
		if strings.HasPrefix(one.Path, "/console/desk") || strings.HasPrefix(one.Path, "/console/live/") {
			ours = append(ours, one)
		}
	}
	works := []bot.Role{bot.Operator, bot.Admin}
	ok, see, refused, nothing := http.StatusOK, http.StatusSeeOther, http.StatusConflict, http.StatusNoContent
	consoletest.Matrix(t, r.echo, ours, map[string]consoletest.Row{
		"GET /console/desk":                   {May: works, Want: ok},
		"POST /console/desk/next":             {May: works, Want: see},
		"GET /console/live/news":              {May: works, Want: ok},
		"POST /console/live/here":             {May: works, Want: nothing},
		"POST /console/live/presence":         {May: works, Want: nothing, Form: "what=looks&ticket=" + held},
		"GET /console/desk/:ticket":           {May: works, Want: ok, Path: "/console/desk/" + held},
		"POST /console/desk/:ticket/take":     {May: works, Want: see, PathFor: of("take")},
		"POST /console/desk/:ticket/takeover": {May: works, Want: see, PathFor: of("takeover", "ivan take")},
		"POST /console/desk/:ticket/release":  {May: works, Want: see, PathFor: of("release", "take")},
		"POST /console/desk/:ticket/return":   {May: []bot.Role{bot.Admin}, Want: see, PathFor: of("return", "ivan take")},
		"POST /console/desk/:ticket/close":    {May: works, Want: see, PathFor: of("close", "take"), Form: "outcome=solved"},
		"POST /console/desk/:ticket/forgive":  {May: works, Want: see, PathFor: of("forgive", "ivan close=abuse")},
		"POST /console/desk/:ticket/sleep":    {May: works, Want: see, PathFor: of("sleep", "take"), Form: "for="},
		"POST /console/desk/:ticket/typing":   {May: works, Want: nothing, PathFor: of("typing", "take")},
		"POST /console/desk/:ticket/open":     {May: works, Want: see, PathFor: of("open", "ivan close=solved")},
		"POST /console/desk/:ticket/detach":   {May: works, Want: see, PathFor: of("detach", "take"), Form: "id=none"},
		"POST /console/desk/:ticket/attach":   {May: works, Want: http.StatusBadRequest, PathFor: of("attach", "take")},
		// What is refused for its words has passed the door.
		"POST /console/desk/:ticket/reply": {May: works, Want: refused, PathFor: of("reply", "take"), Form: "key=k&text="},
		"POST /console/desk/:ticket/draft": {May: works, Want: refused, PathFor: of("draft", "take"), Form: "key=k&text=a"},
		"POST /console/desk/:ticket/undo":  {May: works, Want: refused, PathFor: of("undo", "take"), Form: "cause=none"},
		"POST /console/desk/:ticket/again": {May: works, Want: refused, PathFor: of("again", "take"), Form: "cause=none"},
	}, func(role bot.Role) *http.Cookie { return cookie(who[role]) })
}
