package api

import (
	"context"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/storage"
)

func approvalRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/approvals", run: listApprovals},
		{method: http.MethodGet, path: "/changes/:id/approval", run: readApproval},
		{method: http.MethodGet, path: "/changes/:id/notes", run: listNotes},
		{method: http.MethodPut, path: "/changes/:id/notes", run: mendNote},
		{method: http.MethodPost, path: "/changes/:id/rehearse", run: rehearseChange},
	}
}

// awaitingShown is what waits for an approval, as clients read it.
type awaitingShown struct {
	Noun    string        `json:"noun"`
	ID      string        `json:"id"`
	Version int           `json:"version"`
	Title   bot.Bilingual `json:"title"`
	Since   time.Time     `json:"since,omitzero"`
	By      string        `json:"by,omitempty"`
	Mine    bool          `json:"mine"` // the client's user may decide about it
}

func listApprovals(_ *API, ctx context.Context, q *request) (answer, error) {
	mine, others, err := q.parts.Approvals.Waiting(ctx, q.actor)
	shown := []awaitingShown{}
	add := func(all []storage.Awaiting, mine bool) {
		for _, w := range all {
			shown = append(shown, awaitingShown{w.Noun, w.ID, w.Version, w.Title, w.Since, w.Name, mine})
		}
	}
	add(mine, true)
	add(others, false)
	return answer{status: http.StatusOK, body: listed(shown)}, err
}

// approvalShown is what there is to know of a change before somebody approves it.
type approvalShown struct {
	Version  int       `json:"version"`
	Hash     string    `json:"hash"` // of all that an approval would bind now
	Since    time.Time `json:"since,omitzero"`
	Until    time.Time `json:"until,omitzero"` // when it goes back by itself
	By       string    `json:"by,omitempty"`
	Returned int       `json:"returned_version,omitempty"`
	Short    bool      `json:"short_notice"`
	Mine     bool      `json:"mine"`
	Undo     time.Time `json:"undo_until,omitzero"`
}

func readApproval(_ *API, ctx context.Context, q *request) (answer, error) {
	sheet, err := q.parts.Changes.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	r, err := q.parts.Changes.Review(ctx, q.actor, sheet)
	if err != nil {
		return answer{}, err
	}
	shown := approvalShown{
		Version: sheet.Version, Hash: sheet.Hash, Since: r.Since, Until: r.Until, By: r.By, Returned: r.Returned, Short: r.Short,
		Mine: sheet.State == bot.ChangeReview && r.Judged == nil,
	}
	if sheet.State != bot.ChangeReview {
		shown.Until = time.Time{}
	}
	if shown.Undo, err = q.parts.Changes.Undoable(ctx, q.actor, sheet); err != nil {
		return answer{}, err
	}
	if shown.Hash == "" && len(change.Unready(sheet.Change)) == 0 {
		shown.Hash, err = q.parts.Changes.Approvable(sheet)
	}
	return answer{status: http.StatusOK, body: shown, etag: etag(sheet.Version)}, err
}

// noteShown is what was noted at a field when the change was returned.
type noteShown struct {
	Field   string    `json:"field"`
	Note    string    `json:"note"`
	Version int       `json:"version"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
	Mended  bool      `json:"mended"`
}

func listNotes(_ *API, ctx context.Context, q *request) (answer, error) {
	sheet, err := q.parts.Changes.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	all, err := q.parts.Changes.Notes(ctx, q.actor, sheet.Unsubmitted().Change)
	shown := []noteShown{}
	for _, n := range all {
		shown = append(shown, noteShown{n.Field, n.Text, n.Version, n.Login, n.At, n.Mended})
	}
	return answer{status: http.StatusOK, body: listed(shown)}, err
}

// mendBody ticks a note off, or takes that back.
type mendBody struct {
	Field  string `json:"field"`
	Mended bool   `json:"mended"`
}

func mendNote(api *API, ctx context.Context, q *request) (answer, error) {
	var b mendBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := q.parts.Changes.Mend(ctx, q.actor, q.id(), b.Field, b.Mended); err != nil {
		return answer{}, err
	}
	return listNotes(api, ctx, q)
}

// rehearseBody says which version is rehearsed, and in which language.
type rehearseBody struct {
	Version  int          `json:"version"`
	Language bot.Language `json:"language"`
}

// rehearsedShown is where a rehearsal went.
type rehearsedShown struct {
	Bot string `json:"bot"`
}

func rehearseChange(_ *API, ctx context.Context, q *request) (answer, error) {
	var b rehearseBody
	if len(q.body) > 0 {
		if err := decode(q.body, &b); err != nil {
			return answer{}, err
		}
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	if b.Language != "" && !b.Language.Known() {
		return answer{}, bot.Invalid("language", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.Languages())})
	}
	to, err := q.parts.Changes.Rehearse(ctx, q.actor, q.id(), b.Version, b.Language)
	return answer{status: http.StatusOK, body: rehearsedShown{to.Bot}}, err
}
