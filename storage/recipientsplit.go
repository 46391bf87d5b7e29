package storage

import (
	"context"
	"fmt"
	"strings"

	"visnyk/bot"
)

// MostSplit is by how many segments the recipients of a broadcast are counted at once.
const MostSplit = 30

// One pass over the recipients judges each of them by every segment: bit n of their mask is
// the n-th. Who was erased is in none.
const splitRecipients = `
SELECT y.mask, y.outcome, y.reason, count(*) AS n, {marks}
FROM (SELECT {mask} AS mask, r.* FROM recipients r LEFT JOIN contacts k ON k.id = r.contact WHERE r.broadcast = $1) y
GROUP BY y.mask, y.outcome, y.reason`

// SplitRecipients returns what became of those recipients of the broadcast who are in each
// of the segments, at most MostSplit of them, and of those who are in none. The segments are
// judged by what is known of people now; who is in two is counted in both. It reads every
// recipient: the end of ctx breaks it off.
func (s *Store) SplitRecipients(ctx context.Context, broadcast string, by []bot.Segment, now bot.Calendar) (of []bot.Report, rest bot.Report, err error) {
	if len(by) > MostSplit {
		return nil, rest, fmt.Errorf("recipients by segments: %d are too many", len(by))
	}
	var rows []struct {
		Mask         int64  `db:"mask"`
		Outcome      string `db:"outcome"`
		Reason       string `db:"reason"`
		N            int    `db:"n"`
		Delivered    int    `db:"delivered"`
		Seen         int    `db:"seen"`
		Clicked      int    `db:"clicked"`
		Acknowledged int    `db:"acknowledged"`
		Asked        int    `db:"asked"`
		Complained   int    `db:"complained"`
		Unsubscribed int    `db:"unsubscribed"`
	}
	err = s.counting(ctx, func(c conn) error {
		w := compiler{sqlite: c.sql.SQLite(), whole: true, now: now, k: "k", first: 2}
		mask := []string{"0"}
		for i, one := range by {
			in, err := w.node(one)
			if err != nil {
				return err
			}
			mask = append(mask, fmt.Sprintf("CASE WHEN k.id IS NOT NULL AND %s THEN %d ELSE 0 END", in, 1<<i))
		}
		var marks []string
		for _, m := range bot.RecipientMarks() {
			marks = append(marks, fmt.Sprintf("count(NULLIF(y.%s_at, 0)) AS %[1]s", m))
		}
		query := strings.NewReplacer("{mask}", strings.Join(mask, " + "), "{marks}", strings.Join(marks, ", ")).Replace(splitRecipients)
		return c.sel(ctx, &rows, query, append([]any{broadcast}, w.values...)...)
	})
	if err != nil {
		return nil, rest, doing("recipients by segments", err)
	}
	blank := func() bot.Report { return bot.Report{Skipped: map[string]int{}, Failed: map[string]int{}} }
	of, rest = make([]bot.Report, len(by)), blank()
	for i := range of {
		of[i] = blank()
	}
	for _, r := range rows {
		add := func(to *bot.Report) {
			to.Add(r.Outcome, r.Reason, r.N)
			for i, n := range []int{r.Delivered, r.Seen, r.Clicked, r.Acknowledged, r.Asked, r.Complained, r.Unsubscribed} {
				to.Add(string(bot.RecipientMarks()[i]), "", n)
			}
		}
		if r.Mask == 0 {
			add(&rest)
		}
		for i := range of {
			if r.Mask&(1<<i) != 0 {
				add(&of[i])
			}
		}
	}
	return of, rest, nil
}
