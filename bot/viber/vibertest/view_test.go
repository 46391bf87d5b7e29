package vibertest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot/viber/vibertest"
)

// TestThread shows both sides of a chat as the person sees them.
func TestThread(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[`+
		`{"ActionBody":"#1~yes","Text":"Так","Silent":true},{"ActionBody":"Ні","Text":"Ні"}]}`))
	for _, label := range []string{"Так", "Ні"} {
		if _, err := p.Press(label); err != nil {
			t.Fatal(err)
		}
	}
	drained(t, s)
	var shown []string
	for _, l := range p.Thread() {
		switch {
		case l.Bot:
			shown = append(shown, "бот: "+l.Message.Text)
		case l.Arrived:
			shown = append(shown, l.Sent.Text)
		default:
			shown = append(shown, "не дійшло: "+l.Sent.Text)
		}
	}
	if got := strings.Join(shown, " | "); got != "так | бот: Привіт | Ні" {
		t.Errorf("shown: %s", got)
	}
}

// TestOldClient shows the body of a silent button, as clients do that do not know
// the field.
func TestOldClient(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{NoReceipts: true}, &h)
	for _, level := range []int{1, 5, 6, 10} {
		p.APIVersion(level)
		call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"Так ·#1~yes","Text":"Так","Silent":true}]}`))
		if _, err := p.Press("Так"); err != nil {
			t.Fatal(err)
		}
		drained(t, s)
		all := p.Thread()
		if last := all[len(all)-1]; (!last.Bot && last.Sent.Text == "Так ·#1~yes") != (level < 6) {
			t.Errorf("level %d shows last %+v", level, last)
		}
	}
}

// TestStays has buttons that stay be pressed after something else was said, unlike those of
// a keyboard, and shows them beneath the words that they belong to.
func TestStays(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{NoReceipts: true}, &h)
	call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"0","Text":"Зараз"}]}`))
	call(t, s, "send_message", strings.Replace(text(`,"min_api_version":7,"alt_text":"Потім","rich_media":{"Type":"rich_media","ButtonsGroupRows":1,"Buttons":[`+
		`{"ActionBody":"Потім ·#0~later","Text":"Потім","Silent":true}]},"keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"Меню","Text":"Меню"}]}`), `"type":"text","text":"Привіт"`, `"type":"rich_media"`, 1))
	if shown := vibertest.Read(p.Messages()); len(shown) != 1 || strings.Join(shown[0].Labels(), " ") != "Потім Меню" || shown[0].Text != "Привіт" {
		t.Errorf("shown: %+v", shown)
	}
	call(t, s, "send_message", text(""))
	for label, works := range map[string]bool{"Зараз": false, "Меню": false, "Потім": true} {
		if _, err := p.Press(label); (err == nil) != works {
			t.Errorf("%s: %v", label, err)
		}
	}
	drained(t, s)
	if got := h.kinds(); got[len(got)-1] != "message" {
		t.Errorf("the bot hears %v", got)
	}
	if n := len(s.Refused()); n > 0 {
		t.Errorf("%d refusals: %+v", n, s.Refused())
	}
}

// TestKeyboardRefusal speaks as Viber does.
func TestKeyboardRefusal(t *testing.T) {
	var h hook
	s, _ := writing(t, vibertest.Options{}, &h)
	call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[{"ActionType":"share-phone","ActionBody":"x","Text":"x"}]}`))
	call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[{"Columns":7,"ActionBody":"x","Text":"x"}]}`))
	want := []string{`keyboard is not valid. [instance value ("share-phone") not found in enum (possible values: ["reply","open-url",""])]`, `keyboard is not valid. [Columns`}
	for i, r := range s.Refused() {
		if r.Status != 3 || !strings.HasPrefix(r.Reason, want[i]) {
			t.Errorf("refused with %d %s", r.Status, r.Reason)
		}
	}
	if len(s.Refused()) != 2 {
		t.Errorf("%d refusals", len(s.Refused()))
	}
}

// TestNotArrived keeps the mark away from what the bot did not acknowledge.
func TestNotArrived(t *testing.T) {
	var h hook
	h.answer = func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	s := start(t, vibertest.Options{Retry: []time.Duration{}}, &h)
	p := s.Person("A=", "Іван", "uk")
	p.Write("чутно?")
	drained(t, s)
	if l := p.Thread(); len(l) != 1 || l[0].Arrived {
		t.Errorf("thread %+v", l)
	}
}

// TestTwice delivers one callback of what the person does two times.
func TestTwice(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{NoReceipts: true}, &h)
	p.Twice(true)
	if !p.Doubled() {
		t.Error("not switched on")
	}
	p.Write("двічі")
	p.Write("раз")
	p.Twice(true).Twice(false).Write("знову раз")
	drained(t, s)
	all := strings.Join(h.got(), "\n")
	for text, want := range map[string]int{`"двічі"`: 2, `"раз"`: 1, `"знову раз"`: 1} {
		if n := strings.Count(all, text); n != want {
			t.Errorf("%s came %d times, want %d", text, n, want)
		}
	}
	if p.Doubled() {
		t.Error("still switched on")
	}
}

// TestMute takes the message and never answers; what waits can be healed.
func TestMute(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	s.NextSend("A=", vibertest.Mute(), vibertest.Refuse(6))
	if n := s.Scripted("A="); n != 2 {
		t.Errorf("%d faults wait, want 2", n)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		post(t, s.URL()+"send_message", s.Token(), text("")) // ends with the fake
	}()
	if _, err := s.WaitMessages(timeout(t), "A=", 1); err != nil {
		t.Error(err)
	}
	if n, unread := s.Scripted("A="), p.Unread(); n != 1 || unread != 1 {
		t.Errorf("%d faults wait, %d messages unread", n, unread)
	}
	s.Heal("A=")
	if got := call(t, s, "send_message", text("")); got.Status != 0 {
		t.Errorf("healed: %+v", got)
	}
	s.Close()
	<-gone
}

// TestJump makes tokens that a fake before this one has not given.
func TestJump(t *testing.T) {
	var h hook
	s := start(t, vibertest.Options{}, &h)
	s.Person("A=", "Іван", "uk").Join()
	before := call(t, s, "send_message", text("")).Token
	s.Jump(1000)
	if after := call(t, s, "send_message", text("")).Token; after < before+1000 {
		t.Errorf("token %d after %d", after, before)
	}
	drained(t, s)
}
