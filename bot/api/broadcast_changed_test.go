package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/broadcast"
)

// behind are ways to change a broadcast past its approval.
func behind() map[string]string {
	return map[string]string{
		"text":               `UPDATE broadcasts SET content = replace(content, 'Вітаємо', 'Прощавайте') WHERE id = 'x'`,
		"address":            `UPDATE broadcasts SET content = replace(content, 'shop.example', 'shop.exarnple') WHERE id = 'x'`,
		"segment":            `UPDATE broadcasts SET segment = replace(segment, 'client', 'staff') WHERE id = 'x'`,
		"everybody":          `UPDATE broadcasts SET segment = '' WHERE id = 'x'`,
		"end":                `UPDATE broadcasts SET until_at = until_at + 1 WHERE id = 'x'`,
		"beginning":          `UPDATE broadcasts SET start_at = start_at + 1 WHERE id = 'x'`,
		"zone":               `UPDATE broadcasts SET zone = 'Europe/Warsaw' WHERE id = 'x'`,
		"topic":              `UPDATE broadcasts SET topic = 'outage' WHERE id = 'x'`,
		"over the night":     `UPDATE broadcasts SET urgent = 'так треба' WHERE id = 'x'`,
		"what is approved":   `UPDATE broadcasts SET renderings = replace(renderings, '"uk"', '"ru"') WHERE id = 'x'`,
		"the hash":           `UPDATE broadcasts SET hash = replace(hash, 'v1:', 'v2:') WHERE id = 'x'`,
		"no hash":            `UPDATE broadcasts SET hash = '' WHERE id = 'x'`,
		"a rendering":        `UPDATE renderings SET template = template || ' ' WHERE broadcast = 'x' AND language = 'ru'`,
		"a rendering's name": `UPDATE renderings SET hash = hash || '0' WHERE broadcast = 'x' AND language = 'ru'`,
	}
}

// approvedAs makes the broadcast and has it approved; a start makes it scheduled.
func (h *house) approvedAs(id, start string) {
	h.t.Helper()
	body := strings.NewReplacer(`"sale"`, `"`+id+`"`, "Вітаємо", id+". Вітаємо", "Здравствуйте", id+". Здравствуйте").Replace(saleJSON) // nobody is told the same twice
	if start != "" {
		body = strings.Replace(body, `"until"`, `"start":"`+start+`","until"`, 1)
	}
	h.as(bot.Marketer, 201, "POST", "/broadcasts", body)
	h.as(bot.Marketer, 200, "POST", "/broadcasts/"+id+"/submit", `{"version":1}`)
	h.as(bot.Approver, 200, "POST", "/broadcasts/"+id+"/approve", `{"version":2}`)
	move := "start"
	if start != "" {
		move = "schedule"
	}
	h.as(bot.Marketer, 200, "POST", "/broadcasts/"+id+"/"+move, `{"version":3}`)
}

// kept keeps the tables of broadcasts as they are, and runs the statement; the function
// it returns brings them back.
func (h *house) kept(statement string) (back func()) {
	h.t.Helper()
	var keep, restore strings.Builder
	for _, table := range []string{"broadcasts", "renderings"} {
		fmt.Fprintf(&keep, `CREATE TABLE kept_%s AS SELECT * FROM %[1]s;`, table)
		fmt.Fprintf(&restore, `DELETE FROM %s; INSERT INTO %[1]s SELECT * FROM kept_%[1]s; DROP TABLE kept_%[1]s;`, table)
	}
	h.sql(keep.String() + statement)
	return func() { h.t.Helper(); h.sql(restore.String()) }
}

// S49: what was changed behind its approval while it waits for its moment, or is being
// sent, stops with the next look, which comes every second, and says why; it does not go
// on. What was not changed does.
func TestChangedBehindItsApproval(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		const halted = `SELECT count(*) FROM audit WHERE action = 'broadcast.halt' AND object = 'broadcast/x' AND detail LIKE '%"reason":"changed","rows":0%'`
		ctx := t.Context()
		keeper := h.parts.Broadcasts.Keeper(nil)
		h.approvedAs("still", "2098-01-01T10:00")
		h.approvedAs("x", "2098-01-01T10:00")
		lease, _, _, err := h.store.Acquire(ctx, "telegram", "me", 1<<40)
		h.ok(err)
		for _, state := range []string{"scheduled", "sending"} {
			if state == "sending" {
				h.sql(`DELETE FROM broadcasts WHERE id = 'x'`)
				h.sql(`DELETE FROM renderings WHERE broadcast = 'x'`)
				h.approvedAs("x", "")
				h.sql(`INSERT INTO contacts (id, kind, language, quiet, created_at) VALUES ('c', 'client', 'uk', 'never', 1)`)
				h.sql(`INSERT INTO recipients (broadcast, key, contact, bot, chat, language, listed_at) VALUES ('x', 'c', 'c', 'telegram', '1', 'uk', 1)`)
				h.sql(`INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n) VALUES ('x', 'telegram', 'uk', 'pending', '', 1)`)
			}
			halts := h.count(halted)
			for what, statement := range behind() {
				if state == "scheduled" && !slices.Contains([]string{"text", "segment", "end", "a rendering"}, what) {
					continue
				}
				halts++
				back := h.kept(statement)
				releaser := h.parts.Broadcasts.Releaser(broadcast.Release{Bot: "telegram"})
				if _, err := releaser.Pass(ctx, lease); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				next, err := keeper.Keep(ctx)
				h.ok(err)
				if next > 2e9 {
					t.Errorf("it looks again in %v", next)
				}
				got := h.as(bot.Marketer, 200, "GET", "/broadcasts/x", "").json(t)
				if got["state"] != "paused" || got["halted"] != "changed" {
					t.Errorf("%s, %s: %v", state, what, got)
				}
				if still := h.as(bot.Marketer, 200, "GET", "/broadcasts/still", "").json(t); still["state"] != "scheduled" {
					t.Errorf("%s: the other is %v", what, still["state"])
				}
				refused := h.as(bot.Marketer, 409, "POST", "/broadcasts/x/resume", `{"version":5}`)
				if !strings.Contains(string(refused.body), "not_as_approved") {
					t.Errorf("%s: %s", what, refused.body)
				}
				back()
			}
			if n := h.count(`SELECT count(*) FROM outbox WHERE broadcast = 'x'`) + h.count(`SELECT count(*) FROM recipients WHERE outcome <> 'pending'`); n > 0 {
				t.Errorf("%s: %d are on their way", state, n)
			}
			if n := h.count(halted); n != halts {
				t.Errorf("%s: it stands %d times in the audit, want %d", state, n, halts)
			}
			if _, err := keeper.Keep(ctx); err != nil {
				t.Error(err)
			}
			if got := h.as(bot.Marketer, 200, "GET", "/broadcasts/x", "").json(t); got["state"] != state {
				t.Errorf("as it was it is %v", got)
			}
		}
		_, err = h.parts.Broadcasts.Releaser(broadcast.Release{Bot: "telegram"}).Pass(ctx, lease)
		h.ok(err)
		if n := h.count(`SELECT count(*) FROM outbox WHERE broadcast = 'x'`); n != 1 {
			t.Errorf("%d are on their way, want the one", n)
		}
	})
}

// verify names each broadcast that is not what was approved, or where it was moved; what
// goes its way is as it was.
func TestVerifyComparesBroadcasts(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.approvedAs("still", "")
		h.approvedAs("x", "2098-01-01T10:00")
		h.as(bot.Marketer, 201, "POST", "/broadcasts", strings.Replace(saleJSON, `"sale"`, `"draft"`, 1))
		h.as(bot.Marketer, 200, "POST", "/broadcasts/draft/cancel", `{"version":1}`)
		clean := func(checked int) {
			t.Helper()
			if found := h.asApproved(); len(found.Problems) > 0 || found.Checked != checked || len(found.Unhashed) > 0 {
				t.Fatalf("%+v", found)
			}
		}
		clean(2)
		for what, statement := range behind() {
			back := h.kept(statement)
			problems := h.asApproved().Problems
			if what == "the hash" || what == "no hash" { // beside the content, which is as it was
				if len(problems) > 0 {
					t.Errorf("%s: %q", what, problems)
				}
			} else if len(problems) == 0 || !strings.HasPrefix(problems[0], "broadcast/x ") {
				t.Errorf("%s: %q", what, problems)
			}
			back()
		}
		for want, statement := range map[string]string{
			"broadcast/x is sending, and is scheduled in entry":               `UPDATE broadcasts SET state = 'sending' WHERE id = 'x'`,
			"broadcast/x, approved in entry":                                  `DELETE FROM broadcasts WHERE id = 'x'`,
			"broadcast/draft is approved, and the audit knows of no approval": `UPDATE broadcasts SET state = 'sent' WHERE id = 'draft'`,
		} {
			back := h.kept(statement)
			if problems := h.asApproved().Problems; len(problems) != 1 || !strings.HasPrefix(problems[0], want) {
				t.Errorf("%s: %q", statement, problems)
			}
			back()
		}
		h.as(bot.Approver, 200, "POST", "/broadcasts/stop", "")
		clean(2)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/still/resume", `{"version":5}`)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/x/resume", `{"version":5}`) // to its moment
		clean(2)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/still/cancel", `{"version":6}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/x/pause", `{"version":6}`)
		clean(2)
	})
}
