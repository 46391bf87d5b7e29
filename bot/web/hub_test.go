package web

import (
	"errors"
	"slices"
	"strconv"
	"testing"
)

func join(t *testing.T, h *Hub, owner, client string, keys ...string) *Listener {
	t.Helper()
	l, err := h.Join(owner, client, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestHub(t *testing.T) {
	h := NewHub(StreamCaps{})
	both := join(t, h, "a", "", "one", "two")
	one := join(t, h, "b", "", "one")
	h.Tell("one", "x")
	h.Tell("one", "y")
	h.Tell("one", "x")
	h.Tell("two", "z")
	h.Tell("three", "nobody's")
	if n := both.take(); !slices.Equal(n.Notes, []string{"x", "y", "z"}) || n.All {
		t.Errorf("it heard %v", n)
	}
	if n := one.take(); !slices.Equal(n.Notes, []string{"x", "y"}) || !n.Has("y") || n.Has("z") {
		t.Errorf("it heard %v", n)
	}
	if n := both.take(); n.Notes != nil || n.All {
		t.Errorf("it heard again %v", n)
	}
	h.TellAll()
	if !both.take().All || !one.take().All {
		t.Error("somebody need not look")
	}
	both.Leave()
	both.Leave()
	h.Tell("one", "late")
	if n := both.take(); n.Notes != nil {
		t.Errorf("it left and heard %v", n)
	}
	one.Leave()
	if len(h.keys)+len(h.all)+len(h.owners)+len(h.clients) != 0 {
		t.Errorf("it remembers %+v", h)
	}
}

// However much is told while nobody looks, little is kept and nothing is lost.
func TestHubIsBounded(t *testing.T) {
	h := NewHub(StreamCaps{})
	l := join(t, h, "a", "", "k")
	for i := range 10 * mostNotes {
		h.Tell("k", strconv.Itoa(i))
	}
	if n := l.take(); len(n.Notes) != mostNotes || !n.All {
		t.Errorf("%d notes, all %v", len(n.Notes), n.All)
	}
}

func TestHubCaps(t *testing.T) {
	h := NewHub(StreamCaps{All: 4, OfOwner: 2, OfClient: 2})
	join(t, h, "a", "1", "k")
	l := join(t, h, "a", "2", "k")
	full := func(what, owner, client string) {
		t.Helper()
		if _, err := h.Join(owner, client, "k"); !errors.Is(err, ErrStreams) {
			t.Errorf("%s: %v", what, err)
		}
	}
	full("a third of one owner", "a", "3")
	l.Leave()
	join(t, h, "b", "1", "k")
	full("a third of one client", "c", "1")
	join(t, h, "c", "", "k")
	join(t, h, "d", "", "k") // nobody can tell them apart
	full("a fifth of all", "e", "5")
	h.Close()
	h.Close()
	<-h.Done()
	if _, err := h.Join("f", "6", "k"); !errors.Is(err, ErrEnding) {
		t.Error(err)
	}
}
