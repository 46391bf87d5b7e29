package bot

import "testing"

// The embargo: nothing of a change is told to customers before it is announced, and nothing
// of it is a secret once it was.
func TestWhatTheStateOfAChangeOpens(t *testing.T) {
	type opens struct{ told, public, open, locked bool }
	want := map[ChangeState]opens{
		ChangeDraft:     {open: true},
		ChangeReview:    {open: true},
		ChangeApproved:  {open: true, locked: true},
		ChangeAnnounced: {told: true, public: true, locked: true},
		ChangeClosed:    {public: true, locked: true},
		ChangeWithdrawn: {},
		ChangeReplaced:  {},
	}
	for _, s := range ChangeStates() {
		c := Change{State: s}
		if got := (opens{c.Told(), c.Public(), s.Open(), s.Locked()}); got != want[s] {
			t.Errorf("%s: %+v, want %+v", s, got, want[s])
		}
	}
}
