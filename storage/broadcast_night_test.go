package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
)

// nightly are people of several zones who sleep from 21 to 9 by their own clocks.
func nightly() []string {
	return []string{"Europe/Kyiv", "America/New_York", "Asia/Kathmandu"}
}

// night has a broadcast to a person of each zone that has begun.
func night(t *testing.T, c *clock) *office {
	t.Helper()
	o := openOffice(t, c, 0)
	for _, chat := range o.chats {
		zone, region := "", ""
		if i := slices.Index(o.chats, chat); i < len(nightly()) {
			zone, region = nightly()[i], "night"
		}
		must[int](t)(c.s.Exec(t.Context(), `UPDATE contacts SET zone = $1, region = $2, quiet = '' WHERE id = $3`, zone, region, chat))
	}
	o.region = "night"
	o.mails(time.Time{})
	_, do := o.operations()
	do["list"]()
	return o
}

// leaving returns the zones of those whose message may leave.
func (o *office) leaving() (zones []string) {
	o.t.Helper()
	o.release()
	o.reads()
	for _, r := range o.read {
		zones = append(zones, nightly()[slices.Index(o.chats, r.To.Chat)])
	}
	slices.Sort(zones)
	return zones
}

// S78: a broadcast runs into the night, as the service releases it, over both changes of
// clocks: whoever sleeps by their own clock, or will before the message has surely left,
// is told nothing, and everybody is again with the minute in which they wake.
func TestNightsOfBothChangesOfClocks(t *testing.T) {
	for _, evening := range []string{"2026-03-28", "2026-10-24"} {
		t.Run(evening, func(t *testing.T) {
			t.Parallel()
			begin := must[time.Time](t)(time.Parse("2006-01-02 15:04", evening+" 12:00"))
			onEachClock(t, begin, func(t *testing.T, c *clock) {
				o := night(t, c)
				var moments []time.Time
				for _, zone := range nightly() {
					day := begin.In(bot.ZoneOf(zone, nil))
					for _, wall := range []string{"20:57", "20:58", "32:59", "33:00"} {
						var hour, minute int
						_, err := fmt.Sscanf(wall, "%d:%d", &hour, &minute)
						ok(t, err)
						at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
						moments = append(moments, at.UTC())
					}
				}
				slices.SortFunc(moments, time.Time.Compare)
				for _, at := range slices.CompactFunc(moments, time.Time.Equal) {
					c.set(at)
					var want []string
					for _, zone := range nightly() {
						awake := func(at time.Time) bool { h := at.In(bot.ZoneOf(zone, nil)).Hour(); return h >= 9 && h < 21 }
						if awake(at) && awake(at.Add(2*time.Minute)) {
							want = append(want, zone)
						}
					}
					slices.Sort(want)
					if got := o.leaving(); !slices.Equal(got, want) {
						t.Errorf("at %v to %v, want %v", at, got, want)
					}
					o.move(o.ids[0], bot.BroadcastPause, broadcast.Moved{}) // all wait again
					o.move(o.ids[0], bot.BroadcastResume, broadcast.Moved{})
				}
				o.adds()
			})
		})
	}
}

// What was released in the evening and waits until the night, for its messenger is away
// or asked to try later, does not leave before the morning; nor at all, where its window
// ends by then.
func TestReleasedInTheEvening(t *testing.T) {
	evening := time.Date(2026, 11, 27, 18, 50, 0, 0, time.UTC) // 20:50 in Kyiv
	onEachClock(t, evening, func(t *testing.T, c *clock) {
		ctx := t.Context()
		o := night(t, c)
		must[int](t)(c.s.Exec(ctx, `UPDATE contacts SET zone = ''`)) // everybody is at home
		o.mails(evening.Add(4 * time.Hour))
		ok(t, c.s.PutSetting(ctx, bot.CapDaySetting, "none"))
		_, do := o.operations()
		do["list"]()
		for range 4 {
			o.release()
		}
		o.reads()
		early := slices.Clone(o.read)
		if len(early) < 3 {
			t.Fatalf("%d may leave in the evening", len(early))
		}
		o.claims()
		for len(o.claimed) > 0 {
			o.ends(bot.Later) // within ten minutes
		}
		c.set(evening.Add(130 * time.Minute)) // 23:00
		o.reads()
		claimed := must[[]bool](t)(c.s.Claim(ctx, o.l, early))
		if len(o.read) > 0 || slices.Contains(claimed, true) {
			t.Errorf("at 23:00 %d may leave, claimed %v", len(o.read), claimed)
		}
		o.release()
		if o.reads(); len(o.read) > 0 {
			t.Errorf("at 23:00 %d are released", len(o.read))
		}
		c.set(evening.Add(12*time.Hour + 10*time.Minute)) // 09:00
		for range 8 {
			o.release()
			o.reads()
			for len(o.read) > 0 {
				o.claims()
			}
			for len(o.claimed) > 0 {
				o.ends(bot.Sent)
			}
		}
		o.adds()
		one, other := must[bot.Report](t)(c.s.Report(ctx, o.ids[0])), must[bot.Report](t)(c.s.Report(ctx, o.ids[1]))
		if one.Sent != 3 || other.Sent != 0 || other.Skipped[string(bot.WithheldQuiet)]+other.Skipped[string(bot.WithheldLate)] != 3 {
			t.Errorf("in the morning %+v, and of what had a window %+v", one, other)
		}
	})
}
