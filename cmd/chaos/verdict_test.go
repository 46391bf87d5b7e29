package chaos

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
)

// open opens the database behind a service's URL, for looking only. The
// drivers come with the storage package.
func open(t *testing.T, url string) *sqlx.DB {
	t.Helper()
	driver, dsn := "postgres", url
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// awaitEmpty waits until every update is done and every part has ended.
func awaitEmpty(t *testing.T, db *sqlx.DB) {
	t.Helper()
	const open = `SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')
		+ (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))`
	end := time.After(2 * time.Minute)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int
		if err := db.Get(&n, open); err == nil && n == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%d rows are still open after two minutes", n)
		}
	}
}

// mostUnderWay is how many parts the service sends at once.
const mostUnderWay = 32

// verdict counts what became of every update of the crowd.
type verdict struct {
	lost, twice, reordered  int // updates
	parked, undelivered     int
	unsaid                  int // updates without any reply
	sends, doubled, unknown int // parts at the messenger
	doubtful                int // parts under way at two kills: they may have arrived, and are not sent a third time
	disordered              int // parts that overtook an earlier one of their chat
}

func (v verdict) String() string {
	return fmt.Sprintf("lost=%d twice=%d reorder=%d parked=%d unsaid=%d undelivered=%d sends=%d dup=%d (unknown=%d, twice=%d) overtakes=%d",
		v.lost, v.twice, v.reordered, v.parked, v.unsaid, v.undelivered, v.sends, v.doubled, v.unknown, v.doubtful, v.disordered)
}

// judge reads the database and the fake messenger, and fails the test on any
// breach: lost, applied twice, out of order, or said twice without a doubt.
func judge(t *testing.T, db *sqlx.DB, c *crowd, tg *telegramtest.Server) {
	t.Helper()
	var v verdict
	get := func(to any, query string, args ...any) {
		t.Helper()
		if err := db.Select(to, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	var inbox []struct {
		State string
		N     int
	}
	get(&inbox, `SELECT state, count(*) AS n FROM inbox WHERE source = 'channel' GROUP BY state`)
	done := 0
	for _, row := range inbox {
		switch row.State {
		case "done":
			done = row.N
		case "parked":
			v.parked = row.N
		}
	}
	v.lost = c.total() - done

	// The history of each chat must count up without a gap or a repeat.
	var history []struct{ Chat, Text, Cause string }
	get(&history, `SELECT chat, text, cause FROM history WHERE NOT outgoing AND kind = 'typed' ORDER BY chat, id`)
	next := map[string]int{}
	for _, h := range history {
		n, err := strconv.Atoi(strings.TrimPrefix(h.Text, "номер "))
		if err != nil {
			t.Fatalf("history holds a text that nobody wrote")
		}
		switch want := next[h.Chat]; {
		case n < want:
			v.twice++
		case n > want:
			v.reordered++
		}
		next[h.Chat] = n + 1
	}
	if len(next) != c.chats {
		t.Errorf("%d chats have a history, want %d", len(next), c.chats)
	}
	for _, n := range next {
		v.lost += c.each - n
	}

	var outbox []struct {
		Chat       string
		Cause      string
		State      string
		Unknowns   int
		ExternalID string `db:"external_id"`
	}
	get(&outbox, `SELECT chat, cause, state, unknowns, external_id FROM outbox WHERE kind = 'say' ORDER BY chat, lane, id`)
	replied := map[string]bool{}
	last := map[string]int{}
	for _, row := range outbox {
		replied[strings.Split(row.Cause, "/")[1]] = true
		v.unknown += row.Unknowns
		if row.State == "unknown" && row.Unknowns == 2 {
			v.doubtful++
			continue
		}
		if row.State != "sent" {
			v.undelivered++
			continue
		}
		id, err := strconv.Atoi(row.ExternalID)
		if err != nil {
			t.Fatalf("a sent part has no message id")
		}
		if id < last[row.Chat] {
			v.disordered++
		}
		last[row.Chat] = id
	}
	for chat := range c.chats {
		for n := range c.each {
			if !replied[strconv.Itoa(c.updateID(chat, n))] {
				v.unsaid++
			}
		}
	}
	v.sends = tg.Stats().Sends
	v.doubled = v.sends - (len(outbox) - v.undelivered - v.doubtful)

	t.Log(v)
	if v.lost != 0 || v.twice != 0 || v.reordered != 0 || v.parked != 0 || v.unsaid != 0 || v.undelivered != 0 || v.disordered != 0 {
		t.Errorf("a promise is broken: %v", v)
	}
	if v.doubtful > mostUnderWay {
		t.Errorf("%d parts were under way at two kills, and only %d can be at one", v.doubtful, mostUnderWay)
	}
	if v.doubled > v.unknown || v.doubled < 0 {
		t.Errorf("%d parts were sent again, but only %d had an unknown outcome", v.doubled, v.unknown)
	}
}

// until waits for holds, within ctx.
func until(ctx context.Context, t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
