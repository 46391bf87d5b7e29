package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// hand is somebody of the desk at one replica, on its pages or by REST.
type hand struct {
	*http.Cookie
	token string
	at    string
	rest  bool
}

// does makes a move, and returns the status.
func (h hand) does(t *testing.T, ticket, move string) int {
	t.Helper()
	path, kind, body := "/console/desk/"+ticket+"/"+move, "application/x-www-form-urlencoded", map[string]string{
		"close": "outcome=solved", "reply": url.Values{"key": {h.Value[:8] + move}, "text": {"Добрий день"}, "seen": {"9223372036854775807"}}.Encode(),
	}[move]
	if h.rest {
		path, kind = "/api/v1/tickets/"+ticket+"/"+move, "application/json"
		body = map[string]string{"close": `{"outcome":"solved"}`, "reply": `{"text":"Добрий день","seen":9007199254740991}`}[move]
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+h.at+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if h.rest {
		r.Header.Set("Authorization", "Bearer "+h.token)
	} else {
		r.AddCookie(h.Cookie)
	}
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// TestRacesAtTheDesk: two operators press everything at once at two replicas, on pages
// and by REST. Each ticket has one holder at a time and is closed once, whoever does not
// hold it says nothing in it, and the audit tells one story of it.
func TestRacesAtTheDesk(t *testing.T) { // F21
	t.Parallel()
	database := storagetest.PostgresURL(t)
	one := newWorld(t, database, sandboxOptions{})
	two := &world{t: t, box: one.box, cfg: one.cfg, logs: &buffer{}}
	two.start()
	t.Cleanup(func() {
		if err := two.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	var hands []hand
	for _, login := range []string{"olha", "ivan"} {
		cookie := one.signedIn(login, bot.Operator)
		token, err := one.service.staff().AddToken(t.Context(), bot.System(), login, "program", "")
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range []*world{one, two} {
			hands = append(hands, hand{cookie, token, s.address, i == 0}, hand{cookie, token, s.address, i == 1})
		}
	}
	db := look(t, database)
	for n := range 2 {
		chat := fmt.Sprint(7000 + n)
		marko := one.onTelegram(int64(7000+n), "Марко", bot.Ukrainian)
		marko.write("/start")
		marko.write("покличте людину")
		ticket := marko.ticket(chat).ID
		one.idle()
		var pressed sync.WaitGroup
		for _, move := range []string{"take", "takeover", "reply", "release", "take", "close"} {
			for _, h := range hands {
				pressed.Go(func() {
					status := h.does(t, ticket, move)
					for status == http.StatusServiceUnavailable { // dozens wait for one ticket: nothing was done, and people press again
						status = h.does(t, ticket, move)
					}
					switch status {
					case http.StatusOK, http.StatusSeeOther, http.StatusConflict:
					default:
						t.Errorf("%s: %d", move, status)
					}
				})
			}
		}
		pressed.Wait()
		if status := hands[0].does(t, ticket, "takeover"); status == http.StatusSeeOther || status == http.StatusOK {
			hands[0].does(t, ticket, "close")
		}
		var told []struct {
			Actor  string `db:"actor"`
			Action string `db:"action"`
			Detail string `db:"detail"`
		}
		if err := db.Select(&told, `SELECT actor, action, detail FROM audit WHERE object = $1 ORDER BY id`, "ticket/"+ticket); err != nil {
			t.Fatal(err)
		}
		state, holder, replies, closed := "waiting", "", 0, 0
		for _, e := range told {
			var d struct{ From, To string }
			_ = json.Unmarshal([]byte(e.Detail), &d)
			mine := state == "taken" && holder == e.Actor
			legal := map[string]bool{
				"ticket.take": state == "waiting", "ticket.takeover": state == "taken" && !mine, "ticket.release": mine,
				"ticket.close": state == "waiting" || mine, "ticket.reply": mine,
			}[e.Action]
			if !legal || e.Action != "ticket.reply" && d.From != state {
				t.Fatalf("%s by %s while it is %s with %q: %+v", e.Action, e.Actor, state, holder, told)
			}
			switch e.Action {
			case "ticket.reply":
				replies++
				continue
			case "ticket.take", "ticket.takeover":
				holder = e.Actor
			case "ticket.release":
				holder = ""
			case "ticket.close":
				closed++
			}
			state = d.To
		}
		var said int
		if err := db.Get(&said, `SELECT count(*) FROM history WHERE chat = $1 AND kind = 'desk'`, chat); err != nil {
			t.Fatal(err)
		}
		if closed > 1 || said != replies || len(told) == 0 {
			t.Errorf("closed %d times, %d replies audited, %d said", closed, replies, said)
		}
		t.Logf("%d moves won, %d replies, closed %d times", len(told)-replies, replies, closed)
	}
}
