package storage_test

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What is over at the door leaves by itself; what goes on stays.
func TestDoorIsRetained(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ages := map[string]struct { // how old the column may become
			column string
			kept   time.Duration
		}{
			"sessions": {"ended_at", storage.SessionsKept}, "staff_codes": {"open_until", day},
			"attempts": {"last_at", storage.AttemptsKept}, "devices": {"used_at", storage.DevicesKept},
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			for _, age := range []string{"old", "young"} {
				if err := tx.AddSession(ctx, age, "u", "d", "", ""); err != nil {
					return err
				}
				if _, err := tx.EndSession(ctx, age); err != nil {
					return err
				}
				if _, err := tx.AddCode(ctx, storage.StaffCode{Hash: age, Kind: storage.CodeInvite, User: "u"}, 0); err != nil {
					return err
				}
				if _, _, err := tx.Attempt(ctx, age, storage.Tries{Most: 1, Within: time.Minute}); err != nil {
					return err
				}
				if err := tx.PutDevice(ctx, age, "u"); err != nil {
					return err
				}
			}
			if err := tx.AddSession(ctx, "idle", "u", "d", "", ""); err != nil {
				return err
			}
			return tx.AddSession(ctx, "open", "u", "d", "", "")
		}))
		older(t, s, "sessions", "used_at", "id = 'idle'", storage.SessionIdle)
		key := map[string]string{"sessions": "id", "staff_codes": "hash", "attempts": "subject", "devices": "id"}
		for table, a := range ages {
			older(t, s, table, a.column, key[table]+" = 'old'", a.kept+time.Minute)
			older(t, s, table, a.column, key[table]+" = 'young'", a.kept-time.Minute)
		}
		removed, err := retain(t, s)
		ok(t, err)
		if removed["sessions"] != 1 || removed["codes"] != 1 || removed["attempts"] != 1 || removed["browsers"] != 1 {
			t.Errorf("removed %v", removed)
		}
		for table := range ages {
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM `+table+` WHERE `+key[table]+` = 'young'`)); n != 1 {
				t.Errorf("%d young rows of %s", n, table)
			}
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM sessions WHERE ended_at > 0 AND id = 'idle'`)); n != 1 {
			t.Error("a session that ran out is not told to be over")
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM sessions WHERE ended_at = 0 AND id = 'open'`)); n != 1 {
			t.Error("an open session was ended")
		}
	})
}

func TestAuditLines(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		olena := bot.Actor{User: "u1", Login: "olena", Role: bot.Admin}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			if err := tx.AddUser(ctx, storage.User{ID: "u1", Login: "olena", Name: "Олена", Role: bot.Admin}); err != nil {
				return err
			}
			if err := tx.AddUser(ctx, storage.User{ID: "u2", Login: "petro", Role: bot.Operator}); err != nil {
				return err
			}
			for i, e := range []storage.AuditEntry{
				{Actor: bot.System(), Action: "user.add", Object: "user/u1"},
				{Actor: olena, Action: "user.add", Object: "user/u2"},
				{Actor: olena, Action: "change.approve", Object: "change/tariff"},
				{Actor: olena, Action: "change.approve", Object: "change/tariff-2"},
				{Actor: bot.Actor{User: "u2", Role: bot.Operator}, Action: "ticket.take", Object: "ticket/1"},
				{Actor: olena, Action: "user.disable", Object: "user/u2", Detail: map[string]int{"n": 6}},
			} {
				if err := tx.Audit(ctx, e); err != nil {
					return fmt.Errorf("%d: %w", i, err)
				}
			}
			return nil
		}))
		later := time.Now().Add(time.Hour)
		for name, c := range map[string]struct {
			q    storage.AuditQuery
			want []int64
		}{
			"all":               {storage.AuditQuery{}, []int64{6, 5, 4, 3, 2, 1}},
			"who":               {storage.AuditQuery{Actor: "u1"}, []int64{6, 4, 3, 2}},
			"what":              {storage.AuditQuery{Action: "change.approve"}, []int64{4, 3}},
			"a noun":            {storage.AuditQuery{Action: "user."}, []int64{6, 2, 1}},
			"part of a word":    {storage.AuditQuery{Action: "user.a"}, nil},
			"a wildcard":        {storage.AuditQuery{Action: "%."}, nil},
			"whom":              {storage.AuditQuery{Object: "user/u2"}, []int64{6, 2}},
			"not the longer id": {storage.AuditQuery{Object: "change/tariff"}, []int64{3}},
			"objects":           {storage.AuditQuery{Object: "change/"}, []int64{4, 3}},
			"who and what":      {storage.AuditQuery{Actor: "u1", Action: "user.disable"}, []int64{6}},
			"the next page":     {storage.AuditQuery{Actor: "u1", Before: 4}, []int64{3, 2}},
			"later":             {storage.AuditQuery{From: later}, nil},
			"before":            {storage.AuditQuery{To: later}, []int64{6, 5, 4, 3, 2, 1}},
		} {
			var got []int64
			for _, l := range must[[]storage.AuditLine](t)(s.AuditLines(ctx, c.q, 100)) {
				got = append(got, l.ID)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		last := must[[]storage.AuditLine](t)(s.AuditLines(ctx, storage.AuditQuery{}, 1))
		if l := last[0]; len(last) != 1 || l.By != "Олена" || l.Whom != "petro" || l.Actor.Role != bot.Admin || l.Detail != `{"n":6}` || l.At.IsZero() {
			t.Errorf("%+v", last)
		}
		first := must[[]storage.AuditLine](t)(s.AuditLines(ctx, storage.AuditQuery{Before: 2}, 1))
		if l := first[0]; l.By != "" || l.Actor.User != bot.SystemUser || l.Whom != "Олена" {
			t.Errorf("%+v", first)
		}
	})
}
