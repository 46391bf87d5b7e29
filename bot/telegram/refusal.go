package telegram

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// refusal is how the API says no. Its code is that of HTTP, except behind a
// gateway that makes a 200 of everything.
type refusal struct {
	Code        int
	Description string
	RetryAfter  float64 // seconds; 0 when it does not say so here
	MigrateTo   string  // "" when the chat has no other id
}

// refusal reads the API's refusal; false when what came is none: it is known by
// ok being false beside a code or words. A field of an unknown form is as good as
// none, for the rest still counts.
func (f *facts) refusal() (refusal, bool) {
	var answer struct {
		OK          *bool           `json:"ok"`
		Code        json.RawMessage `json:"error_code"`
		Description json.RawMessage `json:"description"`
		Parameters  json.RawMessage `json:"parameters"`
	}
	if json.Unmarshal(f.Body, &answer) != nil || answer.OK == nil || *answer.OK {
		return refusal{}, false
	}
	var r refusal
	_ = json.Unmarshal(answer.Code, &r.Code)
	_ = json.Unmarshal(answer.Description, &r.Description)
	if r.Code == 0 && f.Status >= 400 && r.Description != "" {
		r.Code = f.Status
	}
	var parameters struct {
		RetryAfter json.RawMessage `json:"retry_after"`
		MigrateTo  json.RawMessage `json:"migrate_to_chat_id"`
	}
	_ = json.Unmarshal(answer.Parameters, &parameters)
	r.RetryAfter, _ = strconv.ParseFloat(unquoted(parameters.RetryAfter), 64)
	if to, err := strconv.ParseInt(unquoted(parameters.MigrateTo), 10, 64); err == nil && to != 0 {
		r.MigrateTo = strconv.FormatInt(to, 10)
	}
	return r, r.Code != 0
}

// unquoted returns a number as it stands, and out of a string.
func unquoted(raw json.RawMessage) string { return strings.Trim(string(raw), `"`) }

// limits reports whether we are too fast.
func (r refusal) limits() bool {
	return r.Code == http.StatusTooManyRequests || r.Code == 420 || saidWait.MatchString(r.Description)
}

// saidWait finds a wait among the words, where nothing else names it.
var saidWait = regexp.MustCompile(`(?i)(?:retry after |flood_wait_)(\d+)`)

// wait returns how long we are asked to wait, at most maxWait: the parameters say
// it first, then the header, then the words; 0 when none of them does.
func (r refusal) wait(f *facts) time.Duration {
	if r.RetryAfter > 0 {
		return time.Duration(min(r.RetryAfter, maxWait.Seconds()) * float64(time.Second))
	}
	if wait := f.RetryAfter(maxWait); wait > 0 {
		return wait
	}
	if said := saidWait.FindStringSubmatch(r.Description); said != nil {
		seconds, _ := strconv.ParseFloat(said[1], 64)
		return time.Duration(min(seconds, maxWait.Seconds()) * float64(time.Second))
	}
	return 0
}

// why is what a refusal of a request has against it, where that decides what
// becomes of it.
type why int

const (
	whyElse     why = iota // something else: the message is to blame
	whyDone                // it is already as we want it, or too late to matter
	whyAbsent              // there is nobody at this address
	whyFixed               // the message to be edited is gone, or stays as it is
	whyThread              // the thread of the chat is gone or closed
	whyStyles              // our HTML
	whyKeyboard            // the buttons
	whyFile                // the file cannot be fetched or shown
)

// whys are the API's words for each, in lower case; the first that is found
// counts. The API says some in words and some, passed on from behind it, in
// capitals.
func whys() []struct {
	why   why
	words []string
} {
	return []struct {
		why   why
		words []string
	}{
		{whyDone, []string{
			"message is not modified", "message_not_modified", "query is too old", "query id is invalid", "query_id_invalid",
			"message to delete not found", "message can't be deleted",
		}},
		{whyAbsent, []string{
			"chat not found", "user not found", "peer_id_invalid", "chat_id_invalid", "user_id_invalid", "user_is_blocked",
			"user_deactivated", "user is deactivated", "bot was blocked", "bot can't initiate", "user_is_bot", "user_bot_invalid",
			"chat was deactivated", "chat was deleted", "chat_write_forbidden", "not enough rights to send text messages",
			"have no rights to send a message",
		}},
		{whyFixed, []string{
			"message to edit not found", "message can't be edited", "message_id_invalid", "message identifier is not specified",
			"there is no text in the message to edit", "message_edit_time_expired", "message_author_required",
		}},
		{whyThread, []string{
			"thread not found", "topic_deleted", "topic_closed", "topic_id_invalid", "topic not found", "topic_not_found",
			"thread_invalid", "thread_id_invalid",
		}},
		{whyStyles, []string{"can't parse entities", "can't parse message text", "can't parse caption", "entity_", "entities_too_long"}},
		{whyKeyboard, []string{
			"button", "reply markup", "reply_markup", "keyboard", "phone number can be requested",
		}},
		{whyFile, []string{
			"file", "http url", "photo_", "image_process_failed", "webpage_", "media_empty", "media_invalid",
			"wrong type of the web page content", "failed to get http",
		}},
	}
}

// why reads the words.
func (r refusal) why() why {
	said := strings.ToLower(r.Description)
	for _, w := range whys() {
		for _, words := range w.words {
			if strings.Contains(said, words) {
				return w.why
			}
		}
	}
	return whyElse
}

// refusedError is a refusal in the API's own words, made safe.
type refusedError struct {
	why   why
	words string
}

// Error implements error.
func (e *refusedError) Error() string { return e.words }

// reason returns what a send has against it that was refused for its request.
func reason(failed *bot.SendError) why {
	if refused, ok := errors.AsType[*refusedError](failed); ok && failed.Outcome == bot.Malformed {
		return refused.why
	}
	return whyElse
}
