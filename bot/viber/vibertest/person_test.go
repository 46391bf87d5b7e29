package vibertest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot/viber/vibertest"
)

// TestCallbacks pins the callbacks byte for byte.
func TestCallbacks(t *testing.T) {
	at := time.UnixMilli(1457764197627)
	var h hook
	s := start(t, vibertest.Options{Now: func() time.Time { return at }, NoReceipts: true}, &h)
	p := s.Person("a+/=", "Іван <&>", "uk").Phone("380501234567")
	const who = `{"id":"a+/=","name":"Іван <&>","country":"UA","language":"uk","api_version":10}`
	const keyboard = `,"min_api_version":3,"tracking_data":"td","keyboard":{"Type":"keyboard","Buttons":[
		{"ActionBody":"#1~a","Text":"<b>Так</b> &amp; ні","Silent":true},
		{"ActionType":"share-phone","ActionBody":"x","Text":"Номер"},
		{"ActionType":"location-picker","ActionBody":"x","Text":"Місце"},
		{"ActionType":"open-url","ActionBody":"https://x.example","Text":"Сайт"}]}`
	press := func(label string) func() *vibertest.Delivery {
		return func() *vibertest.Delivery {
			d, err := p.Press(label)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
	}
	message := func(m string, silent bool) string {
		return fmt.Sprintf(`"chat_hostname":"SN-CHAT-03_","message_token":TOKEN,"sender":%s,"message":%s,"silent":%v}`, who, m, silent)
	}
	tests := []struct {
		do    func() *vibertest.Delivery
		event string
		want  string
	}{
		{func() *vibertest.Delivery { return p.Open("ref_1") }, "conversation_started", `"message_token":TOKEN,"type":"open","context":"ref_1","user":` + who + `,"subscribed":false}`},
		{func() *vibertest.Delivery { return p.Subscribe() }, "subscribed", `"user":` + who + `,"message_token":TOKEN}`},
		{func() *vibertest.Delivery { return p.Open("") }, "conversation_started", `"message_token":TOKEN,"type":"open","user":` + who + `,"subscribed":true}`},
		{func() *vibertest.Delivery { return p.Write("Доброго дня") }, "message", message(`{"type":"text","text":"Доброго дня"}`, false)},
		{func() *vibertest.Delivery { return p.SendPicture("https://x.example/1.jpg", "ось") }, "message", message(`{"type":"picture","text":"ось","media":"https://x.example/1.jpg","thumbnail":"https://x.example/1.jpg"}`, false)},
		{func() *vibertest.Delivery { return p.SendFile("https://x.example/1", "а.pdf", 7) }, "message", message(`{"type":"file","media":"https://x.example/1","file_name":"а.pdf","file_size":7}`, false)},
		{func() *vibertest.Delivery { return p.Sticker(46105) }, "message", message(`{"type":"sticker","sticker_id":46105}`, false)},
		{func() *vibertest.Delivery { return p.Contact("Оля", "+380") }, "message", message(`{"type":"contact","contact":{"name":"Оля","phone_number":"+380"}}`, false)},
		{func() *vibertest.Delivery { return p.Location(50.5, 30.25) }, "message", message(`{"type":"location","location":{"lat":50.5,"lon":30.25}}`, false)},
		{func() *vibertest.Delivery {
			if got := call(t, s, "send_message", strings.Replace(text(keyboard), "A=", "a+/=", 1)); got.Status != 0 {
				t.Fatalf("%+v", got)
			}
			return press("Так & ні")()
		}, "message", message(`{"type":"text","text":"#1~a","tracking_data":"td"}`, true)},
		{press("Номер"), "message", message(`{"type":"contact","contact":{"phone_number":"380501234567"},"tracking_data":"td"}`, false)},
		{press("Місце"), "message", message(`{"type":"location","location":{"lat":50.4501,"lon":30.5234},"tracking_data":"td"}`, false)},
		{func() *vibertest.Delivery { return p.Read() }, "seen", `"message_token":TOKEN,"user_id":"a+/="}`},
		{func() *vibertest.Delivery { return p.Leave() }, "unsubscribed", `"message_token":TOKEN,"user_id":"a+/="}`},
	}
	tokens := map[string]bool{}
	for i, tt := range tests {
		if _, err := tt.do().Wait(timeout(t)); err != nil {
			t.Fatal(err)
		}
		got := h.got()[i]
		_, rest, _ := strings.Cut(got, `"message_token":`)
		token := rest[:strings.IndexAny(rest, ",}")]
		if tokens[token] || len(token) != len("4912661846655238145") {
			t.Errorf("token %s", token)
		}
		tokens[token] = true
		want := `{"event":"` + tt.event + `","timestamp":1457764197627,` + strings.Replace(tt.want, "TOKEN", token, 1)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("callback %d (-want +got):\n%s", i, diff)
		}
	}
	if _, err := p.Press("Сайт"); err == nil {
		t.Error("a link told the bot something")
	}
	if d := p.Read(); len(d.Body) != 0 {
		t.Errorf("nothing to read, yet %s", d.Body)
	}
}

func TestReceipts(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	p.Devices(3)
	call(t, s, "send_message", text(""))
	drained(t, s)
	call(t, s, "send_message", text(""))
	drained(t, s)
	p.Read()
	p.Read()
	s.NextSend("A=", vibertest.FailLater("keyboard is broken"))
	call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"x","Text":"x"}]}`))
	drained(t, s)
	p.Write("моє")
	drained(t, s)
	want := []string{"delivered", "delivered", "delivered", "delivered", "delivered", "delivered", "seen", "failed", "message", "delivered", "delivered", "delivered"}
	if diff := cmp.Diff(want, h.kinds()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got := h.got()
	if !strings.Contains(got[7], `"desc":"keyboard is broken"`) || p.Keyboard() != nil {
		t.Errorf("failed: %s, keyboard %v", got[7], p.Keyboard())
	}
	newest := fmt.Sprint(p.Messages()[1].Token)
	if !strings.Contains(got[6], newest) || !strings.Contains(got[5], newest) {
		t.Errorf("seen %s, delivered %s, want token %s", got[6], got[5], newest)
	}
}

func TestReceiptBeforeAnswer(t *testing.T) { // E96
	var h hook
	s := start(t, vibertest.Options{ReceiptsFirst: true}, &h)
	s.Person("A=", "Іван", "uk").Write("так")
	got := call(t, s, "send_message", text(""))
	kinds := h.kinds()
	if last := h.got()[len(kinds)-1]; kinds[len(kinds)-1] != "delivered" || !strings.Contains(last, fmt.Sprint(got.Token)) {
		t.Errorf("when the answer came, the callbacks were %v, the last %s", kinds, last)
	}
}

func TestNewKeyboardReplacesTheOld(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	if _, err := p.Press("x"); err == nil {
		t.Error("pressed without a keyboard")
	}
	call(t, s, "send_message", text(`,"keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"x","Text":"Так"}]}`))
	if got := p.Messages()[0].Labels(); !slices.Equal(got, []string{"Так"}) {
		t.Errorf("labels %v", got)
	}
	if _, err := p.Press("Ні"); err == nil {
		t.Error("pressed what is not there")
	}
	call(t, s, "send_message", text(""))
	if _, err := p.Press("Так"); err == nil {
		t.Error("pressed what is gone")
	}
}

func TestWelcome(t *testing.T) {
	const good = `{"sender":{"name":"Бот"},"type":"text","text":"Вітаємо","keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"x","Text":"Так"}]}}`
	for name, tt := range map[string]struct {
		body    string
		refused int
	}{
		"good":           {good, 0},
		"none":           {"", 0},
		"receiver":       {strings.Replace(good, "{", `{"receiver":"A=",`, 1), 3},
		"token":          {strings.Replace(good, "{", `{"auth_token":"x",`, 1), 3},
		"page":           {"<html>", 3},
		"without sender": {`{"type":"text","text":"Вітаємо"}`, 4},
		"a row of 5":     {strings.Replace(good, `"Text":"Так"`, `"Text":"Так","Columns":5`, 1), 3},
	} {
		t.Run(name, func(t *testing.T) {
			h := hook{answer: func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tt.body) }}
			s := start(t, vibertest.Options{}, &h)
			p := s.Person("A=", "Іван", "uk")
			a, err := p.Open("").Wait(timeout(t))
			if err != nil || string(a.Body) != tt.body {
				t.Fatalf("answer %q, error %v", a.Body, err)
			}
			got, refused := p.Messages(), s.Refused()
			if name == "good" && (len(got) != 1 || !got[0].Welcome || string(got[0].Raw) != good || p.Keyboard() == nil) || name != "good" && len(got) != 0 {
				t.Errorf("messages %+v", got)
			}
			if (len(refused) == 1) != (tt.refused != 0) || len(refused) == 1 && refused[0].Status != tt.refused {
				t.Errorf("refused %+v", refused)
			}
			if p.Subscribed() {
				t.Error("opening the chat subscribed the person")
			}
			if got := call(t, s, "send_message", text("")); got.Status != 6 {
				t.Errorf("a message after the welcome: %+v", got)
			}
		})
	}
}

func TestWaitMessages(t *testing.T) {
	var h hook
	s, _ := writing(t, vibertest.Options{}, &h)
	done := make(chan error, 1)
	go func() {
		got, err := s.WaitMessages(timeout(t), "A=", 2)
		if len(got) < 2 && err == nil {
			err = errors.New("too early")
		}
		done <- err
	}()
	call(t, s, "send_message", text(""))
	call(t, s, "send_message", text(""))
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(timeout(t))
	cancel()
	if got, err := s.WaitMessages(ctx, "A=", 3); !errors.Is(err, context.Canceled) || len(got) != 2 {
		t.Errorf("%d messages, error %v", len(got), err)
	}
}
