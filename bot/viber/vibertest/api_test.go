package vibertest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot/viber/vibertest"
)

func TestToken(t *testing.T) {
	s := vibertest.Start(t, vibertest.Options{Token: "right"})
	tests := []struct{ name, header, body, want string }{
		{"header", "right", `{}`, `"status":0`},
		{"field", "", `{"auth_token":"right"}`, `"status":0`},
		{"wrong header", "wrong", `{}`, `"status":2`},
		{"wrong header, right field", "wrong", `{"auth_token":"right"}`, `"status":2`},
		{"wrong field", "", `{"auth_token":"wrong"}`, `"status":2`},
		{"none", "", `{}`, `missing_auth_token`},
	}
	for _, tt := range tests {
		if code, got := post(t, s.URL()+"get_account_info", tt.header, tt.body); code != 200 || !strings.Contains(string(got), tt.want) {
			t.Errorf("%s: HTTP %d %s", tt.name, code, got)
		}
	}
	if code, _ := post(t, s.URL()+"edit_message", "right", `{}`); code != http.StatusNotFound {
		t.Errorf("a method that Viber has not: HTTP %d", code)
	}
}

func TestSetWebhook(t *testing.T) {
	s := vibertest.Start(t, vibertest.Options{})
	s.Person("A=", "Іван", "uk")
	if got := call(t, s, "send_message", text("")); got.Status != 10 {
		t.Errorf("without a webhook: %+v", got)
	}
	for name, body := range map[string]string{
		"plain http":  `{"url":"http://bot.example/viber"}`,
		"no listener": `{"url":"http://127.0.0.1:1/viber"}`,
		"no address":  `{"url":"viber"}`,
	} {
		if got := call(t, s, "set_webhook", body); got.Status != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := call(t, s, "set_webhook", `{}`); got.Status != 4 {
		t.Errorf("without url: %+v", got)
	}
	var h hook
	with := start(t, vibertest.Options{}, &h)
	if got := call(t, with, "set_webhook", `{"url":"`+h.url+`","event_types":["surprise"]}`); got.Status != 3 {
		t.Errorf("unknown event type: %+v", got)
	}
	h.answer = func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) }
	if got := call(t, with, "set_webhook", `{"url":"`+h.url+`"}`); got.Status != 1 || !strings.Contains(got.Message, "201") {
		t.Errorf("answered by 201: %+v", got)
	}
	if kinds := h.kinds(); len(kinds) != 1 || kinds[0] != "webhook" {
		t.Errorf("callbacks %v", kinds)
	}
}

func TestSendMessageChecks(t *testing.T) {
	key := func(button string) string {
		return text(`,"keyboard":{"Type":"keyboard","Buttons":[` + button + `]}`)
	}
	of := func(rest string) string { return `{"receiver":"A=","sender":{"name":"Бот"},` + rest + `}` }
	rich := func(fields string) string {
		return of(`"type":"rich_media","min_api_version":7,"rich_media":{"Type":"rich_media",` + fields + `}`)
	}
	tests := []struct {
		name, body string
		want       int
	}{
		{"text", text(""), 0},
		{"not JSON", `{`, 3},
		{"broken UTF-8", "{\"receiver\":\"A=\",\"x\":\"\xff\"}", 3},
		{"an array", `[]`, 3},
		{"30 KB", text(`,"x":"` + strings.Repeat("x", 30<<10) + `"`), 3},
		{"no receiver", `{"sender":{"name":"Бот"},"type":"text","text":"x"}`, 4},
		{"unknown receiver", strings.Replace(text(""), "A=", "Z=", 1), 5},
		{"receiver who only has Viber", strings.Replace(text(""), "A=", "B=", 1), 6},
		{"no sender", `{"receiver":"A=","type":"text","text":"x"}`, 4},
		{"long sender", strings.Replace(text(""), "Бот", strings.Repeat("ї", 29), 1), 3},
		{"no type", of(`"text":"x"`), 4},
		{"odd type", of(`"type":"poll"`), 3},
		{"no text", of(`"type":"text"`), 4},
		{"empty text", of(`"type":"text","text":""`), 4},
		{"7000", of(`"type":"text","text":"` + strings.Repeat("ї", 7000) + `"`), 0},
		{"7001", of(`"type":"text","text":"` + strings.Repeat("ї", 7001) + `"`), 3},
		{"long tracking", text(`,"tracking_data":"` + strings.Repeat("x", 4001) + `"`), 3},
		{"picture", of(`"type":"picture","text":"","media":"https://x.example/1.jpg"`), 0},
		{"picture without text", of(`"type":"picture","media":"https://x.example/1.jpg"`), 4},
		{"picture with 513", of(`"type":"picture","text":"` + strings.Repeat("x", 513) + `","media":"https://x.example/1.jpg"`), 3},
		{"picture without media", of(`"type":"picture","text":""`), 4},
		{"picture of a path", of(`"type":"picture","text":"","media":"/1.jpg"`), 3},
		{"video", of(`"type":"video","media":"https://x.example/1.mp4","size":5`), 0},
		{"video without size", of(`"type":"video","media":"https://x.example/1.mp4"`), 4},
		{"file", of(`"type":"file","media":"https://x.example/1","size":5,"file_name":"a.pdf"`), 0},
		{"file without name", of(`"type":"file","media":"https://x.example/1","size":5`), 4},
		{"program", of(`"type":"file","media":"https://x.example/1","size":5,"file_name":"a.EXE"`), 3},
		{"contact", of(`"type":"contact","contact":{"name":"А","phone_number":"+380501234567"}`), 0},
		{"contact without phone", of(`"type":"contact","contact":{"name":"А"}`), 4},
		{"location", of(`"type":"location","location":{"lat":50.4,"lon":30.5}`), 0},
		{"location off the globe", of(`"type":"location","location":{"lat":91,"lon":30.5}`), 3},
		{"url", of(`"type":"url","media":"https://x.example"`), 0},
		{"sticker", of(`"type":"sticker","sticker_id":46105`), 0},
		{"sticker without id", of(`"type":"sticker"`), 4},
		{"rich media", of(`"type":"rich_media","min_api_version":7,"rich_media":{"Type":"rich_media","Buttons":[{"ActionBody":"a","Text":"a"}]}`), 0},
		{"rich media with a button of nothing", rich(`"Buttons":[{}]`), 4},
		{"rich media of another type", of(`"type":"rich_media","min_api_version":7,"rich_media":{"Type":"keyboard","Buttons":[{"ActionBody":"a","Text":"a"}]}`), 3},
		{"rich media of no buttons", rich(`"Buttons":[]`), 4},
		{"rich media of a block too high", rich(`"ButtonsGroupRows":8,"Buttons":[{"ActionBody":"a","Text":"a"}]`), 3},
		{"rich media of a block too wide", rich(`"ButtonsGroupColumns":7,"Buttons":[{"ActionBody":"a","Text":"a"}]`), 3},
		{"rich media with a wide button", rich(`"ButtonsGroupColumns":3,"Buttons":[{"Columns":4,"ActionBody":"a","Text":"a"}]`), 3},
		{"rich media with a hole", rich(`"Buttons":[{"Columns":3,"ActionBody":"a","Text":"a"}]`), 3},
		{"rich media with a hole before a block", rich(`"ButtonsGroupRows":2,"Buttons":[{"ActionBody":"a","Text":"a"},{"Rows":2,"ActionBody":"a","Text":"a"}]`), 3},
		{"rich media of six blocks", rich(`"ButtonsGroupRows":1,"Buttons":[` + strings.Repeat(`{"ActionBody":"a","Text":"a"},`, 5) + `{"ActionBody":"a","Text":"a"}]`), 0},
		{"rich media of seven", rich(`"ButtonsGroupRows":1,"Buttons":[` + strings.Repeat(`{"ActionBody":"a","Text":"a"},`, 6) + `{"ActionBody":"a","Text":"a"}]`), 3},
		{"rich media with other words beside", of(`"type":"rich_media","min_api_version":7,"alt_text":"` + strings.Repeat("ї", 7001) + `","rich_media":{"Type":"rich_media","Buttons":[{"ActionBody":"a","Text":"a"}]}`), 3},
		{"rich media for old clients", of(`"type":"rich_media","rich_media":{"Type":"rich_media","Buttons":[{"ActionBody":"a","Text":"a"}]}`), 14},
		{"version 11", text(`,"min_api_version":11`), 3},
		{"a keyboard alone", of(`"keyboard":{"Type":"keyboard","Buttons":[{"ActionBody":"x","Text":"x"}]}`), 0},
		{"keyboard without type", text(`,"keyboard":{"Buttons":[{"ActionBody":"x","Text":"x"}]}`), 4},
		{"keyboard without buttons", text(`,"keyboard":{"Type":"keyboard","Buttons":[]}`), 4},
		{"button", key(`{"Columns":6,"Rows":1,"ActionType":"reply","ActionBody":"x","Text":"x"}`), 0},
		{"columns in strings", key(`{"Columns":"3","ActionBody":"x","Text":"x"},{"Columns":"3","ActionBody":"x","Text":"x"}`), 0},
		{"a row of 5", key(`{"Columns":3,"ActionBody":"x","Text":"x"},{"Columns":2,"ActionBody":"x","Text":"x"}`), 3},
		{"a row of 7", key(`{"Columns":3,"ActionBody":"x","Text":"x"},{"Columns":4,"ActionBody":"x","Text":"x"}`), 3},
		{"7 columns", key(`{"Columns":7,"ActionBody":"x","Text":"x"}`), 3},
		{"3 rows", key(`{"Rows":3,"ActionBody":"x","Text":"x"}`), 3},
		{"25 rows", key(strings.TrimSuffix(strings.Repeat(`{"ActionBody":"x","Text":"x"},`, 25), ",")), 3},
		{"no body", key(`{"Text":"x"}`), 4},
		{"no text on it", key(`{"ActionBody":"x"}`), 4},
		{"label of 251", key(`{"ActionBody":"x","Text":"` + strings.Repeat("ї", 251) + `"}`), 3},
		{"label with HTML", key(`{"ActionBody":"x","Text":"<font color=\"#000000\"><b>x</b></font><br/>"}`), 0},
		{"label with a script", key(`{"ActionBody":"x","Text":"<script>x</script>"}`), 3},
		{"odd action", key(`{"ActionType":"dance","ActionBody":"x","Text":"x"}`), 3},
		{"link", key(`{"ActionType":"open-url","ActionBody":"https://x.example","Text":"x"}`), 0},
		{"link to nowhere", key(`{"ActionType":"open-url","ActionBody":"x","Text":"x"}`), 3},
		{"phone for old clients", key(`{"ActionType":"share-phone","ActionBody":"x","Text":"x"}`), 3},
		{"phone", text(`,"min_api_version":3,"keyboard":{"Type":"keyboard","Buttons":[{"ActionType":"share-phone","ActionBody":"x","Text":"x"}]}`), 0},
		{"input field for old clients", text(`,"min_api_version":3,"keyboard":{"Type":"keyboard","InputFieldState":"regular","Buttons":[{"ActionBody":"x","Text":"x"}]}`), 14},
		{"input field", text(`,"min_api_version":4,"keyboard":{"Type":"keyboard","InputFieldState":"regular","Buttons":[{"ActionBody":"x","Text":"x"}]}`), 0},
		{"odd colour", text(`,"keyboard":{"Type":"keyboard","BgColor":"red","Buttons":[{"ActionBody":"x","Text":"x"}]}`), 3},
		{"too new for the person", strings.Replace(text(`,"min_api_version":7`), "A=", "C=", 1), 13},
	}
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	s.Person("B=", "Без чату", "uk")
	s.Person("C=", "Старий", "uk").APIVersion(2).Write("так")
	good := 0
	for _, tt := range tests {
		got := call(t, s, "send_message", tt.body)
		if got.Status != tt.want || (got.Token > 1<<53) != (tt.want == 0) {
			t.Errorf("%s: %+v, want status %d", tt.name, got, tt.want)
		}
		if tt.want == 0 {
			good++
		}
	}
	if got := p.Messages(); len(got) != good {
		t.Errorf("%d messages arrived, %d were fine", len(got), good)
	}
	if got := s.Refused(); len(got) != len(tests)-good {
		t.Errorf("%d calls are recorded as refused, of %d", len(got), len(tests)-good)
	}
}

func TestHourlyLimit(t *testing.T) {
	now := time.Date(2025, 11, 21, 12, 0, 0, 0, time.UTC)
	var h hook
	s, p := writing(t, vibertest.Options{HourlyLimit: 2, Now: func() time.Time { return now }}, &h)
	want := func(status int) {
		t.Helper()
		if got := call(t, s, "send_message", text("")); got.Status != status {
			t.Errorf("status %d, want %d", got.Status, status)
		}
	}
	want(0)
	want(0)
	want(12)
	p.Write("ще")
	want(0)
	want(0)
	want(12)
	drained(t, s) // nothing reads the clock while it moves
	now = now.Add(time.Hour)
	want(0)
	drained(t, s)
}

func TestBroadcast(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	s.Person("B=", "Без чату", "uk")
	c := s.Person("C=", "Оля", "uk")
	c.Write("так")
	body := func(list string) string {
		return `{"broadcast_list":` + list + `,"sender":{"name":"Бот"},"type":"text","text":"replace_me_with_user_name, вітаємо"}`
	}
	got := call(t, s, "broadcast_message", body(`["A=","B=","Z=","C="]`))
	if got.Status != 0 || fmt.Sprint(got.Failed) != "[{B= 6} {Z= 5}]" {
		t.Errorf("answer %+v", got)
	}
	if a, c := p.Messages()[0], c.Messages()[0]; a.Token != c.Token || a.Token != got.Token || a.Text != "Іван, вітаємо" || c.Text != "Оля, вітаємо" {
		t.Errorf("messages %+v and %+v", a, c)
	}
	for list, want := range map[string]int{`[]`: 3, `"A="`: 3, `["` + strings.Repeat(`A=","`, 300) + `A="]`: 3} {
		if got := call(t, s, "broadcast_message", body(list)); got.Status != want {
			t.Errorf("list of %d bytes: %+v", len(list), got)
		}
	}
}

func TestOtherCalls(t *testing.T) {
	var h hook
	s, _ := writing(t, vibertest.Options{}, &h)
	for i, want := range []int{0, 0, 12} {
		if got := call(t, s, "get_user_details", `{"id":"A="}`); got.Status != want {
			t.Errorf("details %d: %+v", i, got)
		}
	}
	if got := call(t, s, "get_user_details", `{"id":"Z="}`); got.Status != 5 {
		t.Errorf("details of nobody: %+v", got)
	}
	if _, got := post(t, s.URL()+"get_online", s.Token(), `{"ids":["A=","Z="]}`); strings.Count(string(got), "online_status_message") != 2 {
		t.Errorf("online: %s", got)
	}
}

func TestFaults(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	s.NextSend("A=", vibertest.Refuse(7), vibertest.HTML(), vibertest.HTTP(502, "bad"), vibertest.CutAfterAccept(), vibertest.Fault{Quoted: true})
	for i, want := range []struct {
		code  int
		part  string
		shown int
	}{
		{200, `"status":7`, 0}, {200, "<html>", 0}, {502, "bad", 0}, {0, "EOF", 1}, {200, `"status":"0"`, 2}, {200, `"status":0`, 3},
	} {
		code, got := post(t, s.URL()+"send_message", s.Token(), text(""))
		if code != want.code || !strings.Contains(string(got), want.part) || len(p.Messages()) != want.shown {
			t.Errorf("call %d: HTTP %d %s, %d messages", i, code, got, len(p.Messages()))
		}
	}
	if got := s.Refused(); len(got) != 0 {
		t.Errorf("faults count as refused: %+v", got)
	}
}
