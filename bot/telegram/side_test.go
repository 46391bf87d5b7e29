package telegram_test

import (
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/channeltest"
	"visnyk/bot/telegram/telegramtest"
)

// TestSideFields replaces each field of an update, and of each object in it, by
// each odd value: what the person said or did arrives all the same, unless the
// field is what says it.
func TestSideFields(t *testing.T) {
	const head = `"message_id":1365,"date":1763740800,"chat":{"id":1111111,"type":"private","first_name":"Олена","username":"olena"},` +
		`"from":{"id":1111111,"is_bot":false,"first_name":"Олена","last_name":"Коваль","username":"olena","language_code":"uk"}`
	const file = `{"file_id":"f","file_unique_id":"u","file_name":"a.pdf","mime_type":"x/y","file_size":5,"width":5,"height":5,"duration":3}`
	const beside = `,"edit_date":1763740900,"media_group_id":"7","has_protected_content":true,"link_preview_options":{"is_disabled":true},` +
		`"entities":[{"type":"bold","offset":0,"length":3}],"caption_entities":[{"type":"bold","offset":0,"length":3}],` +
		`"via_bot":{"id":5,"is_bot":true,"first_name":"Б"},"reply_markup":{"inline_keyboard":[]}`
	message := func(fields string) string {
		return `{"update_id":10000,"message":{` + head + beside + "," + fields + `}}`
	}
	const others = `"animation":` + file + `,"document":` + file + `,"contact":{"phone_number":"380501234567","first_name":"П","user_id":5},` +
		`"venue":{"location":{"latitude":50.1,"longitude":30.2},"title":"Кафе"},"location":{"latitude":50.1,"longitude":30.2},"sticker":` + file
	tests := []struct{ name, body, needs string }{
		{"text", message(`"text":"скільки коштує інтернет","caption":"x","photo":[` + file + `],` + others), "message.text"},
		{"edit", strings.Replace(message(`"text":"скільки коштує інтернет",`+others), `"message"`, `"edited_message"`, 1), "edited_message.text"},
		{"photo", message(`"caption":"скільки коштує інтернет","photo":[` + file + `]`), "message.caption message.photo message.text"},
		{"voice", message(`"caption":"скільки коштує інтернет","voice":` + file), "message.caption message.voice message.text"},
		{"document", message(`"caption":"скільки коштує інтернет","document":` + file), "message.caption message.document message.text"},
		{"sticker", message(`"sticker":` + file), "message.sticker message.text"},
		{"contact", message(`"contact":{"phone_number":"380501234567","first_name":"П","last_name":"К","user_id":1111111,"vcard":"x"}`), "message.contact message.text"},
		{"location", message(`"location":{"latitude":50.1,"longitude":30.2,"horizontal_accuracy":5,"heading":1}`), "message.location message.text"},
		{"press", `{"update_id":1,"callback_query":{"id":"1","from":{"id":1111111,"is_bot":false,"first_name":"О","language_code":"uk"},"chat_instance":"x",` +
			`"message":{"message_id":5,"date":1763740800,"chat":{"id":1111111,"type":"private","first_name":"О"},"text":"x"},"data":"1~a"}}`, "callback_query.id callback_query.message"},
		{
			"blocked", `{"update_id":1,"my_chat_member":{"date":1763740800,"chat":{"id":1111111,"type":"private","first_name":"О"},"from":{"id":1111111,"first_name":"О"},` +
				`"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked","until_date":0,"user":{"id":5}}}}`,
			"my_chat_member.new_chat_member my_chat_member.new_chat_member.status",
		},
	}
	ch := channel(t)
	read := func(t *testing.T, body []byte) (bot.Event, bool) {
		u, _ := accepted(t, ch, signed(), body)
		events, err := ch.Decode(u)
		if u.Defect != "" || err != nil || len(events) != 1 {
			t.Errorf("%s: defect %q, %v", body, u.Defect, err)
			return bot.Event{}, false
		}
		return events[0], true
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, ok := read(t, []byte(tt.body))
			if !ok {
				return
			}
			needs := append(strings.Fields(tt.needs), "update_id")
			for _, path := range []string{"", ".chat", ".chat.id", ".chat.type", ".from", ".from.id", ".from.is_bot", ".message.chat", ".message.chat.id", ".message.chat.type"} {
				for _, kind := range []string{"message", "edited_message", "callback_query", "my_chat_member"} {
					needs = append(needs, kind+path)
				}
			}
			n := 0
			for _, b := range channeltest.SideFields(t, tt.body, needs...) {
				n++
				got, ok := read(t, b)
				if !ok {
					return
				}
				if got.Kind != want.Kind || got.Text != want.Text || got.From != want.From || (got.Press == nil) != (want.Press == nil) {
					t.Fatalf("%s\nread as %+v\nwant    %+v", b, got, want)
				}
			}
			if n < 50 {
				t.Errorf("only %d variations", n)
			}
		})
	}
}

// TestOddPlace: what is no place on Earth is not the middle of the sea.
func TestOddPlace(t *testing.T) {
	ch := channel(t)
	for _, place := range []string{`{}`, `{"latitude":50.1}`, `{"latitude":"x","longitude":30.2}`, `{"latitude":null,"longitude":null}`, `{"latitude":91,"longitude":0}`} {
		body := []byte(`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"О"},"location":` + place + `}}`)
		u, _ := accepted(t, ch, signed(), body)
		events, err := ch.Decode(u)
		if err != nil || events[0].Attachment == nil || events[0].Attachment.Kind != bot.Unsupported {
			t.Errorf("%s: %+v, %v", place, events, err)
		}
	}
	body := []byte(`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"О"},"location":{"latitude":0,"longitude":0}}}`)
	u, _ := accepted(t, ch, signed(), body)
	if events, err := ch.Decode(u); err != nil || events[0].Attachment.Kind != bot.Location {
		t.Errorf("0,0: %+v, %v", events, err)
	}
}

// A caption is the person's words under whatever it stands, also where Telegram puts
// none today; the names of those whom a formatted message mentions are nobody's words.
func TestCaptionsAreWordsAnywhere(t *testing.T) {
	ch := channel(t)
	for content, want := range map[string]string{
		`"contact":{"phone_number":"+380501234567","first_name":"П"},"caption":"покличте людину"`:                                                   "покличте людину",
		`"location":{"latitude":1,"longitude":2},"caption":"покличте людину"`:                                                                       "покличте людину",
		`"venue":{"location":{"latitude":1,"longitude":2},"title":"Кафе"},"caption":"покличте людину"`:                                              "покличте людину",
		`"rich_message":{"blocks":[{"type":"paragraph","text":["Це ",{"type":"chat_mention","text":"канал","chat":{"title":"Покличте людину"}}]}]}`: "Це канал",
	} {
		u, _ := accepted(t, ch, signed(), []byte(`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"О"},`+content+`}}`))
		events, err := ch.Decode(u)
		if err != nil || len(events) != 1 || events[0].Text != want {
			t.Errorf("%s: %+v, %v, want %q", content, events, err, want)
		}
	}
}

// A field without a value is as good as none, whichever it is: some gateways write
// out all that there are.
func TestNullIsNoField(t *testing.T) {
	ch := channel(t)
	var nulls strings.Builder
	for _, f := range telegramtest.API().Types["Message"].Fields {
		if !slices.Contains([]string{"message_id", "date", "chat", "from", "text", "caption", "paid_media", "hologram"}, f.Name) {
			nulls.WriteString(`"` + f.Name + `":null,`)
		}
	}
	read := func(kind, doc string) bot.Event {
		t.Helper()
		u, _ := accepted(t, ch, signed(), []byte(`{"update_id":1,"`+kind+`":`+doc+`}`))
		events, err := ch.Decode(u)
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: %+v, %v", kind, events, err)
		}
		return events[0]
	}
	const head = `"message_id":1,"date":1,"chat":{"id":5,"type":"private"}`
	for _, content := range []string{
		`"text":"покличте людину"`, `"paid_media":{"paid_media":[]},"caption":"покличте людину"`, `"hologram":{"text":"покличте людину"}`,
	} {
		e := read("message", "{"+nulls.String()+head+`,"from":{"id":5},`+content+"}")
		if e.Text != "покличте людину" || e.Forwarded != nil || e.Answers != nil {
			t.Errorf("%s: %+v", content, e)
		}
	}
	if e := read("callback_query", `{"id":"7","from":{"id":5},"inline_message_id":null,"data":"1~a","message":{`+nulls.String()+head+`}}`); e.Kind != bot.Tapped {
		t.Errorf("a press: %+v", e)
	}
}
