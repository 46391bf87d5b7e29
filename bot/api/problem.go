package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/storage"
)

// problem is an error as clients see it. Nothing of the database or of our code
// ever stands in it.
type problem struct {
	web.Problem
	Request string  `json:"request,omitempty"` // what to name when asking us for help
	From    string  `json:"from,omitempty"`    // the state that does not allow Move
	Move    string  `json:"move,omitempty"`
	To      string  `json:"to,omitempty"`     // the state that Move leads to
	Holder  string  `json:"holder,omitempty"` // the login of who holds the ticket
	Errors  []fault `json:"errors,omitempty"`
}

// fault is one field that is wrong. Those of content have a code that stays.
type fault struct {
	Field  string        `json:"field"`
	Code   bot.FaultCode `json:"code,omitempty"`
	Detail string        `json:"detail"`
}

// said gives the faults their words.
func said(all []bot.Fault) []fault {
	faults := make([]fault, len(all))
	for i, f := range all {
		faults[i] = fault{f.Field, f.Code, f.Detail()}
	}
	return faults
}

// Error implements error.
func (p *problem) Error() string { return p.Code + ": " + p.Detail }

func newProblem(status int, code, title, detail string) *problem {
	return &problem{Problem: web.Problem{
		Type: "urn:visnyk:problem:" + code, Title: title, Status: status, Detail: detail, Code: code, Realm: "visnyk",
	}}
}

func problemBody(detail string, faults ...fault) *problem {
	p := newProblem(http.StatusBadRequest, "malformed_body", "The body is not what this route takes", detail)
	p.Errors = faults
	return p
}

func problemParameter(detail string) *problem {
	return newProblem(http.StatusBadRequest, "malformed_parameter", "A parameter or header is not what this route takes", detail)
}

func problemNoRoute() *problem {
	return newProblem(http.StatusNotFound, "no_such_route", "There is no such route",
		"Look at "+prefix+"/openapi.json for the routes there are.")
}

func problemMethod(allow string) *problem {
	return newProblem(http.StatusMethodNotAllowed, "method_not_allowed", "This route does not have that method", "It has "+allow+".")
}

func problemTooLarge(limit int64) *problem {
	return newProblem(http.StatusRequestEntityTooLarge, "too_large", "The body is too large",
		fmt.Sprintf("A request has at most %d bytes: send the list in parts.", limit))
}

func problemCompressed() *problem {
	return newProblem(http.StatusUnsupportedMediaType, "compressed", "The body is compressed",
		"Send it as it is, without Content-Encoding.")
}

func problemSlow() *problem {
	return newProblem(http.StatusRequestTimeout, "too_slow", "The body came too slowly", "Send the request again.")
}

func problemTooMany(wait time.Duration) *problem {
	p := newProblem(http.StatusTooManyRequests, "too_many_requests", "You ask too often",
		"Wait for the seconds in Retry-After, then send the request again.")
	p.Wait = wait
	return p
}

func problemUnavailable() *problem {
	p := newProblem(http.StatusServiceUnavailable, "unavailable", "The service cannot answer now",
		"Send the request again after the seconds in Retry-After; a write with the same Idempotency-Key is not done twice.")
	p.Wait = 2 * time.Second
	return p
}

// problemUnknown: the COMMIT was sent and no answer came.
func problemUnknown() *problem {
	p := newProblem(http.StatusServiceUnavailable, "outcome_unknown", "It is not known whether this was done",
		"Read it again before you decide anything; or send the request again with the same Idempotency-Key, if it had one: then it is not done twice.")
	p.Wait = 2 * time.Second
	return p
}

func problemVersion() *problem {
	return newProblem(http.StatusPreconditionRequired, "version_required", "Which version do you mean?",
		`Send the version you read and decided about, as "version" in the body or as its ETag in If-Match.`)
}

// problemStale reports that somebody else wrote since what was read.
func problemStale(e *bot.StaleError) *problem {
	return newProblem(http.StatusPreconditionFailed, "version_stale", "Somebody else wrote first",
		fmt.Sprintf("You mean version %d, and it is version %d now: read it again, decide again, and send the version you read.", e.Meant, e.Now))
}

func problemNoAddress() *problem {
	return newProblem(http.StatusServiceUnavailable, "not_configured", "The service lacks a setting",
		"Set VISNYK_PUBLIC_URL and start it again: a link must lead somewhere.")
}

// explain finds the words for an error.
func explain(err error) *problem {
	var (
		known     *problem
		forbidden *bot.ForbiddenError
		stale     *bot.StaleError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, staff.ErrUnauthenticated):
		return newProblem(http.StatusUnauthorized, "unauthenticated", "Who are you?",
			"Send Authorization: Bearer TOKEN with a token of visnyk token add. It may have been revoked, or its user disabled.")
	case errors.As(err, &forbidden):
		return explainForbidden(forbidden)
	case errors.Is(err, bot.ErrNoVersion):
		return problemVersion()
	case errors.As(err, &stale):
		return problemStale(stale)
	case errors.Is(err, storage.ErrNotFound):
		return newProblem(http.StatusNotFound, "not_found", "There is nothing with this id", "List the collection for the ids there are.")
	case errors.Is(err, storage.ErrConflict):
		return newProblem(http.StatusConflict, "version_conflict", "Somebody else wrote first",
			"Read it again, decide again, and send your write with the version you read.")
	case errors.Is(err, contact.ErrOwnAddress):
		return newProblem(http.StatusConflict, "own_address", "The address is the contact's own",
			"Only an address that was joined to the contact can be split off: split the others, or read the contact again.")
	case errors.Is(err, storage.ErrInFlight):
		p := newProblem(http.StatusConflict, "request_in_flight", "A request with this Idempotency-Key is under way",
			"Wait for the seconds in Retry-After and send it again to get its answer.")
		p.Wait = time.Second
		return p
	case errors.Is(err, storage.ErrAnswerGone):
		return newProblem(http.StatusConflict, "answer_gone", "This was done, and its answer cannot be given again",
			"The answer is a secret, and VISNYK_SECRET was not set or was another one when it was kept. Send the request with a new Idempotency-Key to have it done anew.")
	case errors.Is(err, storage.ErrKeyReused):
		return newProblem(http.StatusUnprocessableEntity, "key_reused", "This Idempotency-Key belongs to another request",
			"Send every new request with a new key; repeat a request with its own key and exactly its body.")
	case errors.Is(err, storage.ErrNoSecret):
		return newProblem(http.StatusServiceUnavailable, "not_configured", "The service lacks a setting",
			"Set VISNYK_SECRET and start it again: without it nothing can be audited, and nobody imported or erased.")
	case errors.Is(err, storage.ErrCommitUnknown): // before what it was caused by
		return problemUnknown()
	case storage.Away(err), errors.Is(err, staff.ErrBusy), errors.Is(err, web.ErrTooMany),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return problemUnavailable()
	}
	if p := explainMove(err); p != nil {
		return p
	}
	if p := explainContent(err); p != nil {
		return p
	}
	return newProblem(http.StatusInternalServerError, "internal", "Something is broken on our side",
		`Nothing was written. Tell whoever runs the service the "request" below.`)
}

func explainForbidden(e *bot.ForbiddenError) *problem {
	if e.Same {
		return newProblem(http.StatusForbidden, "same_person", "Somebody else must do this",
			"You wrote a part of it or submitted it, so another user approves it. Another token or role of yours is still you.")
	}
	return newProblem(http.StatusForbidden, "forbidden", "Your role does not include this",
		fmt.Sprintf("It needs the permission %q: ask somebody who has it, or for a token with another role.", e.Permission))
}

// explainMove explains a move that is not legal from the state there is.
func explainMove(err error) *problem {
	var e *bot.MoveError
	if !errors.As(err, &e) {
		return nil
	}
	if e.Noun == "ticket" {
		return explainTicket(e)
	}
	leads := ""
	if e.To != "" {
		leads = fmt.Sprintf(", which leads to %q", e.To)
	}
	p := newProblem(http.StatusConflict, "illegal_move", "This move is not legal from the state it is in",
		fmt.Sprintf("It is %s, and what is %s has no move %q%s. %s", e.From, e.From, e.Move, leads, moves(e.Legal)))
	p.From, p.Move, p.To = e.From, e.Move, e.To
	return p
}

// explainTicket explains a move that a ticket does not allow the actor.
func explainTicket(e *bot.MoveError) *problem {
	words := "It is " + e.From + ", and so this cannot be done: read it again."
	if e.From == string(bot.TicketTaken) && e.Move != string(bot.TicketTakeover) {
		words = "It is taken by " + e.Login + ": agree with them, or make a takeover first."
	}
	p := newProblem(http.StatusConflict, "illegal_move", "The ticket does not allow this move", words)
	p.From, p.Move, p.Holder = e.From, e.Move, e.Login
	return p
}

// moves says which moves there are.
func moves(legal []string) string {
	if len(legal) == 0 {
		return "It has no move any more."
	}
	return "Its moves are: " + strings.Join(legal, ", ") + "."
}

// explainContent names every field of content that is not good, and what stands
// in the way of what is.
func explainContent(err error) *problem {
	var (
		invalid *bot.InvalidError
		refused *bot.RefusedError
	)
	switch {
	case errors.As(err, &invalid):
		return problemContent(said(invalid.Faults))
	case errors.As(err, &refused):
		p := newProblem(http.StatusConflict, "refused", "This cannot be done as things stand", refused.Error()+".")
		p.Errors = said([]bot.Fault{refused.Fault})
		return p
	}
	return nil
}

func problemContent(faults []fault) *problem {
	var names []string
	for _, f := range faults {
		names = append(names, f.Field+" "+f.Detail)
	}
	p := newProblem(http.StatusUnprocessableEntity, "content", "The content is not complete or not right", strings.Join(names, "; ")+".")
	p.Errors = faults
	return p
}
