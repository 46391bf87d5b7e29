package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	client "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"visnyk/bot"
)

// Send implements bot.Channel. What Telegram refuses for the form of it goes once
// more in the next best one, of which the error with the outcome Sent tells.
func (c *Channel) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	call, chat, err := c.prepare(to, p)
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: err}
	}
	var first *bot.SendError
	for {
		id, failed := c.call(ctx, chat, call)
		switch {
		case failed == nil && first == nil:
			return id, nil
		case failed == nil:
			return id, &bot.SendError{Outcome: bot.Sent, Err: first.Err}
		case !call.repair(failed):
			return "", failed
		}
		first = cmp.Or(first, failed)
	}
}

// prepare reads what Render wrote.
func (c *Channel) prepare(to bot.Address, p bot.Part) (call request, chat int64, err error) {
	if to.Bot != c.name {
		return call, 0, fmt.Errorf("an address of bot %q", to.Bot)
	}
	if chat, err = strconv.ParseInt(to.Chat, 10, 64); err != nil {
		return call, 0, errors.New("the chat is not a number")
	}
	call.Params.Thread = threadID(p.Thread)
	if said, words := saidIn(p.Body); words {
		call.Method, call.said = sendMessage, said
		return call, chat, nil
	}
	if err := json.Unmarshal(p.Body, &call); err != nil {
		return call, 0, errors.New("the part is not one of this channel")
	}
	return call, chat, nil
}

// call makes one call of the API and gives the id of the new message, "" where
// there is none.
func (c *Channel) call(ctx context.Context, chat int64, r request) (string, *bot.SendError) {
	mode := models.ParseModeHTML
	if r.bare {
		mode = ""
	}
	if r.Method == sendMessage && r.Kept == "" {
		return c.say(ctx, chat, r, mode)
	}
	ctx, f := watch(ctx)
	var keys models.ReplyMarkup
	if len(r.Params.Markup) > 0 {
		keys = r.Params.Markup
	}
	if r.Kept != "" {
		return c.sendKept(ctx, chat, r, mode)
	}
	var err error
	switch r.Method {
	case sendPhoto:
		_, err = c.api.SendPhoto(ctx, &client.SendPhotoParams{
			ChatID: chat, MessageThreadID: r.Params.Thread, Photo: &models.InputFileString{Data: r.Params.Photo},
			Caption: r.Params.Caption, ParseMode: captioned(r, mode), ReplyMarkup: keys,
		})
	case sendDocument:
		_, err = c.api.SendDocument(ctx, &client.SendDocumentParams{
			ChatID: chat, MessageThreadID: r.Params.Thread, Document: &models.InputFileString{Data: r.Params.Document},
			Caption: r.Params.Caption, ParseMode: captioned(r, mode), ReplyMarkup: keys,
		})
	case answerCallback:
		_, err = c.api.AnswerCallbackQuery(ctx, &client.AnswerCallbackQueryParams{
			CallbackQueryID: r.Params.Press, Text: r.Params.Text,
		})
		return "", c.judge(err, f)
	case editText:
		_, err = c.api.EditMessageText(ctx, &client.EditMessageTextParams{
			ChatID: chat, MessageID: r.Params.Message, Text: r.Params.Text, ParseMode: mode, ReplyMarkup: keys,
		})
		return "", c.edited(err, f)
	case editMarkup:
		_, err = c.api.EditMessageReplyMarkup(ctx, &client.EditMessageReplyMarkupParams{
			ChatID: chat, MessageID: r.Params.Message, ReplyMarkup: keys,
		})
		failed := c.edited(err, f)
		if failed != nil && reason(failed) == whyFixed {
			return "", nil // for buttons alone that is too late to matter
		}
		return "", failed
	default:
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the part calls an unknown method")}
	}
	if id := f.message(); id != 0 { // taken, whether or not the library can read all that came back
		return messageID(id), nil
	}
	if err == nil {
		return "", &bot.SendError{Outcome: bot.Unknown, Err: errors.New("the answer names no message")}
	}
	return "", c.judge(err, f)
}

// edited judges an edit, which was made whether or not the library can read all
// that came back.
func (c *Channel) edited(err error, f *facts) *bot.SendError {
	if f.message() != 0 {
		return nil
	}
	return c.judge(err, f)
}

// threadID reads a thread as Decode writes it; 0 for the chat itself.
func threadID(thread string) int {
	id, err := strconv.Atoi(thread)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// captioned keeps the parse mode away from a file without words.
func captioned(r request, mode models.ParseMode) models.ParseMode {
	if r.Params.Caption == "" {
		return ""
	}
	return mode
}
