package telegram

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

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

// judge turns the library's error into the outcome; nil when the call did what
// it should. What the API says is read from the exchange itself, for the library
// reads less of it.
func (c *Channel) judge(err error, f *facts) *bot.SendError {
	if err == nil {
		return nil
	}
	if r, ok := f.refusal(); ok {
		return c.refused(r, f)
	}
	return c.unread(err, f)
}

// refused judges a refusal in the API's words. The code counts first: words are
// only looked at where it says that the request is to blame.
func (c *Channel) refused(r refusal, f *facts) *bot.SendError {
	why, outcome := whyElse, bot.Malformed
	switch {
	case r.limits():
		return c.rateLimited(r.wait(f))
	case r.MigrateTo != "":
		return &bot.SendError{Outcome: bot.Gone, Err: &MovedError{Chat: r.MigrateTo}}
	case r.Code == http.StatusForbidden:
		outcome = bot.Gone
	case r.Code == http.StatusUnauthorized, r.Code == http.StatusNotFound:
		outcome = bot.Halted
	case r.Code == http.StatusConflict, r.Code >= 500, r.Code < 400:
		outcome = bot.Later
	case r.Code == http.StatusBadRequest:
		switch why = r.why(); why {
		case whyDone:
			return nil
		case whyAbsent:
			outcome = bot.Gone
		}
	}
	return &bot.SendError{Outcome: outcome, Err: &refusedError{why, c.safe(r.Description)}}
}

// triesOfPage is after how many sends a message is given up that a gateway of no
// API refuses as a bad request: it may mean the message, or the moment.
const triesOfPage = 3

// unread judges a call whose answer is not the API's, by what the exchange itself
// tells.
func (c *Channel) unread(err error, f *facts) *bot.SendError {
	failed := &bot.SendError{Outcome: bot.Later} // definitely answered, definitely not taken
	switch {
	case f.Status == 0:
		if f.Outcome() == call.Unknown {
			failed.Outcome = bot.Unknown
		}
		failed.Err = c.broken(err, f)
		return failed
	case f.Status < 300, f.Status >= 500:
		// A gateway's page says nothing of what became of the bytes behind it.
		failed.Outcome = bot.Unknown
	case f.Status == http.StatusTooManyRequests:
		return c.rateLimited(f.RetryAfter(maxWait))
	case f.Status == http.StatusUnauthorized, f.Status == http.StatusNotFound:
		failed.Outcome = bot.Halted
	case f.Status == http.StatusBadRequest && len(f.Body) > 0:
		failed.Tries = triesOfPage
	case f.Status == http.StatusBadRequest, f.Status == http.StatusRequestEntityTooLarge:
		failed.Outcome = bot.Malformed
	}
	// What came is not shown: it may be anybody's page, with our token in it.
	failed.Err = fmt.Errorf("status %d with an answer that is not understood", f.Status)
	return failed
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

func (c *Channel) rateLimited(wait time.Duration) *bot.SendError {
	wait = max(wait, minWait)
	return &bot.SendError{
		Outcome: bot.Later, After: wait, Whole: wait > wholeWait,
		Err: fmt.Errorf("too many requests, wait %s", wait),
	}
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
