package main

import "testing"

// What was lost, doubled and out of order is told apart.
func TestHearing(t *testing.T) {
	want := []uint32{1, 2, 1, 3}
	for _, c := range []struct {
		got  []uint32
		want hearing
	}{
		{[]uint32{1, 2, 1, 3}, hearing{messages: 4}},
		{[]uint32{1, 2, 3}, hearing{messages: 3, lost: 1}},
		{[]uint32{1, 2, 1, 3, 3}, hearing{messages: 5, doubled: 1}},
		{[]uint32{1, 1, 2, 3}, hearing{messages: 4, disordered: 1}},
		{[]uint32{1, 2, 2, 3}, hearing{messages: 4, lost: 1, doubled: 1}},
		{nil, hearing{lost: 4}},
	} {
		var h hearing
		if h.add(c.got, want); h != c.want {
			t.Errorf("%v: %+v, want %+v", c.got, h, c.want)
		}
	}
}

// A message's mark is of its text, whatever stands in it, and of no button's.
func TestText(t *testing.T) {
	for message, want := range map[string]string{
		`{"chat_id":1,"text":"a\"b\\","reply_markup":{"inline_keyboard":[[{"text":"c"}]]}}`: `a\"b\\`,
		`{"chat_id":1}`: "",
	} {
		if got := string(text([]byte(message))); got != want {
			t.Errorf("%s: %s, want %s", message, got, want)
		}
	}
}
