package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/bot/parked"
	"visnyk/storage"
)

// asideRow puts an update of the messenger aside, as a turn that failed does.
func (s *world) asideRow(id int64, chat, text string) string {
	s.t.Helper()
	payload := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%s,"type":"private"},`+
		`"from":{"id":%s,"is_bot":false,"first_name":"Олена","language_code":"uk"},"text":%q}}`, id, id, time.Now().Unix(), chat, chat, text)
	fresh, err := s.service.store.Load().Receive(s.t.Context(), []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: fmt.Sprint(id), Chat: chat, Payload: []byte(payload), Defect: "failed 3 times"},
	}})
	if err != nil || !fresh[0] {
		s.t.Fatalf("not put aside: %v, %v", fresh, err)
	}
	return fmt.Sprintf("telegram/%d", id)
}

// strings returns a column of the world's database.
func (s *world) strings(query string) (list []string) {
	s.t.Helper()
	driver, dsn := "postgres", s.cfg.DatabaseURL
	if path, lite := strings.CutPrefix(dsn, "sqlite:"); lite {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Select(&list, query); err != nil {
		s.t.Fatal(err)
	}
	return list
}

// Beside the running service: what was put aside is listed, shown, answered after
// all, or dropped for good.
func TestParkedUpdatesHaveAWayBack(t *testing.T) { // F18
	onEach(t, func(t *testing.T, s *world) {
		o := office{t, s.cfg.DatabaseURL}
		if out, _ := o.run(exitDone, "", "parked", "list"); out != "nothing is parked\n" {
			t.Errorf("%q", out)
		}
		a := s.onTelegram(1001, "Олена", bot.Ukrainian)
		a.write("/start")
		a.hears("@welcome.about")
		s.idle()
		const question, canary = "Коли працює офіс?", "секретне слово"
		id := s.asideRow(900001, "1001", question)
		other := s.asideRow(900002, "1001", canary+" /start join_AbCdEf123456")
		nobody := s.asideRow(900003, "", canary)

		out, _ := o.run(exitDone, "", "parked", "list")
		if strings.Count(out, "\n") != 4 || !strings.Contains(out, id+" ") || !strings.Contains(out, "failed 3 times") || strings.Contains(out, canary) {
			t.Errorf("list says\n%s", out)
		}
		if out, _ := o.run(exitDone, "", "parked", "list", "-n", "1"); strings.Count(out, "\n") != 3 || !strings.Contains(out, "2 more") {
			t.Errorf("a short list says\n%s", out)
		}
		out, _ = o.run(exitDone, "", "parked", "show", other)
		for _, want := range []string{"1001", "failed 3 times", canary, "as the person wrote it", "join_xxxxx", parked.Object("telegram", "900002")} {
			if !strings.Contains(out, want) {
				t.Errorf("show lacks %q:\n%s", want, out)
			}
		}
		if strings.Contains(out, "AbCdEf") {
			t.Errorf("show prints a key to somebody's history:\n%s", out)
		}
		for _, words := range [][]string{{"parked"}, {"parked", "show"}, {"parked", "show", "900001"}, {"parked", "list", "-n", "0"}, {"parked", "replay", id, other}} {
			o.run(exitUsage, "", words...)
		}
		if _, errOut := o.run(exitFailed, "", "parked", "replay", nobody); !strings.Contains(errOut, "nobody knows whose") {
			t.Errorf("%q", errOut)
		}
		if strings.HasPrefix(o.url, "postgres") {
			if _, errOut := o.runWith("", exitUsage, "", "parked", "drop", nobody); !strings.Contains(errOut, "VISNYK_SECRET") {
				t.Errorf("without a secret: %q", errOut)
			}
		}

		o.run(exitDone, "", "parked", "drop", other)
		o.run(exitDone, "", "parked", "replay", id)
		s.service.lines["telegram"].worker.Wake()
		a.hears("9:00 до 19:00")
		a.silence()
		for _, gone := range []string{id, other, "telegram/1", "viber/900001"} {
			if _, errOut := o.run(exitFailed, "", "parked", "replay", gone); !strings.Contains(errOut, "no such update is parked") {
				t.Errorf("%s: %q", gone, errOut)
			}
		}
		done := s.strings(`SELECT actor || ' ' || action || ' ' || object FROM audit WHERE object LIKE 'update/%' ORDER BY id`)
		if want := []string{"system update.drop " + parked.Object("telegram", "900002"), "system update.replay " + parked.Object("telegram", "900001")}; fmt.Sprint(done) != fmt.Sprint(want) {
			t.Errorf("the audit says %q, want %q", done, want)
		}

		// An admin may, nobody else.
		rows := parked.New(s.service.store.Load())
		for _, role := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver, ""} {
			who := bot.Actor{User: "u", Role: role}
			_, _, listed := rows.List(t.Context(), who, 1)
			_, shown := rows.Get(t.Context(), who, "telegram", "900003")
			for what, err := range map[string]error{"list": listed, "show": shown, "replay": rows.Replay(t.Context(), who, "telegram", "900003"), "drop": rows.Drop(t.Context(), who, "telegram", "900003")} {
				var forbidden *bot.ForbiddenError
				if !errors.As(err, &forbidden) {
					t.Errorf("%s may %s: %v", role, what, err)
				}
			}
		}
		if _, err := rows.Get(t.Context(), bot.Actor{User: "u", Role: bot.Admin}, "telegram", "900003"); err != nil {
			t.Error(err)
		}
	})
}
