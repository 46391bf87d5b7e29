package change

import (
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// everyone returns all the people whom the filter chooses, page by page.
func everyone(t *testing.T, c *Changes, f LedgerFilter) (all []storage.LedgerRow) {
	t.Helper()
	for cursor := ""; ; {
		page, next, err := c.LedgerPeople(t.Context(), bot.System(), "x", f, cursor, 7)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if cursor = next; next == "" {
			return all
		}
	}
}

// Each number of a ledger is how many people it opens, whatever is chosen; who knows and
// who is late is what the level says of each of them, by the one definition.
func TestEachNumberOpensItsPeople(t *testing.T) {
	const people = 60
	w := func(text string) bot.Bilingual { return bot.Bilingual{UK: text, RU: text} }
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storagetest.Open(t, url(t))
			storagetest.FillLedger(t, s, people)
			if _, err := s.DB().Writer().Exec(t.Context(), `INSERT INTO ledger_counts (change_id, standing, n) VALUES ('x', 'erased', 3)`); err != nil {
				t.Fatal(err)
			}
			days, err := s.Number(t.Context(), bot.KnowsAfterSetting)
			if err != nil {
				t.Fatal(err)
			}
			// They were told in the first microseconds of 1970: now is when time has told on half.
			now := time.UnixMicro(people/2).AddDate(0, 0, int(days))
			for _, level := range bot.ChangeLevels() {
				for _, deadline := range []time.Time{now.Add(time.Hour), now.Add(-time.Hour)} {
					c := bot.Change{
						ID: "x", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 2, Title: w("Тариф"), From: deadline,
						Particulars: bot.Particulars{Level: level, AcknowledgeBy: deadline},
					}
					if err := s.PutChanges(t.Context(), []bot.Change{c}); err != nil {
						t.Fatal(err)
					}
					changes := New(s, nil, func() time.Time { return now })
					for _, f := range []LedgerFilter{{}, {Bot: "viber"}, {Language: bot.Russian}, {Version: 1}, {Reason: bot.ReasonBlocked}, {Bot: "telegram", Language: bot.Ukrainian, Version: 2}} {
						l, err := changes.Ledger(t.Context(), bot.System(), "x", f)
						if err != nil {
							t.Fatal(err)
						}
						for _, sum := range Sums() {
							f.Sum = sum
							rows := everyone(t, changes, f)
							if len(rows) != l.Sums[sum] {
								t.Errorf("%s %v %+v: %d people, counted %d", level, l.Passed, f, len(rows), l.Sums[sum])
							}
						}
						knows, late := 0, 0
						f.Sum = ""
						for _, r := range everyone(t, changes, f) {
							acknowledged := !r.Acknowledged.IsZero() && r.AcknowledgedVersion == 2
							seen := !r.Seen.IsZero() || r.Blind && !r.Told.IsZero() && !r.Told.AddDate(0, 0, int(days)).After(now)
							switch {
							case level.Knows(!r.Told.IsZero(), seen, acknowledged):
								knows++
							case l.Passed:
								late++
							}
						}
						if l.Sums[SumKnows] != knows || l.Sums[SumLate] != late || l.Passed != now.After(deadline) {
							t.Errorf("%s %+v: %d know and %d are late, want %d and %d", level, f, l.Sums[SumKnows], l.Sums[SumLate], knows, late)
						}
						if f == (LedgerFilter{}) && (l.Sums[SumDue] != people || l.Erased != 3 || len(l.Shares) != 4 || l.Reasons[bot.ReasonBlocked] != l.Sums[SumUnreached]) {
							t.Errorf("%+v", l)
						}
					}
				}
			}
		})
	}
}

// Sums are for whoever looks after changes, people for who may see them, files for who may
// take them along.
func TestLedgerRights(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	if err := s.PutChanges(t.Context(), []bot.Change{{ID: "x", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 1}}); err != nil {
		t.Fatal(err)
	}
	c := New(s, nil, time.Now)
	for name, may := range map[string]struct {
		roles []bot.Role
		do    func(bot.Actor) error
	}{
		"sums": {[]bot.Role{bot.Marketer, bot.Approver, bot.Admin}, func(a bot.Actor) error {
			_, err := c.Ledger(t.Context(), a, "x", LedgerFilter{})
			return err
		}},
		"people": {[]bot.Role{bot.Marketer, bot.Admin}, func(a bot.Actor) error {
			_, _, err := c.LedgerPeople(t.Context(), a, "x", LedgerFilter{}, "", 1)
			return err
		}},
		"a file": {[]bot.Role{bot.Admin}, func(a bot.Actor) error {
			_, err := c.WriteLedger(t.Context(), a, io.Discard, "x", LedgerFilter{})
			return err
		}},
		"a sheet": {[]bot.Role{bot.Marketer, bot.Admin}, func(a bot.Actor) error {
			_, _, err := c.State(t.Context(), a, "x", "nobody")
			return err
		}},
		"a proof": {[]bot.Role{bot.Admin}, func(a bot.Actor) error {
			_, _, err := c.Prove(t.Context(), a, "x", "nobody")
			return err
		}},
	} {
		for _, role := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} {
			err := may.do(bot.Actor{User: "u", Login: "u", Role: role})
			var forbidden *bot.ForbiddenError
			if errors.As(err, &forbidden) == slices.Contains(may.roles, role) {
				t.Errorf("%s for %s: %v", name, role, err)
			}
		}
	}
}
