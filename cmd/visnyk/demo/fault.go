package demo

import (
	"slices"
	"sync"
)

// The faults one can switch on.
const (
	tooMany = "429"     // the messenger asks to wait three seconds
	blocked = "blocked" // the person is gone
	timeout = "timeout" // the message arrives, the answer does not
	twice   = "twice"   // the next update comes two times
)

func faults() []string { return []string{tooMany, blocked, timeout, twice} }

// wait is what 429 asks for, in seconds.
const wait = 3

// fault is a switch as the page shows it.
type fault struct {
	Name string
	On   bool
}

// switches remember in which order faults were switched on for a chat, for the
// fakes know only how many are left.
type switches struct {
	mu sync.Mutex
	on map[string][]string // by chat
}

func newSwitches() *switches { return &switches{on: map[string][]string{}} }

// set switches a fault of the chat, of which so many are left, and gives all
// that shall go wrong from here on, in order.
func (s *switches) set(chat, name string, on bool, left int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.DeleteFunc(s.rest(chat, left), func(n string) bool { return n == name })
	if on {
		list = append(list, name)
	}
	s.on[chat] = list
	return list
}

// left returns the faults of the chat that did not happen yet.
func (s *switches) left(chat string, left int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rest(chat, left)
}

func (s *switches) rest(chat string, left int) []string {
	list := s.on[chat]
	return slices.Clone(list[max(0, len(list)-left):])
}

// shown returns the switches as they stand.
func shown(scripted []string, doubled bool) []fault {
	var list []fault
	for _, name := range faults() {
		on := slices.Contains(scripted, name)
		if name == twice {
			on = doubled
		}
		list = append(list, fault{name, on})
	}
	return list
}
