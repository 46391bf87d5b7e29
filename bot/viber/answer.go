package viber

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
)

// answer is what the API says.
type answer struct {
	Status      *status  `json:"status"`
	Message     words    `json:"status_message"`
	Token       whole    `json:"message_token"`
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	URI         string   `json:"uri"`
	Webhook     string   `json:"webhook"`
	EventTypes  []string `json:"event_types"`
	Subscribers whole    `json:"subscribers_count"`
}

// judge reads an answer. Viber says 200 even to errors; the JSON status decides
// there, and wherever else a refusal carries one.
func judge(method string, came call.Answer) (answer, *bot.SendError) {
	var a answer
	code, raw := came.Status, came.Body
	readable := len(raw) <= maxAnswer && understood(raw, &a)
	switch {
	case code == http.StatusOK && readable && *a.Status == 0:
		return a, nil
	case code == http.StatusOK && !readable:
		return answer{}, failed(bot.Unknown, method, fmt.Errorf("an answer of %d bytes without a status", len(raw)))
	case code >= 500 && (!readable || *a.Status == 0):
		// A gateway's page says nothing of what became of the bytes behind it.
		return answer{}, failed(bot.Unknown, method, fmt.Errorf("HTTP %d", code))
	case code >= 500, code == http.StatusTooManyRequests && !readable:
		e := failed(bot.Later, method, fmt.Errorf("HTTP %d", code))
		e.After = came.RetryAfter(time.Hour)
		e.Whole = e.After > 0 || code == http.StatusTooManyRequests
		return answer{}, e
	case readable && *a.Status != 0 && code >= 400 || code == http.StatusOK:
		return a, refused(method, *a.Status, string(a.Message))
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusNotFound:
		return answer{}, failed(bot.Halted, method, fmt.Errorf("HTTP %d", code))
	case code == http.StatusBadRequest, code == http.StatusRequestEntityTooLarge:
		return answer{}, failed(bot.Malformed, method, fmt.Errorf("HTTP %d", code))
	case code >= 200 && code < 300:
		return answer{}, failed(bot.Unknown, method, fmt.Errorf("HTTP %d", code))
	}
	// A redirect, or something in between that is not Viber: nothing arrived.
	e := failed(bot.Later, method, fmt.Errorf("HTTP %d", code))
	e.Whole = true
	return answer{}, e
}

// understood reads an answer as far as its status; other fields may be odd.
func understood(raw []byte, a *answer) bool {
	err := json.Unmarshal(raw, a)
	var odd *json.UnmarshalTypeError
	return (err == nil || errors.As(err, &odd)) && a.Status != nil
}
