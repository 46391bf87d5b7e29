package channeltest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"visnyk/bot"
)

// forged: nobody gets in without the secret, and the genuine does.
func forged(t *testing.T, c Case) {
	w := c.New(t)
	r, _ := w.written(t, "Привіт")
	if err := w.Channel.Admit(bot.Request{Method: r.Method, URL: r.URL, Header: r.Header}); err != nil {
		t.Fatalf("Admit refuses the genuine: %v", err)
	}
	secret := c.secret(r)
	with := func(values ...string) bot.Request { return c.with(r, values...) }
	last := byte('0')
	if secret[len(secret)-1] == last {
		last = '1'
	}
	tests := map[string]bot.Request{
		"none":      with(),
		"empty":     with(""),
		"twice":     with(secret, secret),
		"and a bad": with(secret, "x"),
		"cut":       with(secret[:len(secret)-1]),
		"longer":    with(secret + "0"),
		"altered":   with(secret[:len(secret)-1] + string(last)),
		"in a list": with(secret + "," + secret),
		"with sha":  with("sha256=" + secret),
		"bare":      {Method: r.Method, URL: &url.URL{Path: r.URL.Path}, Header: http.Header{}, Body: r.Body},
	}
	for name, forged := range tests {
		if in, reply, err := w.Channel.Accept(forged); !errors.Is(err, bot.ErrForged) || in != nil || reply != nil {
			t.Errorf("%s: Accept gives %v, %v, %v", name, in, reply, err)
		} else if leaks(c, err) {
			t.Errorf("%s: the error tells the secret", name)
		}
		if err := w.Channel.Admit(forged); err != nil && !errors.Is(err, bot.ErrForged) {
			t.Errorf("%s: Admit gives %v", name, err)
		}
	}
	if c.Signs {
		for _, body := range [][]byte{append(bytes.Clone(r.Body), ' '), r.Body[:len(r.Body)-1], nil, bytes.Replace(r.Body, []byte("1"), []byte("2"), 1)} {
			forged := r
			forged.Body = body
			if _, _, err := w.Channel.Accept(forged); !errors.Is(err, bot.ErrForged) {
				t.Errorf("tampered body: Accept gives %v", err)
			}
		}
	}
	if w.Channel.Admit(bot.Request{Method: r.Method, URL: &url.URL{Path: r.URL.Path}, Header: http.Header{}}) == nil {
		t.Error("Admit lets in what has no header at all")
	}
}

// identity: the same bytes are the same update, other bytes another.
func identity(t *testing.T, c Case) {
	w := c.New(t)
	r, first := w.written(t, "раз")
	redelivered := r
	redelivered.Body = bytes.Clone(r.Body)
	if again, _, err := w.Channel.Accept(redelivered); err != nil || !reflect.DeepEqual([]bot.Update{first}, again) {
		t.Errorf("a redelivery gives %+v, %v; was %+v", again, err, first)
	}
	if _, other := w.written(t, "раз"); other.ID == first.ID {
		t.Errorf("two messages share the id %s", other.ID)
	}
	if first.Bot != w.Channel.Name() || first.Chat != w.Chat || !bytes.Equal(first.Payload, r.Body) {
		t.Errorf("update of %s in %s, want %s in %s; payload kept: %v", first.Bot, first.Chat, w.Channel.Name(), w.Chat, bytes.Equal(first.Payload, r.Body))
	}
	if name := w.Channel.Name(); name == "" || strings.ContainsAny(name, ":/ ") {
		t.Errorf("the name %q makes no address", name)
	}
}

// secretWords stand in hostile bodies and must not come back in an error.
const secretWords = "таємниця4815162342"

// hostile: authentic garbage is kept or read, and never an error or a panic.
func hostile(t *testing.T, c Case) {
	w := c.New(t)
	r, _ := w.written(t, secretWords)
	bodies := [][]byte{
		nil, []byte(" "), []byte("null"), []byte("[]"), []byte(`"x"`), []byte("{}"), []byte("123"), []byte("-0"), []byte("true"), []byte("{"), []byte("}"),
		[]byte("\xff\xfe{\x00}\x00"), []byte("<html>" + secretWords), []byte(`{"a":1e400}`), []byte(`{"a":"\ud800"}`), []byte(`{"":{}}`), []byte("a=b&c=d"),
		[]byte(strings.Repeat("[", 100_000)), []byte(strings.Repeat(`{"a":`, 100_000)), []byte(strings.Repeat("[", 9000) + strings.Repeat("]", 9000)),
		[]byte(`{"a":` + strings.Repeat("9", 100_000) + `}`), bytes.Repeat([]byte(" "), 200_000), make([]byte, 1000),
	}
	for _, genuine := range append([][]byte{r.Body}, c.Genuine...) {
		bodies = append(bodies, spoiled(genuine)...)
	}
	for _, body := range bodies {
		read := func(body []byte) time.Duration {
			began := time.Now()
			survives(t, c, w, r, body)
			return time.Since(began)
		}
		took := read(body)
		if took < 2*time.Second {
			continue // of whatever growth
		}
		// The machine may be slow; what grows evenly takes four times a quarter, what
		// grows by the square sixteen.
		took = min(took, read(body), read(body))
		quarter := body[:len(body)/4]
		if part := min(read(quarter), read(quarter), read(quarter)); took > 2*time.Second && took > 10*part {
			t.Errorf("%v for %.60q, a quarter of it %v", took, body, part)
		}
	}
}

// survives takes one authentic body all the way in.
func survives(t *testing.T, c Case, w World, genuine bot.Request, body []byte) {
	t.Helper()
	defer func() {
		if thrown := recover(); thrown != nil {
			t.Errorf("panic %v for %.300q", thrown, body)
		}
	}()
	r := c.signed(genuine, body)
	in, reply, err := w.Channel.Accept(r)
	if err != nil {
		t.Errorf("authentic and refused: %v for %.300q", err, body)
		return
	}
	r.Body = bytes.Clone(body)
	again, same, _ := w.Channel.Accept(r)
	if !reflect.DeepEqual(in, again) || !reflect.DeepEqual(reply, same) {
		t.Errorf("accepted twice, %+v, %+v and %+v, %+v", in, reply, again, same)
	}
	checkReply(t, in, reply, body)
	for _, u := range in {
		checkUpdate(t, w, u, len(in) == 1, body)
	}
}

// checkReply checks what the door relies on in an answer of the channel's own.
func checkReply(t *testing.T, in []bot.Update, reply *bot.Reply, body []byte) {
	t.Helper()
	if reply == nil {
		return
	}
	if reply.Status != 0 && (reply.Status < 200 || reply.Status > 299) {
		t.Errorf("authentic and answered %d: %.300q", reply.Status, body)
	}
	if reply.Type == "application/json" && !json.Valid(reply.Body) {
		t.Errorf("reply %q for %.300q", reply.Body, body)
	}
	if reply.Greets && (len(in) != 1 || in[0].Defect != "") {
		t.Errorf("greets nobody: %+v for %.300q", in, body)
	}
}

// checkUpdate checks one update of an authentic body, and what is inside. alone
// tells that the body brought no other.
func checkUpdate(t *testing.T, w World, u bot.Update, alone bool, body []byte) {
	t.Helper()
	for what, s := range map[string]string{"id": u.ID, "chat": u.Chat} {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > 255 {
			t.Errorf("%s %.300q is not for a key, from %.300q", what, s, body)
		}
	}
	if u.ID == "" || u.Bot != w.Channel.Name() || alone && !bytes.Equal(u.Payload, body) {
		t.Errorf("update %.300q of %s for %.300q", u.ID, u.Bot, body)
	}
	if strings.Contains(u.Defect, secretWords) {
		t.Errorf("the defect repeats the content: %s", u.Defect)
	}
	events, err := w.Channel.Decode(u)
	if u.Defect != "" && err == nil {
		t.Errorf("no envelope at the door, and understood inside: %.300q", body)
	}
	if u.Defect == "" && err != nil && u.Chat == "" {
		t.Errorf("not understood, and the door does not know whose it is: %v for %.300q", err, body)
	}
	if err != nil && strings.Contains(err.Error(), secretWords) {
		t.Errorf("the error repeats the content: %v", err)
	}
	for _, e := range events {
		checkEvent(t, w, u, e)
	}
	decode(t, w.Channel, u)
}

// checkEvent checks what storage and flows rely on in every event.
func checkEvent(t *testing.T, w World, u bot.Update, e bot.Event) {
	t.Helper()
	if e.Kind == "" || e.From.Bot != w.Channel.Name() {
		t.Errorf("event %q of %+v", e.Kind, e.From)
	}
	if e.Kind != bot.Ignored && (e.From.Chat == "" || e.From.Chat != u.Chat) {
		t.Errorf("event %q of chat %q in an update of chat %q", e.Kind, e.From.Chat, u.Chat)
	}
	if e.Kind == bot.Tapped && e.Press == nil || e.Kind == bot.Attached && e.Attachment == nil {
		t.Errorf("event %q without what it tells: %+v", e.Kind, e)
	}
	flat, err := json.Marshal(e)
	if err != nil {
		t.Errorf("event %q is not JSON: %v", e.Kind, err)
	}
	if !utf8.ValidString(e.Text) || strings.ContainsRune(e.Text, 0) || bytes.Contains(flat, []byte(`\u0000`)) {
		t.Errorf("event with dirt: %.300s", flat)
	}
}

// decode decodes twice and compares.
func decode(t *testing.T, ch bot.Channel, u bot.Update) []bot.Event {
	t.Helper()
	before := bytes.Clone(u.Payload)
	first, err1 := ch.Decode(u)
	second, err2 := ch.Decode(u)
	if !reflect.DeepEqual(first, second) || fmt.Sprint(err1) != fmt.Sprint(err2) {
		t.Errorf("decoded twice: %+v, %v and %+v, %v", first, err1, second, err2)
	}
	if !bytes.Equal(before, u.Payload) {
		t.Error("Decode changed the payload")
	}
	return first
}

// textsIn: what a person writes comes in as it is.
func textsIn(t *testing.T, c Case) {
	w := c.New(t)
	for _, text := range []string{
		"Привіт", "Як справи?\nДругий рядок", "👨‍👩‍👧 🇺🇦", "שלום 5", "<b>x</b> & <script>", `"\`, "{{name}}", "%s%n", "'; DROP TABLE inbox; --",
		strings.Repeat("ї", 4096), "1~menu", "#", "~", "ё", "e\u0301",
	} {
		_, u := w.written(t, text)
		e := w.event(t, u)
		if e.Kind != bot.Typed || e.Text != text || e.From != (bot.Address{Bot: w.Channel.Name(), Chat: w.Chat}) {
			t.Errorf("%.60q comes in as %s %.60q from %v", text, e.Kind, e.Text, e.From)
		}
		if e.At.IsZero() || !e.Inbound() {
			t.Errorf("%.60q: at %v", text, e.At)
		}
	}
}
