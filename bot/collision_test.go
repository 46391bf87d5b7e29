package bot

import (
	"fmt"
	"testing"
	"time"
)

func TestCollisions(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	noon := time.Date(2026, time.December, 1, 12, 0, 0, 0, zone)
	vip, staff, saved := In("tier", "vip"), In("kind", "staff"), In(SavedField, "kyiv")
	type all []Dated
	from := func(id string, after time.Duration, whom Segment) Dated {
		return Dated{Kind: DateFrom, ID: id, At: noon.Add(after), Whom: whom}
	}
	send := func(id string, after time.Duration, whom Segment) Dated {
		return Dated{Kind: DateSend, ID: id, At: noon.Add(after), Whom: whom}
	}
	with := func(d Dated, f func(*Dated)) Dated { f(&d); return d }
	wave := func(d *Dated) { d.Plan = "tariff" }
	for _, c := range []struct {
		name string
		all  all
		day  int
		want string
	}{
		{"nothing", nil, 1, "[]"},
		{"everyone and some within the hour", all{send("a", 0, Segment{}), send("b", 59*time.Minute, vip)}, 1, "[{hour [0 1]}]"},
		{"an hour between", all{send("a", 0, vip), send("b", time.Hour, vip)}, 1, "[]"},
		{"one saved segment", all{send("a", 0, All(saved, vip)), send("b", 0, saved)}, 1, "[{hour [0 1]}]"},
		{"other people", all{send("a", 0, vip), send("b", 0, staff)}, 1, "[]"},
		{"kept apart", all{send("a", 0, All(saved, vip)), send("b", 0, All(saved, In("tier", "usual")))}, 1, "[]"},
		{"waves of a plan", all{with(send("a", 0, Segment{}), wave), with(send("b", 0, Segment{}), wave)}, 1, "[]"},
		{"waves of two plans", all{with(send("a", 0, vip), wave), with(send("b", 0, vip), func(d *Dated) { d.Plan = "move" })}, 1, "[{hour [0 1]}]"},
		{"both in the place of another", all{with(send("a", 0, Segment{}), func(d *Dated) { d.Over = "c" }), with(send("b", 0, Segment{}), func(d *Dated) { d.Over = "c" })}, 1, "[]"},
		{"in the place of another", all{send("a", 0, Segment{}), with(send("b", 0, Segment{}), func(d *Dated) { d.Over = "a" })}, 1, "[]"},
		{"who asked for it", all{send("a", 0, Segment{}), with(send("b", 0, Segment{}), func(d *Dated) { d.Apart = true })}, 1, "[]"},
		{"more a day than the cap", all{send("a", 0, Segment{}), send("b", 3*time.Hour, Segment{})}, 1, "[{cap [0 1]}]"},
		{"as many as the cap", all{send("a", 0, Segment{}), send("b", 3*time.Hour, Segment{})}, 2, "[]"},
		{"no cap", all{send("a", 0, Segment{}), send("b", 3*time.Hour, Segment{})}, 0, "[]"},
		{"urgent goes over the cap", all{send("a", 0, Segment{}), with(send("b", 3*time.Hour, Segment{}), func(d *Dated) { d.Free = true })}, 1, "[]"},
		{"the next day of the company", all{send("a", 11*time.Hour, Segment{}), send("b", 12*time.Hour, Segment{})}, 1, "[]"},
		{"two changes on a day", all{from("a", -12*time.Hour, saved), from("b", 11*time.Hour, Segment{})}, 1, "[{date [0 1]}]"},
		{"two changes for others", all{from("a", 0, vip), from("b", 0, staff)}, 1, "[]"},
		{"two versions of one", all{from("a", 0, vip), from("a", 0, vip)}, 1, "[]"},
		{"a change and what tells it", all{from("a", 0, vip), send("b", 0, vip)}, 1, "[]"},
		{"several", all{send("a", 0, Segment{}), send("b", 30*time.Minute, vip), send("c", 80*time.Minute, Segment{})}, 1, "[{hour [0 1]} {cap [0 2]} {hour [1 2]}]"},
	} {
		if got := fmt.Sprint(Collisions(c.all, Calendar{Zone: zone}, c.day)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMeets(t *testing.T) {
	vip, saved := In("tier", "vip"), In(SavedField, "kyiv", "lviv")
	for _, c := range []struct {
		name string
		a, b Segment
		want bool
	}{
		{"everyone and everyone", Segment{}, Segment{}, true},
		{"everyone and some", Segment{}, None(vip), true},
		{"the same", None(vip), None(vip), true},
		{"some and all but them", vip, None(vip), false},
		{"part of both", All(vip, In("zone", "Europe/Kyiv")), All(In("tags", "new"), vip), true},
		{"one of several", Any(vip, In("tags", "new")), vip, true},
		{"one of the segments", saved, In(SavedField, "lviv"), true},
		{"other segments", saved, In(SavedField, "odesa"), false},
		{"two tags", In("tags", "new"), In("tags", "old"), false},
		{"people of the company and some of them", In("kind", Colleagues()...), In("kind", "staff"), true},
		{"other kinds with a tag", All(In("kind", "staff"), In("tags", "new")), All(In("kind", "partner"), In("tags", "new")), false},
		{"a kind that is one of several", Any(In("kind", "staff"), In("tags", "new")), All(In("kind", "partner"), In("tags", "new")), true},
	} {
		if c.a.Meets(c.b) != c.want || c.b.Meets(c.a) != c.want {
			t.Errorf("%s: want %t", c.name, c.want)
		}
	}
}
