package telegram_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// otherwise reports whether a message was sent in another form than it was written.
func otherwise(err error) bool {
	failed, ok := errors.AsType[*bot.SendError](err)
	return ok && failed.Outcome == bot.Sent && failed.Err != nil
}

// carried renders a message and sends the first part of it.
func carried(t *testing.T, c *telegram.Channel, m bot.Message, thread string) (string, error) {
	t.Helper()
	parts, err := c.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	parts[0].Thread = thread
	id, err := c.Send(t.Context(), olena, parts[0])
	noToken(t, err)
	return id, err
}

// TestRefusals: what the API says against a message with everything, and what
// becomes of it. The letters: gone, malformed, done (nothing more to do), sent
// otherwise.
func TestRefusals(t *testing.T) {
	full := bot.Message{Text: "**Ціна** 5", Buttons: [][]bot.Button{{{Label: "Так", Action: "yes"}}}}
	press := bot.Message{Press: "42", Text: "Добре"}
	for _, test := range []struct {
		code int
		says string
		m    bot.Message
		want bot.Outcome // "" is done
	}{
		{400, "Bad Request: chat not found", full, bot.Gone},
		{400, "Bad Request: user not found", full, bot.Gone},
		{400, "Bad Request: PEER_ID_INVALID", full, bot.Gone},
		{400, "Bad Request: USER_ID_INVALID", full, bot.Gone},
		{400, "Bad Request: INPUT_USER_DEACTIVATED", full, bot.Gone},
		{400, "Bad Request: USER_IS_BLOCKED", full, bot.Gone},
		{400, "Bad Request: USER_IS_BOT", full, bot.Gone},
		{400, "Bad Request: group chat was deactivated", full, bot.Gone},
		{400, "Bad Request: CHAT_WRITE_FORBIDDEN", full, bot.Gone},
		{400, "Bad Request: have no rights to send a message", full, bot.Gone},
		{400, "Bad Request: not enough rights to send text messages to the chat", full, bot.Gone},
		{403, "Forbidden: bot was blocked by the user", full, bot.Gone},
		{403, "Forbidden: user is deactivated", full, bot.Gone},
		{403, "Forbidden: bot can't initiate conversation with a user", full, bot.Gone},
		{403, "Forbidden: bots can't send messages to bots", full, bot.Gone},
		{403, "Forbidden: bot was kicked from the group chat", full, bot.Gone},
		{400, "Bad Request: message is too long", full, bot.Malformed},
		{400, "Bad Request: MESSAGE_TOO_LONG", full, bot.Malformed},
		{400, "Bad Request: text is too long", full, bot.Malformed},
		{400, "Bad Request: message text is empty", full, bot.Malformed},
		{400, "Bad Request: text must be non-empty", full, bot.Malformed},
		{400, "Bad Request: strings must be encoded in UTF-8", full, bot.Malformed},
		{400, "Bad Request: chat_id is empty", full, bot.Malformed},
		{400, "Bad Request: file is too big", full, bot.Malformed},
		{400, "Bad Request: message thread not found", full, bot.Malformed}, // it named none
		{413, "Request Entity Too Large", full, bot.Malformed},
		{405, "Method Not Allowed", full, bot.Malformed},
		{400, "Bad Request: message to edit not found", full, bot.Malformed}, // it edits nothing
		// The styles.
		{400, `Bad Request: can't parse entities: Unclosed start tag at byte offset 3`, full, bot.Sent},
		{400, "Bad Request: ENTITY_BOUNDS_INVALID", full, bot.Sent},
		{400, "Bad Request: ENTITIES_TOO_LONG", full, bot.Sent},
		// The keyboard.
		{400, "Bad Request: BUTTON_DATA_INVALID", full, bot.Sent},
		{400, "Bad Request: BUTTON_URL_INVALID", full, bot.Sent},
		{400, "Bad Request: BUTTON_TYPE_INVALID", full, bot.Sent},
		{400, "Bad Request: BUTTON_USER_PRIVACY_RESTRICTED", full, bot.Sent},
		{400, "Bad Request: inline keyboard button URL 'https://a' is invalid: Wrong HTTP URL", full, bot.Sent},
		{400, "Bad Request: text buttons are unallowed in the inline keyboard", full, bot.Sent},
		{400, "Bad Request: can't parse inline keyboard button: Can't parse inline keyboard button", full, bot.Sent},
		{400, "Bad Request: reply markup is too long", full, bot.Sent},
		{400, "Bad Request: REPLY_MARKUP_TOO_LONG", full, bot.Sent},
		{400, "Bad Request: REPLY_MARKUP_INVALID", full, bot.Sent},
		{400, "Bad Request: object expected as reply markup", full, bot.Sent},
		// A press that nobody waits for any more.
		{400, "Bad Request: query is too old and response timeout expired or query ID is invalid", press, ""},
		{400, "Bad Request: QUERY_ID_INVALID", press, ""},
		{400, "Bad Request: query ID is invalid", press, ""},
		{400, "Bad Request: MESSAGE_TOO_LONG", press, bot.Malformed},
		{403, "Forbidden: bot was blocked by the user", press, bot.Gone},
	} {
		t.Run(fmt.Sprint(test.says, " ", test.m.Press), func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			if test.m.Press == "" {
				s.Script(1111111, telegramtest.Refuse(test.code, test.says))
			} else {
				s.Next(telegramtest.Refuse(test.code, test.says))
			}
			_, err := carried(t, c, test.m, "")
			failed, _ := errors.AsType[*bot.SendError](err)
			switch {
			case test.want == "" && err != nil, test.want != "" && (failed == nil || failed.Outcome != test.want):
				t.Errorf("%v, want %q", err, test.want)
			case test.want == bot.Sent && len(s.Messages(1111111)) != 1:
				t.Errorf("%d messages", len(s.Messages(1111111)))
			}
		})
	}
}

// TestRepairs: what Telegram refuses for its form arrives in the next best one.
func TestRepairs(t *testing.T) {
	keys := [][]bot.Button{{{Label: "Так & ні", Action: "yes"}}, {{Label: "Сайт", URL: "https://a.ua/?a=1&b=2"}}}
	file := func(kind bot.AttachmentKind) bot.Message {
		return bot.Message{Text: "**Тариф** <5", Media: &bot.Media{Kind: kind, URL: "https://a.ua/t?a=1&b=2", Name: "t.pdf", Size: 1}}
	}
	refuse := telegramtest.Refuse
	tooLong := refuse(400, "Bad Request: reply markup is too long")
	styles := refuse(400, `Bad Request: can't parse entities: Unclosed start tag at byte offset 3`)
	for name, test := range map[string]struct {
		m       bot.Message
		thread  string
		faults  []telegramtest.Fault
		want    string
		labels  []string
		bold    bool
		nothing bool
	}{
		"without the keyboard": {
			bot.Message{Text: "**Ціна** <5", Buttons: keys},
			"",
			[]telegramtest.Fault{tooLong},
			"Ціна <5\n\n• Так & ні\n• Сайт: https://a.ua/?a=1&b=2", nil, true, false,
		},
		"without styles and keyboard": {
			bot.Message{Text: "**Ціна** <5", Buttons: keys},
			"",
			[]telegramtest.Fault{styles, tooLong},
			"Ціна <5\n\n• Так & ні\n• Сайт: https://a.ua/?a=1&b=2", nil, false, false,
		},
		"without keyboard and styles": {
			bot.Message{Text: "**Ціна** <5", Buttons: keys},
			"",
			[]telegramtest.Fault{tooLong, styles},
			"Ціна <5\n\n• Так & ні\n• Сайт: https://a.ua/?a=1&b=2", nil, false, false,
		},
		"labels as far as they fit": {
			bot.Message{Text: strings.Repeat("я", 4088), Buttons: [][]bot.Button{{{Label: "Так", Action: "a"}}, {{Label: "Ні, дякую", Action: "b"}}}},
			"",
			[]telegramtest.Fault{tooLong},
			strings.Repeat("я", 4088) + "\n\n• Так", nil, false, false,
		},
		"an edit goes anew": {
			bot.Message{Edit: "77", Text: "Нова **ціна**"}, "", nil, "Нова ціна", nil, true, false,
		},
		"an edit goes anew with its keyboard": {
			bot.Message{Edit: "77", Text: "Нова **ціна**", Buttons: keys[:1]}, "", nil, "Нова ціна", []string{"Так & ні"}, true, false,
		},
		"an edit that is too late": {
			bot.Message{Edit: "77", Text: "Нова"}, "", []telegramtest.Fault{refuse(400, "Bad Request: message can't be edited")}, "Нова", nil, false, false,
		},
		"an edit of buttons": {
			bot.Message{Edit: "77", Buttons: keys}, "", nil, "", nil, false, true,
		},
		"a picture nobody can fetch": {
			file(bot.Photo), "",
			[]telegramtest.Fault{refuse(400, "Bad Request: wrong file identifier/HTTP URL specified")},
			"Тариф <5\n\nhttps://a.ua/t?a=1&b=2", nil, true, false,
		},
		"a file too big": {
			file(bot.File), "",
			[]telegramtest.Fault{refuse(400, "Bad Request: file is too big")},
			"Тариф <5\n\nhttps://a.ua/t?a=1&b=2", nil, true, false,
		},
		"a thread that is gone": {
			bot.Message{Text: "**Ціна**", Buttons: keys[:1]}, "116834", nil, "Ціна", []string{"Так & ні"}, true, false,
		},
		"a thread that is closed": {
			bot.Message{Text: "**Ціна**"}, "116834", []telegramtest.Fault{refuse(400, "Bad Request: TOPIC_CLOSED")}, "Ціна", nil, true, false,
		},
		"a picture in a thread that is gone": {file(bot.Photo), "116834", nil, "Тариф <5", nil, true, false},
		"no thread of Telegram's":            {bot.Message{Text: "**Ціна**"}, "x", nil, "Ціна", nil, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			s.Script(1111111, test.faults...)
			id, err := carried(t, c, test.m, test.thread)
			got := s.Messages(1111111)
			switch {
			case test.nothing:
				if err != nil || len(got) != 0 {
					t.Errorf("%v, %+v", err, got)
				}
				return
			case test.thread == "x" && err != nil, test.thread != "x" && !otherwise(err):
				t.Errorf("failed: %v", err)
			case len(got) != 1:
				t.Fatalf("%d messages", len(got))
			}
			m := got[0]
			if m.Text != test.want || !slices.Equal(m.Labels(), test.labels) || strings.Contains(m.HTML, "<b>") != test.bold || m.Thread != 0 {
				t.Errorf("%+v", m)
			}
			if id != fmt.Sprint(m.ID) {
				t.Errorf("the id is %q, want %d", id, m.ID)
			}
		})
	}
}

// TestRepairsEnd: refused whatever it looks like, a message is given up.
func TestRepairsEnd(t *testing.T) {
	for _, says := range []string{
		"can't parse entities: x", "BUTTON_DATA_INVALID", "message to edit not found", "message thread not found", "wrong file_id",
	} {
		s, _, c := pair(t, telegramtest.Options{})
		s.Always(1111111, telegramtest.Refuse(400, "Bad Request: "+says))
		for _, m := range []bot.Message{
			{Text: "**Ціна**", Buttons: [][]bot.Button{{{Label: "Так", Action: "yes"}}}},
			{Text: "**Ціна**", Edit: "77", Buttons: [][]bot.Button{{{Label: "Так", Action: "yes"}}}},
			{Text: "**Ціна**", Media: &bot.Media{Kind: bot.Photo, URL: "https://a.ua/t"}},
		} {
			before := len(s.Calls())
			_, err := carried(t, c, m, "7")
			if failed, ok := errors.AsType[*bot.SendError](err); !ok || failed.Outcome != bot.Malformed {
				t.Errorf("%s: %v", says, err)
			}
			if n := len(s.Calls()) - before; n > 2 {
				t.Errorf("%s: %d calls", says, n)
			}
		}
	}
}

// TestThreadOfAChat: what is sent stands in the thread; edits and answers to presses
// know of none.
func TestThreadOfAChat(t *testing.T) {
	s, p, c := pair(t, telegramtest.Options{})
	there := p.OpenThread(116834)
	button := [][]bot.Button{{{Label: "Так", Action: "yes"}}}
	ids := map[string]string{}
	for _, m := range []bot.Message{
		{Text: "Ціна", Buttons: button},
		{Text: "Ціна", Media: &bot.Media{Kind: bot.Photo, URL: "https://a.ua/t"}},
		{Text: "Ціна", Media: &bot.Media{Kind: bot.File, URL: "https://a.ua/t", Name: "t.pdf", Size: 1}},
	} {
		id, err := carried(t, c, m, "116834")
		if err != nil {
			t.Fatal(err)
		}
		call := s.Calls()[len(s.Calls())-1]
		if ids[call.Method] = id; call.Params["message_thread_id"] != "116834" {
			t.Errorf("%s: %v", call.Method, call.Params)
		}
	}
	if len(ids) != 3 {
		t.Errorf("sent by %v", ids)
	}
	sent := s.Messages(1111111)
	for _, m := range sent {
		if m.Thread != 116834 {
			t.Errorf("%+v", m)
		}
	}
	press := there.PressData(sent[0], "1~yes")
	for _, m := range []bot.Message{{Edit: ids["sendMessage"], Text: "Інша"}, {Edit: ids["sendMessage"], Buttons: button}, {Press: press}} {
		if _, err := carried(t, c, m, "116834"); err != nil {
			t.Error(err)
		}
		if call := s.Calls()[len(s.Calls())-1]; call.Params["message_thread_id"] != "" {
			t.Errorf("%s: %v", call.Method, call.Params)
		}
	}
	if unknown := s.Stats().Unknown; len(unknown) > 0 {
		t.Errorf("parameters that Telegram does not have: %v", unknown)
	}
}
