package approvals

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console/consoletest"
)

// TestTheNumberMoves: an open page of whoever decides hears how much waits for them, as
// soon as something is submitted or decided.
func TestTheNumberMoves(t *testing.T) {
	h := newHouse(t)
	served := httptest.NewServer(h.Echo)
	ctx, stop := context.WithTimeout(context.Background(), time.Minute) // what is never told ends the test
	listens := make(chan error, 1)
	go func() { listens <- h.Store.Listen(ctx, h.live.Heard) }()
	t.Cleanup(func() {
		h.live.Close()
		stop()
		h.OK(<-listens)
		served.Close()
	})
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, served.URL+"/console/live", nil)
	h.OK(err)
	ask.AddCookie(&http.Cookie{Name: "visnyk", Value: consoletest.Cookie(bot.Approver).Value}) // of a plain connection
	answer, err := http.DefaultClient.Do(ask)
	h.OK(err)
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	until := func(words string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), words) {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", words, lines.Err())
	}
	until(`{"count-approvals":0}`)
	h.mailed(bot.Marketer, "sale")
	until(`{"count-approvals":1}`)
	until("event: content") // so the list is asked for anew
	_, err = h.broadcasts.Move(ctx, actor(bot.Approver), "sale", bot.BroadcastApprove, 2, broadcast.Moved{})
	h.OK(err)
	until(`{"count-approvals":0}`)
}
