package viber

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// status is the status of an answer: 0 is success. Some gateways write it as a string.
type status int

// UnmarshalJSON implements json.Unmarshaler.
func (s *status) UnmarshalJSON(b []byte) error {
	text := string(b)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	*s = status(n)
	return nil
}

// tooMany is the status for a person who has been sent too much in an hour
// without an answer; the count starts anew when they write.
const tooMany = status(12)

// How long a chat waits after tooMany: at first, and at most once that has doubled.
const (
	tooManyFirst = 5 * time.Second
	tooManyMost  = 5 * time.Minute
)

// triesOfUnknown is how often a message goes that Viber refuses for a reason
// outside its documentation.
const triesOfUnknown = 3

// meaning names a status and says what it makes of a send.
func (s status) meaning() (string, bot.Outcome) {
	switch s {
	case 1:
		return "invalidUrl", bot.Halted
	case 2:
		return "invalidAuthToken", bot.Halted
	case 3:
		return "badData", bot.Malformed
	case 4:
		return "missingData", bot.Malformed
	case 5:
		return "receiverNotRegistered", bot.Gone
	case 6:
		return "receiverNotSubscribed", bot.Gone
	case 7:
		return "publicAccountBlocked", bot.Halted
	case 8:
		return "publicAccountNotFound", bot.Halted
	case 9:
		return "publicAccountSuspended", bot.Halted
	case 10:
		return "webhookNotSet", bot.Halted
	case 11:
		return "receiverNoSuitableDevice", bot.Gone
	case tooMany:
		return "tooManyRequests", bot.Later
	case 13:
		return "apiVersionNotSupported", bot.Gone
	case 14:
		return "incompatibleWithVersion", bot.Malformed
	case 15:
		return "publicAccountNotAuthorized", bot.Halted
	case 16:
		return "inchatReplyMessageNotAllowed", bot.Malformed
	case 17:
		return "publicAccountIsNotInline", bot.Malformed
	case 18:
		return "noPublicChat", bot.Halted
	case 19:
		return "cannotSendBroadcast", bot.Halted
	case 20:
		return "broadcastNotAllowed", bot.Halted
	case 21:
		return "unsupportedCountry", bot.Gone
	case 22:
		return "paymentUnsupportedByBot", bot.Halted
	case 23:
		return "freeMessagesExceeded", bot.Halted
	case 24:
		return "noBalance", bot.Halted
	}
	return "general error", bot.Later
}

// refused is the error of a status that is not 0. Of Viber's own words it keeps
// those of its schema: the others may repeat what people wrote.
func refused(method string, s status, words string) *bot.SendError {
	name, outcome := s.meaning()
	e := failed(outcome, method, fmt.Errorf("status %d %s", s, name))
	switch {
	case s == tooMany:
		e.After, e.Most, e.Alone = tooManyFirst, tooManyMost, true
	case outcome == bot.Later:
		e.Tries = triesOfUnknown
	case outcome == bot.Malformed:
		if why := explained(words); why != "" {
			e.Err = fmt.Errorf("%w: %s", e.Err, why)
		}
	}
	return e
}
