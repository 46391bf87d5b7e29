package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage/storagetest"
)

// edge is one row of the table of edge cases: something that messengers,
// people or networks are known to do, and everything that must be seen of it.
// A row plays through the whole line, from the HTTP request to the messenger's
// API. What it does not say itself the scene demands at its end: every update
// done and none parked, nobody hears a word more, every part sent.
type edge struct {
	n    int // its number in the catalogue
	name string
	play func(*scene)
}

// lastEdge is the last number that concerns Telegram and Viber.
const lastEdge = 121

// edges are the rows for each database. What nothing of the database touches is
// in threshold and slowEdge, what needs a world of its own in limitEdges.
func edges() []edge {
	return slices.Concat(
		doorEdges(), updateEdges(), pressEdges(), pressElsewhereEdges(), threadEdges(), contentEdges(), strangerEdges(), reachEdges(), textEdges(), besideEdges(), largeEdges(),
		languageEdges(), viberDoorEdges(), viberReceiptEdges(), viberChatEdges(), viberSendEdges(),
	)
}

// partly says what of a row is not there yet, and why: what the row plays is
// only the rest.
func partly() map[int]string {
	return map[int]string{
		45:  "no getFile and no note of it to the operator: files are not fetched yet",
		46:  "no nosniff: files are not served yet",
		48:  "no step asks for a phone, so there is no button to point at",
		49:  "no step asks for a phone, so a typed one is a text like any other",
		50:  "no step asks for a place, so every place gets the polite word",
		52:  "no operators' group yet: every group is a stranger's",
		55:  "no operators' group yet",
		56:  "no operators' group yet",
		60:  "no operators' group yet: nothing to re-target",
		61:  "no operators' group yet",
		62:  "no operators' group yet: no topics",
		63:  "no operators' group yet",
		64:  "no operators' group yet: operators write in the desk",
		71:  "«Клієнт № …» is what the operators' pages will show; the bot greets without a name",
		98:  "no announcements yet whose consent a message could wrongly renew",
		107: "media are not fetched yet: the address is kept, and nobody goes there",
	}
}

// alike reports whether the database decides nothing of a row, so that one is
// enough: who is let in, what a button, a file or a word means, whose language
// is spoken.
func alike(n int) bool {
	for _, r := range [][2]int{{1, 5}, {8, 12}, {22, 24}, {31, 37}, {41, 42}, {44, 56}, {60, 67}, {69, 69}, {72, 72}, {74, 74}, {78, 83}, {85, 86}, {101, 112}, {114, 117}, {119, 121}} {
		if r[0] <= n && n <= r[1] {
			return true
		}
	}
	return false
}

// TestEdgeCases plays every row, and on each database those that could end
// otherwise there. All of them in one world would be the longest test of all.
func TestEdgeCases(t *testing.T) {
	rows := edges()
	half := len(rows) / 2
	for i, stage := range []struct {
		name string
		url  func(testing.TB) string
		rows []edge
	}{
		{"postgres", storagetest.PostgresURL, slices.Concat(threshold(), rows[:half], slowEdge())},
		{"postgres, the other half", storagetest.PostgresURL, rows[half:]},
		{"sqlite", storagetest.SQLiteURL, slices.DeleteFunc(edges(), func(e edge) bool { return alike(e.n) })},
	} {
		t.Run(stage.name, func(t *testing.T) {
			t.Parallel() // each has a world of its own
			house := newTheatre(t, stage.url(t), sandboxOptions{
				viber:    vibertest.Options{ReceiptsFirst: true},
				telegram: telegramtest.Options{Second: 50 * time.Millisecond},
			})
			if i == 0 {
				house.slow = slowRequest(house.address)
			}
			for _, e := range stage.rows {
				t.Run(fmt.Sprintf("E%d %s", e.n, e.name), func(t *testing.T) {
					s := house.scene(t)
					e.play(s)
					s.end()
				})
			}
		})
	}
}

// TestEveryEdgeCaseHasARow keeps the table whole.
func TestEveryEdgeCaseHasARow(t *testing.T) {
	rows := map[int]int{}
	seen := map[string]bool{}
	for _, e := range slices.Concat(threshold(), edges(), slowEdge(), limitEdges()) {
		if e.n < 1 || e.n > lastEdge {
			t.Errorf("E%d is not of these messengers", e.n)
		}
		if id := fmt.Sprintf("E%d %s", e.n, e.name); seen[id] {
			t.Errorf("%s stands twice", id)
		} else {
			seen[id] = true
		}
		rows[e.n]++
	}
	for n := 1; n <= lastEdge; n++ {
		if rows[n] == 0 {
			t.Errorf("E%d has no row", n)
		}
	}
	for n, why := range partly() {
		if rows[n] == 0 || why == "" {
			t.Errorf("E%d is said to be there in part: %q", n, why)
		}
	}
}
