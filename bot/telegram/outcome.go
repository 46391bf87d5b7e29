package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	client "github.com/go-telegram/bot"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/bot/markup"
)

// How long a 429 may ask us to wait, and from where on the wait is taken for
// the whole bot. Telegram does not say which of its limits was hit. That of one
// chat (a message a second) asks for a second or a few, and so may that of the
// bot: which it was, the sender sees by how many chats are asked to wait. A longer
// ban is a flood of the bot as a whole, and sending on to other chats would
// prolong it.
const (
	minWait   = time.Second
	maxWait   = 24 * time.Hour
	wholeWait = 5 * time.Second
)

// MovedError says that a chat has got another id. It comes inside a
// *bot.SendError with the outcome Gone: at the old address nobody is left.
type MovedError struct{ Chat string }

// Error implements error.
func (e *MovedError) Error() string { return "the chat moved to " + e.Chat }

// harmless are refusals that mean: it is already as we want it, or too late to
// matter.
func harmless() []string {
	return []string{
		"message is not modified",
		"query is too old and response timeout expired or query id is invalid",
		"message to delete not found",
		"message to edit not found",
	}
}

// fixed are refusals that mean: the message stays as it is. For its buttons alone
// that is too late to matter.
func fixed() []string { return []string{"message can't be edited", "message_id_invalid"} }

// absent are refusals that mean: there is nobody at this address.
func absent() []string { return []string{"chat not found", "peer_id_invalid"} }

// badMarkup is how the API refuses HTML.
const badMarkup = "can't parse entities"

// judge turns the library's error into the outcome; nil when the call did what
// it should.
func (c *Channel) judge(err error, f *facts) *bot.SendError {
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*client.TooManyRequestsError](err); ok {
		if wait := bounded(limited.RetryAfter); wait > 0 {
			return c.rateLimited(wait)
		}
		return c.rateLimited(f.RetryAfter(maxWait))
	}
	if moved, ok := errors.AsType[*client.MigrateError](err); ok {
		return &bot.SendError{Outcome: bot.Gone, Err: &MovedError{Chat: strconv.Itoa(moved.MigrateToChatID)}}
	}
	description := strings.ToLower(err.Error())
	switch {
	case errors.Is(err, client.ErrorForbidden):
		return c.refusal(bot.Gone, err)
	case errors.Is(err, client.ErrorUnauthorized), errors.Is(err, client.ErrorNotFound):
		return c.refusal(bot.Halted, err)
	case errors.Is(err, client.ErrorConflict):
		return c.refusal(bot.Later, err)
	case !errors.Is(err, client.ErrorBadRequest):
		return c.unread(err, f)
	case mentions(description, harmless()):
		return nil
	case mentions(description, absent()):
		return c.refusal(bot.Gone, err)
	}
	return c.refusal(bot.Malformed, err)
}

// unread judges a call whose answer the library could not read, by what the
// exchange itself tells.
func (c *Channel) unread(err error, f *facts) *bot.SendError {
	status, api := f.Status, false
	var answer struct {
		OK   bool `json:"ok"`
		Code int  `json:"error_code"`
	}
	if json.Unmarshal(f.Body, &answer) == nil && !answer.OK && answer.Code != 0 {
		status, api = answer.Code, true
	}
	outcome := bot.Later // definitely answered, definitely not taken
	switch {
	case status == 0:
		if f.Outcome() == call.Unknown {
			outcome = bot.Unknown
		}
		return &bot.SendError{Outcome: outcome, Err: c.broken(err, f)}
	case status < 300, status >= 500 && !api:
		// A gateway's page says nothing of what became of the bytes behind it.
		outcome = bot.Unknown
	case status == http.StatusTooManyRequests:
		return c.rateLimited(f.RetryAfter(maxWait))
	case status == http.StatusUnauthorized, status == http.StatusNotFound:
		outcome = bot.Halted
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge, api && status > 400 && status < 500:
		outcome = bot.Malformed
	}
	// What came is not shown: it may be anybody's page, with our token in it.
	return &bot.SendError{Outcome: outcome, Err: fmt.Errorf("status %d with an answer that is not understood", status)}
}

// broken says what broke an exchange that brought no answer.
func (c *Channel) broken(err error, f *facts) error {
	if f.err != nil {
		err = f.err
	}
	if cut := call.Cut(err); cut != nil {
		return cut
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err // the rest is the address, with the token in its path
	}
	return errors.New(c.safe(err.Error()))
}

// bounded reads a wait in seconds; 0 for none.
func bounded(seconds int) time.Duration {
	return time.Duration(min(max(seconds, 0), int(maxWait/time.Second))) * time.Second
}

func (c *Channel) rateLimited(wait time.Duration) *bot.SendError {
	wait = max(wait, minWait)
	return &bot.SendError{
		Outcome: bot.Later, After: wait, Whole: wait > wholeWait,
		Err: fmt.Errorf("too many requests, wait %s", wait),
	}
}

func (c *Channel) refusal(o bot.Outcome, err error) *bot.SendError {
	_, description, _ := strings.Cut(err.Error(), ", ") // the library puts its own word before Telegram's
	return &bot.SendError{Outcome: o, Err: errors.New(c.safe(description))}
}

// maxReason bounds what is kept of a stranger's words, in runes.
const maxReason = 200

// safe makes foreign words fit for a log: no token, nothing quoted (that is
// where pieces of a message come back), one short line.
func (c *Channel) safe(s string) string {
	pieces := strings.Split(c.redact.Replace(s), `"`)
	for i := 1; i < len(pieces); i += 2 {
		pieces[i] = "…"
	}
	return markup.Cut(oneLine(strings.Join(pieces, `"`)), maxReason)
}

// redactor hides the secrets in every spelling they can have in an address.
func redactor(secrets ...string) *strings.Replacer {
	var pairs []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		pairs = append(pairs, s, "***", url.QueryEscape(s), "***")
		if _, key, ok := strings.Cut(s, ":"); ok && len(key) >= 8 {
			pairs = append(pairs, key, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

func mentions(s string, any []string) bool {
	for _, sub := range any {
		if strings.Contains(s, sub) {
			return true
		}
	}
	return false
}
