package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/clarity"
)

// findingShown is what the check finds in the words of a change, as clients read it.
type findingShown struct {
	ID       string         `json:"id"`
	Code     clarity.Code   `json:"code"`
	Reason   clarity.Reason `json:"reason,omitempty"`
	Field    string         `json:"field"`
	Language bot.Language   `json:"language"`
	// Start and End are where it stands in the text, in bytes; both are left out where it
	// is about the whole of it.
	Start    int            `json:"start,omitempty"`
	End      int            `json:"end,omitempty"`
	Words    string         `json:"words,omitempty"`
	Stops    bool           `json:"stops"`
	Accepted *acceptedShown `json:"accepted,omitempty"`
}

// acceptedShown is who lets a finding stand, and why.
type acceptedShown struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

func showFinding(f change.Found) findingShown {
	shown := findingShown{
		ID: f.Key(), Code: f.Code, Reason: f.Reason, Field: f.Field, Language: f.Language, Start: f.Start, End: f.End, Words: f.Words, Stops: f.Stops(),
	}
	if a := f.Accepted; a != nil {
		shown.Accepted = &acceptedShown{a.Reason, cmp.Or(a.Login, a.User), a.At}
	}
	return shown
}

// zone is in which the company's days are days.
func (q *request) zone() *time.Location { return cmp.Or(q.parts.Zone, time.UTC) }

func listFindings(_ *API, ctx context.Context, q *request) (answer, error) {
	sheet, err := q.parts.Changes.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	all, err := q.parts.Changes.Found(ctx, q.actor, sheet.Unsubmitted().Change, q.zone())
	shown := make([]findingShown, len(all))
	for i, f := range all {
		shown[i] = showFinding(f)
	}
	return answer{status: http.StatusOK, body: map[string]any{"items": shown}}, err
}

// acceptBody says why a finding stands.
type acceptBody struct {
	Reason string `json:"reason"`
}

func acceptFinding(_ *API, ctx context.Context, q *request) (answer, error) {
	var b acceptBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	f, err := q.parts.Changes.AcceptFound(ctx, q.actor, q.id(), q.echo.Param("finding"), b.Reason, q.zone())
	return answer{status: http.StatusOK, body: showFinding(f)}, err
}
