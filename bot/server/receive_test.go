package server

import (
	"testing"

	"visnyk/bot"
)

// A channel with a door of its own has the same commits, and learns whether the
// update was new, or that nothing is promised.
func TestReceive(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, nil)
	u := bot.Update{Bot: "webchat", ID: "chat/1", Chat: "chat", Payload: []byte("{}")}
	for _, want := range []bool{true, false} {
		fresh, err := w.Receive(t.Context(), u)
		if err != nil || fresh != want {
			t.Errorf("fresh %v, %v; want %v", fresh, err, want)
		}
	}
	if got, ok := inbox.all()["webchat/chat/1"]; !ok || got.Greeted {
		t.Errorf("the inbox has %v", inbox.all())
	}
	inbox.fail(errDown)
	u.ID = "chat/2"
	if _, err := w.Receive(t.Context(), u); err == nil {
		t.Error("what was not committed is acknowledged")
	}
	for result, want := range map[string]float64{"stored": 1, "duplicate": 1, "unavailable": 1} {
		if got := w.figure(t, "visnyk_updates_total", "webchat", result); got != want {
			t.Errorf("%s: %g, want %g", result, got, want)
		}
	}
}
