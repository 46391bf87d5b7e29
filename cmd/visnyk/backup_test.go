package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// TestBackupAndCopy backs up a service at work, moves it to the other database,
// and brings the backup back. Whoever talks with the bot goes on where they were.
func TestBackupAndCopy(t *testing.T) {
	t.Parallel()
	for _, move := range []struct {
		name     string
		from, to func(testing.TB) string
	}{
		{"sqlite to postgres", storagetest.SQLiteURL, storagetest.EmptyPostgresURL},
		{"postgres to sqlite", storagetest.PostgresURL, storagetest.SQLiteURL},
	} {
		t.Run(move.name, func(t *testing.T) {
			t.Parallel()
			from, to := move.from(t), move.to(t)
			s := newWorld(t, from, sandboxOptions{fetched: true})
			a := s.onTelegram(1001, "Олена", bot.Ukrainian)
			a.write("/start")
			a.hears("@welcome.about")
			a.taps("@menu.changes")
			list := a.hears("@change.list")
			b := s.onTelegram(1002, "Ольга", bot.Russian)
			b.write("/start")
			b.hears("@welcome.about")
			b.write("позовите человека")
			b.hears("@handoff.called")
			s.idle()

			file := filepath.Join(t.TempDir(), "backup.db")
			o := office{t, from}
			o.run(exitDone, "", "backup", file)
			if _, errOut := o.run(exitFailed, "", "backup", file); !strings.Contains(errOut, "never written over") {
				t.Error(errOut)
			}
			if _, errOut := o.run(exitFailed, "", "copy", "-from", from, "-to", to); !strings.Contains(errOut, "another process holds the database") {
				t.Error(errOut)
			}
			if err := s.stop(); err != nil {
				t.Fatal(err)
			}
			out, _ := o.run(exitDone, "", "copy", "-from", from, "-to", to)
			for _, want := range []string{"conversations      2", "tickets      1", "in all"} {
				if !strings.Contains(strings.Join(strings.Fields(out), " "), strings.Join(strings.Fields(want), " ")) {
					t.Errorf("%q is not told:\n%s", want, out)
				}
			}
			if _, errOut := o.run(exitFailed, "", "copy", "-from", from, "-to", to); !strings.Contains(errOut, "there is data in it") {
				t.Error(errOut)
			}

			s.cfg.DatabaseURL = to
			s.start()
			a.taps(list.labels[0]) // on a screen of before
			a.hears(list.labels[0])
			ticket := b.ticket("1002")
			s.desk(ticket, bot.TicketTake)
			b.hears("Марина")
			a.silence()
			if out, _ := (office{t, to}).run(exitDone, "", "verify"); !strings.Contains(out, "all rows fit each other") {
				t.Error(out)
			}

			again := "sqlite:" + filepath.Join(t.TempDir(), "restored.db")
			o.run(exitDone, "", "copy", "-from", "sqlite:"+file, "-to", again)
			(office{t, again}).run(exitDone, "", "verify")
		})
	}
}

func TestBackupAndCopyWrongUse(t *testing.T) {
	dir := t.TempDir()
	o := office{t, "sqlite:" + filepath.Join(dir, "typo.db")}
	for name, args := range map[string][]string{
		"backup of nothing":  {"backup"},
		"backup of too much": {"backup", "a", "b"},
		"copy from nowhere":  {"copy", "-to", "sqlite:x.db"},
		"copy to nowhere":    {"copy", "-from", "sqlite:x.db"},
	} {
		t.Run(name, func(t *testing.T) { o.run(exitUsage, "", args...) })
	}
	o.run(exitFailed, "", "backup", filepath.Join(dir, "backup.db"))
	_, errOut := o.run(exitFailed, "", "copy", "-from", "postgres://u:hunter2@127.0.0.1:1/x", "-to", "sqlite:"+filepath.Join(dir, "x.db"))
	if strings.Contains(errOut, "hunter2") {
		t.Error("the password shows")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// What verify finds is told, and is a failure.
func TestVerifySaysWhatIsWrong(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		a := s.onTelegram(1001, "Олена", bot.Ukrainian)
		a.write("/start")
		a.hears("@welcome.about")
		s.idle()
		o := office{t, s.cfg.DatabaseURL}
		o.run(exitDone, "", "verify")
		spoil(t, s.cfg.DatabaseURL, `UPDATE ledger SET change_id = 'x' || change_id`)
		out, errOut := o.run(exitFailed, "", "verify")
		if !strings.Contains(out, "wrong: rows of the ledger without their change") || !strings.Contains(errOut, "wrong with the tables") {
			t.Error(out, errOut)
		}
	})
}
