package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// The methods of the Bot API that a part can call.
const (
	sendMessage    = "sendMessage"
	sendPhoto      = "sendPhoto"
	sendDocument   = "sendDocument"
	answerCallback = "answerCallbackQuery"
	editText       = "editMessageText"
	editMarkup     = "editMessageReplyMarkup"
)

func methods() []string {
	return []string{sendMessage, sendPhoto, sendDocument, answerCallback, editText, editMarkup}
}

// request is a part's Body: a call of the Bot API without its receiver.
type request struct {
	Method string `json:"method"`
	Params params `json:"params"`
	// Kept is our id of the file that goes along, "" where it has an address or there
	// is none, and Name what it is called.
	Kept string `json:"kept,omitempty"`
	Name string `json:"name,omitempty"`

	bare bool // the words are no HTML
	// said are the parameters as they stand in the part, of words and of the answer to a
	// press that nothing was changed of: then Params has but the thread.
	said []byte
}

type params struct {
	Text     string `json:"text,omitempty"`    // HTML; of an answer to a press: plain
	Caption  string `json:"caption,omitempty"` // HTML
	Photo    string `json:"photo,omitempty"`
	Document string `json:"document,omitempty"`
	Press    string `json:"callback_query_id,omitempty"`
	Message  int    `json:"message_id,omitempty"` // that is edited
	Thread   int    `json:"-"`                    // of the chat, which the sender names
	// Markup is the keyboard, an inline or a reply.
	Markup json.RawMessage `json:"reply_markup,omitempty"`
}

// maxNotice is the longest answer to a press, in UTF-16 units.
const maxNotice = 200

// Render implements bot.Channel.
func (c *Channel) Render(m bot.Message) ([]bot.Part, error) {
	calls, err := compose(m)
	if err != nil {
		return nil, fmt.Errorf("telegram message: %w", err)
	}
	parts := make([]bot.Part, len(calls))
	for i, call := range calls {
		parts[i].Kind = kindOf(call.Method)
		if parts[i].Body, err = call.part(); err != nil {
			return nil, fmt.Errorf("telegram message: %w", err)
		}
	}
	return parts, nil
}

// part writes the call as the outbox keeps it; words, which nearly all calls are, without
// encoding/json.
func (r request) part() (json.RawMessage, error) {
	if r.Method != sendMessage {
		return encode(r)
	}
	to := make([]byte, 0, len(saidHead)+len(r.Params.Text)+len(r.Params.Markup)+64)
	to = bot.AppendJSON(append(append(to, saidHead...), `"text":`...), r.Params.Text)
	if len(r.Params.Markup) > 0 {
		to = append(append(to, `,"reply_markup":`...), r.Params.Markup...)
	}
	return append(to, saidTail...), nil
}

func kindOf(method string) bot.PartKind {
	switch method {
	case answerCallback:
		return bot.Answer
	case editText, editMarkup:
		return bot.Edit
	}
	return bot.Say
}

// compose says what calls make the message, in order.
func compose(m bot.Message) ([]request, error) {
	doc := markup.Read(clean(m.Text), m.Plain)
	if m.Press != "" {
		return notice(m, doc)
	}
	if m.Edit != "" {
		return edit(m, doc)
	}
	under, instead, err := keyboards(m.Buttons, m.Screen)
	if err != nil {
		return nil, err
	}
	if under.large() {
		doc, under, instead = doc.WithLines(m.Lines()), nil, nil
	}
	captioned := m.Media != nil && fits(doc, maxCaption)
	var calls []request
	if !captioned {
		for _, piece := range markup.Split(doc, func(d markup.Doc) bool { return fits(d, maxText) }) {
			if seen(piece) {
				calls = append(calls, request{Method: sendMessage, Params: params{Text: toHTML(piece)}})
			}
		}
	}
	if m.Media != nil {
		call, err := file(*m.Media)
		if err != nil {
			return nil, err
		}
		if captioned && seen(doc) {
			call.Params.Caption = toHTML(doc)
		}
		calls = append(calls, call)
	}
	if len(calls) == 0 {
		return nil, errors.New("there is nothing to see in it")
	}
	return attach(calls, under, instead)
}

// attach hangs the keyboard on the last call. When there are two, the request
// for a phone number follows in a message of its own, whose text is the button's.
func attach(calls []request, under *inline, instead *reply) ([]request, error) {
	if under != nil && instead != nil {
		calls = append(calls, request{Method: sendMessage, Params: params{Text: html.EscapeString(instead.Rows[0][0].Text)}})
	}
	last := len(calls) - 1
	if instead != nil {
		raw, err := encode(instead)
		if err != nil {
			return nil, err
		}
		calls[last].Params.Markup = raw
		last--
	}
	if under != nil {
		calls[last].Params.Markup = under.encode()
	}
	return calls, nil
}

// notice answers a press. Its text has no styles at Telegram.
func notice(m bot.Message, doc markup.Doc) ([]request, error) {
	if len(m.Buttons) > 0 || m.Media != nil {
		return nil, errors.New("the answer to a press carries text alone")
	}
	text := doc.Plain()
	if n := length(text); n > maxNotice {
		return nil, fmt.Errorf("the answer to a press is %d characters long: at most %d are shown", n, maxNotice)
	}
	return []request{{Method: answerCallback, Params: params{Press: m.Press, Text: text}}}, nil
}

// edit changes a message that was sent. Without a text only its buttons change;
// without buttons it loses those it has.
func edit(m bot.Message, doc markup.Doc) ([]request, error) {
	id, err := strconv.Atoi(m.Edit)
	if err != nil || id <= 0 {
		return nil, errors.New("the message to edit is not one of Telegram's")
	}
	under, instead, err := keyboards(m.Buttons, m.Screen)
	switch {
	case err != nil:
		return nil, err
	case instead != nil || m.Media != nil:
		return nil, errors.New("an edit carries a text and buttons alone")
	case under.large() && !seen(doc): // better the old ones than none
		return nil, nil
	case under.large():
		doc, under = doc.WithLines(m.Lines()), nil
	}
	if !fits(doc, maxText) {
		return nil, errors.New("the edited text is longer than one message")
	}
	call := request{Method: editMarkup, Params: params{Message: id}}
	if seen(doc) {
		call.Method, call.Params.Text = editText, toHTML(doc)
	}
	if under == nil {
		under = &inline{Rows: [][]inlineButton{}}
	}
	call.Params.Markup = under.encode()
	return []request{call}, nil
}

func file(m bot.Media) (request, error) {
	if m.File != "" {
		methods := map[bot.AttachmentKind]string{bot.Photo: sendPhoto, bot.File: sendDocument}
		if methods[m.Kind] == "" {
			return request{}, fmt.Errorf("an attachment of kind %q cannot be sent", m.Kind)
		}
		return request{Method: methods[m.Kind], Kept: m.File, Name: bot.Named(m.Name, m.Type)}, nil
	}
	u, err := url.Parse(m.URL)
	if err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Host == "" {
		return request{}, errors.New("the attachment must have an http or https address")
	}
	switch m.Kind {
	case bot.Photo:
		return request{Method: sendPhoto, Params: params{Photo: m.URL}}, nil
	case bot.File:
		return request{Method: sendDocument, Params: params{Document: m.URL}}, nil
	}
	return request{}, fmt.Errorf("an attachment of kind %q cannot be sent", m.Kind)
}

// encode writes JSON as it reads: markup stays markup.
func encode(v any) (json.RawMessage, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}
