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
// the n-th. Who was erased is in none, and in no sample.
const (
	splitRecipients = `
SELECT y.mask, y.outcome, y.reason, count(*) AS n, {marks}
FROM (SELECT {mask} AS mask, r.* FROM recipients r LEFT JOIN contacts k ON k.id = r.contact WHERE r.broadcast = $1) y
GROUP BY y.mask, y.outcome, y.reason`
	// Each is looked for by who they are: a planner that may choose begins with all who are
	// listed.
	splitSample = ofSample + `
SELECT y.mask, y.outcome, y.reason, count(*) AS n, {marks}
FROM (SELECT {mask} AS mask, r.* FROM k LEFT JOIN recipients r ON r.contact = k.id AND r.broadcast || '' = $1 WHERE COALESCE(r.key, '') <> '') y
GROUP BY y.mask, y.outcome, y.reason`
)

// splitRecord is how many recipients with one mask ended so.
type splitRecord struct {
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

// addTo adds them to a report, each so many times.
func (r splitRecord) addTo(to *bot.Report, times float64) {
	of := func(n int) int { return int(float64(n)*times + 0.5) }
	to.Add(r.Outcome, r.Reason, of(r.N))
	for i, n := range []int{r.Delivered, r.Seen, r.Clicked, r.Acknowledged, r.Asked, r.Complained, r.Unsubscribed} {
		to.Add(string(bot.RecipientMarks()[i]), "", of(n))
	}
}

// SplitRecipients returns what became of those recipients of the broadcast who are in each
// of the segments, at most MostSplit of them, and of those who are in none. The segments are
// judged by what is known of people now; who is in two is counted in both. It reads every
// recipient: the end of ctx breaks it off. Where it is said how many there are it reads one in
// a hundred of them, and the numbers are about so many; 0 counts everybody.
func (s *Store) SplitRecipients(ctx context.Context, broadcast string, by []bot.Segment, now bot.Calendar, people int) (of []bot.Report, rest bot.Report, err error) {
	if len(by) > MostSplit {
		return nil, rest, fmt.Errorf("recipients by segments: %d are too many", len(by))
	}
	reading := s.counting
	if people > 0 {
		reading = s.sampling
	}
	var rows []splitRecord
	err = reading(ctx, func(c conn) error {
		rows, err = c.split(ctx, broadcast, by, now, people > 0)
		return err
	})
	if err != nil {
		return nil, rest, doing("recipients by segments", err)
	}
	times, n := 1.0, 0
	for _, r := range rows {
		n += r.N
	}
	if people > 0 {
		times = float64(people) / float64(max(1, n))
	}
	blank := func() bot.Report { return bot.Report{Skipped: map[string]int{}, Failed: map[string]int{}} }
	of, rest = make([]bot.Report, len(by)), blank()
	for i := range of {
		of[i] = blank()
	}
	for _, r := range rows {
		if r.Mask == 0 {
			r.addTo(&rest, times)
		}
		for i := range of {
			if r.Mask&(1<<i) != 0 {
				r.addTo(&of[i], times)
			}
		}
	}
	return of, rest, nil
}

func (c conn) split(ctx context.Context, broadcast string, by []bot.Segment, now bot.Calendar, sample bool) (rows []splitRecord, err error) {
	w, query := compiler{sqlite: c.sql.SQLite(), whole: !sample, now: now, k: "k", first: 2}, splitRecipients
	if sample {
		query = splitSample
	}
	mask := []string{"0"}
	for i, one := range by {
		in, err := w.node(one)
		if err != nil {
			return nil, err
		}
		mask = append(mask, fmt.Sprintf("CASE WHEN k.id IS NOT NULL AND %s THEN %d ELSE 0 END", in, 1<<i))
	}
	var marks []string
	for _, m := range bot.RecipientMarks() {
		marks = append(marks, fmt.Sprintf("count(NULLIF(y.%s_at, 0)) AS %[1]s", m))
	}
	query = strings.NewReplacer("{mask}", strings.Join(mask, " + "), "{marks}", strings.Join(marks, ", ")).Replace(query)
	err = c.sel(ctx, &rows, query, append([]any{broadcast}, w.values...)...)
	return rows, err
}
