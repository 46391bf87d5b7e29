package telegramtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// method is one method of the API.
type method struct {
	name  string
	sends bool                                             // counts against the rates
	run   func(s *Server, v values) reply                  // under the lock
	waits func(s *Server, r *http.Request, v values) reply // instead of run, without the lock
}

// methods lists what the fake carries out, by name in lower case. What they take
// is the table's to say.
func methods() map[string]method {
	all := map[string]method{}
	for _, m := range []method{
		{name: "getMe", run: (*Server).getMe},
		{name: "sendMessage", sends: true, run: (*Server).sendMessage},
		{name: "sendPhoto", sends: true, run: (*Server).sendPhoto},
		{name: "sendDocument", sends: true, run: (*Server).sendDocument},
		{name: "sendChatAction", run: (*Server).sendChatAction},
		{name: "answerCallbackQuery", run: (*Server).answerCallbackQuery},
		{name: "editMessageText", run: (*Server).editMessageText},
		{name: "editMessageReplyMarkup", run: (*Server).editMessageReplyMarkup},
		{name: "getFile", run: (*Server).getFile},
		{name: "setWebhook", run: (*Server).setWebhook},
		{name: "deleteWebhook", run: (*Server).deleteWebhook},
		{name: "getWebhookInfo", run: (*Server).getWebhookInfo},
		{name: "getUpdates", waits: (*Server).getUpdates},
	} {
		all[strings.ToLower(m.name)] = m
	}
	return all
}

// botID is the number before the colon of the token.
func (s *Server) botID() int64 {
	id, _ := strconv.ParseInt(strings.Split(s.opts.Token, ":")[0], 10, 64)
	return id
}

func (s *Server) me() map[string]any {
	return map[string]any{"id": s.botID(), "is_bot": true, "first_name": "Visnyk", "username": s.opts.Username}
}

func (s *Server) getMe(values) reply {
	me := s.me()
	me["can_join_groups"] = true
	me["can_read_all_group_messages"] = false
	me["supports_inline_queries"] = false
	return ok(me)
}

// receiver finds the chat a message is for, or says why it cannot be reached.
func (s *Server) receiver(v values) (*chat, *reply) {
	no := func(r reply) (*chat, *reply) { return nil, &r }
	if v["chat_id"] == "" {
		return no(wrong("chat_id is empty"))
	}
	id, err := strconv.ParseInt(v["chat_id"], 10, 64)
	if err != nil {
		return no(bad("chat not found"))
	}
	c := s.chats[id]
	switch {
	case c == nil && s.opts.OpenChats && id > 0:
		return s.chat(id), nil
	case c == nil || s.people[id] == nil && !c.started && !s.opts.OpenChats:
		return no(bad("chat not found"))
	case c.gone:
		return no(refuse(403, "Forbidden: user is deactivated"))
	case c.blocked:
		return no(refuse(403, "Forbidden: bot was blocked by the user"))
	case !c.started && !s.opts.OpenChats:
		return no(refuse(403, "Forbidden: bot can't initiate conversation with a user"))
	}
	return c, nil
}

func (s *Server) sendMessage(v values) reply {
	c, no := s.receiver(v)
	if no != nil {
		return *no
	}
	if v["text"] == "" {
		return wrong("message text is empty")
	}
	text, err := checkText(v["text"], v["parse_mode"], most("sendMessage", "text"), "message is too long")
	if err != nil {
		return wrong(err.Error())
	}
	if !seen(text) {
		return wrong("text must be non-empty")
	}
	return s.deliver(c, v, Message{Text: text, HTML: v["text"]})
}

func (s *Server) sendPhoto(v values) reply    { return s.sendFile(v, "photo") }
func (s *Server) sendDocument(v values) reply { return s.sendFile(v, "document") }

func (s *Server) sendFile(v values, field string) reply {
	c, no := s.receiver(v)
	if no != nil {
		return *no
	}
	file := v[field]
	switch {
	case file == "":
		return wrong("there is no " + field + " in the request")
	case strings.Contains(file, "://"):
		if !opens(file) || strings.HasPrefix(file, "tg:") {
			return wrong("wrong HTTP URL specified")
		}
	case s.files[file].ID == "":
		return bad("wrong file_id or the file is temporarily unavailable")
	case field == "photo" && s.files[file].Size > maxPhoto:
		return wrong("file is too big")
	}
	text, err := checkText(v["caption"], v["parse_mode"], most("sendPhoto", "caption"), "message caption is too long")
	if err != nil {
		return wrong(err.Error())
	}
	m := Message{Text: text, HTML: v["caption"]}
	if field == "photo" {
		m.Photo = file
	} else {
		m.Document = file
	}
	return s.deliver(c, v, m)
}

// deliver puts the bot's message into the chat.
func (s *Server) deliver(c *chat, v values, m Message) reply {
	var err error
	var there bool
	if m.Thread, there = c.into(v); !there {
		return bad("message thread not found")
	}
	if m.Keyboard, m.Reply, err = checkMarkup(v["reply_markup"]); err != nil {
		return wrong(err.Error())
	}
	if s.breach != "" {
		return wrong(s.breach)
	}
	if strings.ToLower(v["parse_mode"]) != "html" {
		m.HTML = ""
	}
	m.FromBot = true
	s.stats.Sends++
	return ok(s.json(s.record(c, m)))
}

func (s *Server) sendChatAction(v values) reply {
	c, no := s.receiver(v)
	if no != nil {
		return *no
	}
	if _, there := c.into(v); !there {
		return bad("message thread not found")
	}
	actions := []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
		"choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
	if !slices.Contains(actions, v["action"]) {
		return wrong("wrong parameter action in request")
	}
	return ok(true)
}

// press is a button press that waits for its answer.
type press struct {
	user     int64
	at       time.Time
	answered bool
}

// pressLife is how long a press can be answered.
const pressLife = 150 * time.Second

func (s *Server) answerCallbackQuery(v values) reply {
	p, known := s.presses[v["callback_query_id"]]
	if !known || time.Since(p.at) > pressLife {
		return bad("query is too old and response timeout expired or query ID is invalid")
	}
	if utf8.RuneCountInString(v["text"]) > most("answerCallbackQuery", "text") {
		return wrong("MESSAGE_TOO_LONG")
	}
	p.answered = true
	s.presses[v["callback_query_id"]] = p
	s.answers = append(s.answers, Answer{
		Press: v["callback_query_id"], User: p.user, Text: v["text"], Alert: v["show_alert"] == "true", At: time.Now(),
	})
	return ok(true)
}

func (s *Server) editMessageText(v values) reply {
	m, no := s.editable(v)
	if no != nil {
		return *no
	}
	if v["text"] == "" {
		return wrong("message text is empty")
	}
	text, err := checkText(v["text"], v["parse_mode"], most("sendMessage", "text"), "message is too long")
	if err != nil {
		return wrong(err.Error())
	}
	return s.edit(m, v, text)
}

func (s *Server) editMessageReplyMarkup(v values) reply {
	m, no := s.editable(v)
	if no != nil {
		return *no
	}
	return s.edit(m, v, m.Text)
}

// editable finds the bot's message that is to be edited.
func (s *Server) editable(v values) (*Message, *reply) {
	c, no := s.receiver(v)
	if no != nil {
		return nil, no
	}
	id, _ := strconv.ParseInt(v["message_id"], 10, 64)
	m := c.find(id)
	if m == nil {
		r := bad("message to edit not found")
		return nil, &r
	}
	if !m.FromBot {
		r := bad("message can't be edited")
		return nil, &r
	}
	return m, nil
}

func (s *Server) edit(m *Message, v values, text string) reply {
	under, _, err := checkMarkup(v["reply_markup"])
	if err != nil {
		return wrong(err.Error())
	}
	if s.breach != "" {
		return wrong(s.breach)
	}
	same := m.Text == text && slices.EqualFunc(m.Keyboard, under, func(a, b []Button) bool { return slices.Equal(a, b) })
	if same {
		return bad("message is not modified: specified new message content and reply markup are exactly the same" +
			" as a current content and reply markup of the message")
	}
	m.Text, m.Keyboard, m.Edited = text, under, true
	if v["text"] != "" {
		m.HTML = v["text"]
	}
	return ok(s.json(*m))
}

// seen reports whether the text is more than spaces and unseen marks.
func seen(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r > ' ' && !strings.ContainsRune("\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f\ufeff", r)
	})
}
