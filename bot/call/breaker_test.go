package call

import (
	"testing"
	"testing/synctest"
	"time"
)

const pause = 400 * time.Millisecond

// scene is a breaker and what is expected of it at each step.
type scene struct {
	*testing.T
	*Breaker
}

func newScene(t *testing.T, patient int) scene {
	return scene{t, &Breaker{Patient: patient, Try: time.Second, Pause: Doubling{First: pause, Most: 4 * pause}.Next}}
}

func (s scene) step(what string, after time.Duration, want bool) {
	s.Helper()
	time.Sleep(after)
	if ready := s.Ready(); ready != want {
		s.Errorf("%s: ready %v", what, ready)
	}
	if got := s.Allow(); got != want {
		s.Errorf("%s: let in %v", what, got)
	}
}

func (s scene) fails(what string, after time.Duration, want bool) {
	s.Helper()
	if changed := s.Report(time.Now(), &Failure{After: after}); changed != want {
		s.Errorf("%s: changed %v", what, changed)
	}
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 1)
		s.step("at first", 0, true)
		s.fails("the first failure is a change", 0, true)
		s.fails("the second is none", 0, false)
		s.step("just failed", pause-1, false)
		s.step("one tries", 1, true)
		s.step("the others do not", 0, false)
		s.step("a try without an end is not waited for", time.Second, true)
		s.fails("failed again", 0, false)
		s.step("twice as long", 2*pause-1, false)
		s.step("tries again", 1, true)
		s.fails("asks to be left alone", time.Second, false)
		s.step("is left alone", time.Second-1, false)
		s.step("and no longer", 1, true)
		if !s.Report(time.Now(), nil) || s.Open() {
			t.Error("the return is a change")
		}
		s.step("back", 0, true)
		s.step("back for all", 0, true)
		s.fails("away again", 0, true)
		s.step("as short as at first", pause, true)
	})
}

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 3)
		s.fails("one", 0, false)
		s.fails("two", 0, false)
		s.Report(time.Now(), nil)
		s.fails("one, for they are not in a row", 0, false)
		s.fails("two, for they are not in a row", 0, false)
		s.step("patient", 0, true)
		s.fails("three", 0, true)
		s.step("away", 0, false)
		s.Report(time.Now(), nil)
		s.fails("asks for it at once", time.Minute, true)
		s.step("left alone", time.Minute-1, false)
	})
}

// A check from outside opens the way for all, and what began before it is no
// news; but it says nothing against a failure that began later.
func TestProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 1)
		old := time.Now()
		time.Sleep(time.Second)
		s.fails("away", 0, true)
		if in, changed := s.Prove(old); in || changed {
			t.Errorf("a check that began before: in %v, changed %v", in, changed)
		}
		time.Sleep(time.Millisecond)
		if in, changed := s.Prove(time.Now()); !in || !changed {
			t.Errorf("a check that began after: in %v, changed %v", in, changed)
		}
		if s.Report(old, &Failure{}) || s.Open() {
			t.Error("a failure that began before the check is news")
		}
		time.Sleep(time.Millisecond)
		s.fails("away again", 0, true)
	})
}

func TestDoubling(t *testing.T) {
	d := Doubling{First: time.Second, Most: 5 * time.Second}
	wait := time.Duration(0)
	for n, want := range []time.Duration{1, 2, 4, 5, 5} {
		want *= time.Second
		if wait = d.Next(wait); wait != want || d.After(n) != want {
			t.Errorf("wait %d: %v and %v, want %v", n, wait, d.After(n), want)
		}
	}
	if d.After(-1) != time.Second || d.After(1<<40) != 5*time.Second {
		t.Error("there is no end to it")
	}
	for range 1000 {
		if w := d.Jittered(2); w < 0 || w >= 4*time.Second {
			t.Fatalf("by chance %v", w)
		}
	}
}
