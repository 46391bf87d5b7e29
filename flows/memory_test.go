package flows

import "testing"

// The newest stay, however many come; one that is asked for stays among them.
func TestMemory(t *testing.T) {
	m := NewMemory[int, int](3)
	read := 0
	once := func(k int) {
		t.Helper()
		if got := m.Once(k, func() int { read++; return 10 * k }); got != 10*k {
			t.Fatalf("%d is remembered as %d", k, got)
		}
	}
	for k := range 100 {
		once(0)
		once(k)
		once(k)
	}
	if read != 100 {
		t.Errorf("%d were read, there are 100", read)
	}
	once(1)
	if read != 101 {
		t.Error("what was asked for long ago is still known")
	}
	if n := len(m.newer) + len(m.older); n > 6 {
		t.Errorf("%d are kept", n)
	}
	var none *Memory[int, int]
	if none.Once(1, func() int { return 2 }) != 2 {
		t.Error("no memory reads nothing")
	}
}
