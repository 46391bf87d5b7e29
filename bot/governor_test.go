package bot

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func at(t testing.TB, zone, wall string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", wall, ZoneOf(zone, nil))
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// nights are those in which clocks change, all over the world, and one in which they
// do not.
func nights() map[string][]string {
	return map[string][]string{
		"Europe/Kyiv":         {"2026-03-28", "2026-10-24", "2026-07-01"},
		"America/New_York":    {"2026-03-07", "2026-10-31"},
		"Australia/Lord_Howe": {"2026-04-04", "2026-10-03"}, // by half an hour
		"America/Santiago":    {"2026-04-04", "2026-09-05"}, // at midnight
		"Africa/Cairo":        {"2026-04-23", "2026-10-29"}, // at midnight
		"Asia/Kathmandu":      {"2026-06-01"},               // 5:45
	}
}

// Nobody is told anything while they sleep by their own clock, and whoever sleeps is
// told at the first minute at which they do not: minute by minute, over the nights in
// which clocks change.
func TestQuietHours(t *testing.T) {
	for name, days := range nights() {
		zone := ZoneOf(name, nil)
		for _, day := range days {
			for _, q := range []Quiet{QuietUsual, QuietLater, QuietShort, QuietNever} {
				begin := at(t, name, day+" 12:00")
				var slept int
				next := begin.Add(36 * time.Hour) // the first waking minute at or behind the one that is looked at
				for m := begin.Add(36 * time.Hour); !m.Before(begin); m = m.Add(-time.Minute) {
					from, until, ok := q.Hours()
					hour := m.In(zone).Hour()
					sleeps := ok && (hour >= from || hour < until)
					if sleeps {
						slept++
					} else {
						next = m
					}
					if m.After(begin.Add(24 * time.Hour)) {
						continue
					}
					if q.Sleeps(m, zone) != sleeps {
						t.Fatalf("%s %s: sleeps at %v: %v", name, q, m.In(zone), !sleeps)
					}
					if got := q.Wakes(m, zone); !got.Equal(next) {
						t.Fatalf("%s %q: of %v wakes at %v, want %v", name, q, m.In(zone), got.In(zone), next.In(zone))
					}
				}
				if q == QuietNever && slept > 0 {
					t.Errorf("%s: slept for %d min who never does", name, slept)
				}
			}
		}
	}
}

// The night in which clocks go forward is an hour shorter, the other an hour longer.
func TestQuietHoursOfBothChangesOfClocks(t *testing.T) {
	kyiv := ZoneOf("Europe/Kyiv", nil)
	for day, hours := range map[string]int{"2026-03-28": 11, "2026-10-24": 13, "2026-07-01": 12} {
		from := at(t, "Europe/Kyiv", day+" 21:00")
		if got := QuietUsual.Wakes(from, kyiv).Sub(from); got != time.Duration(hours)*time.Hour {
			t.Errorf("%s: %v, want %d h", day, got, hours)
		}
	}
}

func TestGovernor(t *testing.T) {
	const kyiv = "Europe/Kyiv"
	tariff, news := Topic{ID: "tariff", Starts: true}, Topic{ID: TopicNews}
	noon, night := at(t, kyiv, "2026-11-27 12:00"), at(t, kyiv, "2026-11-27 23:30")
	morning := at(t, kyiv, "2026-11-28 09:00")
	week := []time.Time{noon.AddDate(0, 0, -1), noon.AddDate(0, 0, -3), at(t, kyiv, "2026-11-21 10:00")}
	for name, c := range map[string]struct {
		push Push
		who  Governed
		now  time.Time
		want Verdict
	}{
		"goes":                      {now: noon},
		"night":                     {now: night, want: Verdict{WithheldQuiet, morning}},
		"night in another zone":     {who: Governed{Zone: "America/New_York"}, now: night},
		"no such zone is ours":      {who: Governed{Zone: "Mars/Base"}, now: night, want: Verdict{WithheldQuiet, morning}},
		"sleeps never":              {who: Governed{Wishes: Wishes{Quiet: QuietNever}}, now: night},
		"sleeps later":              {who: Governed{Wishes: Wishes{Quiet: QuietLater}}, now: night, want: Verdict{WithheldQuiet, morning.Add(-time.Hour)}},
		"told today":                {who: Governed{Told: []time.Time{noon.Add(-time.Hour)}}, now: noon, want: Verdict{WithheldCap, morning}},
		"told yesterday":            {who: Governed{Told: week[:2]}, now: noon},
		"told thrice this week":     {who: Governed{Told: week}, now: noon, want: Verdict{WithheldCap, morning}},
		"the week is over":          {who: Governed{Told: week}, now: at(t, kyiv, "2026-11-28 12:00")},
		"paused":                    {who: Governed{Wishes: Wishes{PausedUntil: night}}, now: noon, want: Verdict{WithheldPaused, morning}},
		"held":                      {who: Governed{Held: true}, now: noon, want: Verdict{WithheldHeld, noon.Add(time.Minute)}},
		"stopped":                   {who: Governed{Stopped: true}, now: noon, want: Verdict{Why: WithheldStopped}},
		"blocked":                   {who: Governed{Reach: Blocked}, now: noon, want: Verdict{Why: WithheldBlocked}},
		"only opened the chat":      {who: Governed{Reach: Opened}, now: noon, want: Verdict{Why: WithheldUnmet}},
		"erased":                    {who: Governed{Gone: true}, now: noon, want: Verdict{Why: WithheldGone}},
		"muted":                     {who: Governed{Wishes: Wishes{Muted: []ChangeKind{Tariff}}}, now: noon, want: Verdict{Why: WithheldRefused}},
		"news by itself is off":     {push: Push{Topic: news}, now: noon, want: Verdict{Why: WithheldRefused}},
		"news was asked for":        {push: Push{Topic: news}, who: Governed{Wishes: Wishes{Granted: []string{TopicNews}}}, now: noon},
		"urgent at night, over cap": {push: Push{Urgent: true}, who: Governed{Told: week}, now: night},
		"urgent, stopped":           {push: Push{Urgent: true}, who: Governed{Stopped: true}, now: night, want: Verdict{Why: WithheldStopped}},
		"urgent, paused":            {push: Push{Urgent: true}, who: Governed{Wishes: Wishes{PausedUntil: morning.AddDate(0, 0, 1)}}, now: night, want: Verdict{WithheldPaused, morning.AddDate(0, 0, 1)}},
		"urgent, held":              {push: Push{Urgent: true}, who: Governed{Held: true}, now: night, want: Verdict{WithheldHeld, night.Add(time.Minute)}},
		"correction over cap":       {push: Push{Correction: true}, who: Governed{Told: week}, now: noon},
		"correction at night":       {push: Push{Correction: true, Effective: morning}, now: night, want: Verdict{WithheldQuiet, morning}},
		"correction before morning": {push: Push{Correction: true, Effective: morning.Add(-time.Minute)}, now: night},
		"a date is no correction":   {push: Push{Effective: morning.Add(-time.Hour)}, now: night, want: Verdict{WithheldQuiet, morning}},
		"night to the window's end": {push: Push{Until: morning}, now: night, want: Verdict{Why: WithheldQuiet}},
		"window is longer":          {push: Push{Until: morning.Add(1)}, now: night, want: Verdict{WithheldQuiet, morning}},
		"window is over":            {push: Push{Until: noon}, now: noon, want: Verdict{Why: WithheldLate}},
		"the cap ends in the night": {who: Governed{Told: []time.Time{noon}, Wishes: Wishes{Quiet: QuietNever}}, now: night, want: Verdict{WithheldCap, at(t, kyiv, "2026-11-28 00:00")}},
	} {
		if c.push.Topic.ID == "" {
			c.push.Topic = tariff
		}
		g := Governor{Cap: Cap{1, 3}, Zone: ZoneOf(kyiv, nil)}
		got := g.Judge(c.push, c.who, c.now)
		if got.Why != c.want.Why || !got.Until.Equal(c.want.Until) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
		if got.Goes() && got.Ends() {
			t.Errorf("%s goes and ends", name)
		}
	}
}

// Whoever is judged whenever the governor says to ask again is told no more than the
// cap, never asleep and never within a pause, over both changes of clocks; and all of
// it comes out in the end.
func TestGovernorOverAMonth(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := &Governor{Cap: Cap{1 + r.IntN(2), 2 + r.IntN(2)}, Zone: ZoneOf("Europe/Kyiv", nil)}
		zones := []string{"", "America/New_York", "Australia/Lord_Howe", "America/Santiago"}
		who := Governed{Zone: zones[r.IntN(len(zones))]}
		who.Wishes.Quiet = []Quiet{QuietUsual, QuietLater, QuietShort, QuietNever}[r.IntN(4)]
		zone := ZoneOf(who.Zone, g.Zone)
		now := at(t, "", []string{"2026-03-20 00:00", "2026-10-15 00:00"}[r.IntN(2)]).Add(time.Duration(r.IntN(86400)) * time.Second)
		if r.IntN(2) == 0 {
			who.Wishes.PausedUntil = now.Add(time.Duration(r.IntN(100)) * time.Hour)
		}
		const messages = 7
		perDay := map[string]int{}
		for sent, asked := 0, 0; sent < messages; asked++ {
			if asked > 60 {
				t.Fatalf("seed %d: %d were told after asking %d times", seed, sent, asked)
			}
			v := g.Judge(Push{Topic: Topic{ID: "tariff", Starts: true}}, who, now)
			if !v.Goes() {
				if !v.Until.After(now) {
					t.Fatalf("seed %d: asked to come again at %v, at %v", seed, v.Until, now)
				}
				now = v.Until
				continue
			}
			if who.Wishes.Paused(now) || who.Wishes.Quiet.Sleeps(now, zone) {
				t.Fatalf("seed %d: told at %v", seed, now.In(zone))
			}
			who.Told = append(who.Told, now)
			perDay[now.In(zone).Format(time.DateOnly)]++
			sent++
			now = now.Add(time.Duration(r.IntN(600)) * time.Minute)
		}
		for day, n := range perDay {
			if n > g.Cap.Day {
				t.Errorf("seed %d: %d on %s", seed, n, day)
			}
			week := 0
			for d, first := 0, at(t, "", day+" 00:00"); d < 7; d++ {
				week += perDay[first.AddDate(0, 0, -d).Format(time.DateOnly)]
			}
			if week > g.Cap.Week {
				t.Errorf("seed %d: %d in the week up to %s", seed, week, day)
			}
		}
	}
}

func ExampleGovernor() {
	g := &Governor{Cap: Cap{Day: 1, Week: 3}}
	late := time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC)
	v := g.Judge(Push{Topic: Topic{ID: "tariff", Starts: true}}, Governed{}, late)
	fmt.Println(v.Why, v.Until.Format("15:04"))
	// Output: quiet 09:00
}
