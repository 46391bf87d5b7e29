package api

import (
	"context"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/storage"
)

func changeRoutes() []route {
	all := []route{
		{method: http.MethodGet, path: "/changes", query: pageQuery(), run: listChanges},
		{method: http.MethodPost, path: "/changes", run: createChange},
		{method: http.MethodGet, path: "/changes/:id", run: readChange},
		{method: http.MethodPut, path: "/changes/:id", run: replaceChange},
		{method: http.MethodGet, path: "/changes/:id/versions", run: listVersions},
		{method: http.MethodGet, path: "/changes/:id/findings", run: listFindings},
		{method: http.MethodPut, path: "/changes/:id/findings/:finding", run: acceptFinding},
	}
	all = append(all, approvalRoutes()...)
	for _, m := range bot.ChangeMoves() {
		all = append(all, route{method: http.MethodPost, path: "/changes/:id/" + string(m), run: moveChange(m)})
	}
	return all
}

// changeBody is a change as clients write it. Its state and version are not
// theirs to write: Version only says which one is replaced.
type changeBody struct {
	ID          string         `json:"id"`
	Kind        bot.ChangeKind `json:"kind"`
	Title       bot.Bilingual  `json:"title"`
	Summary     bot.Bilingual  `json:"summary"`
	Reason      bot.Bilingual  `json:"reason"`
	Consequence bot.Bilingual  `json:"consequence"`
	Benefit     bot.Bilingual  `json:"benefit"`
	ToDo        bot.Bilingual  `json:"to_do"`
	From        time.Time      `json:"from"`
	Owner       string         `json:"owner"`
	Audience    audienceBody   `json:"audience"`
	Version     int            `json:"version"`
	bot.Particulars
}

func (b changeBody) change() (bot.Change, error) {
	audience, err := b.Audience.segment()
	if len(b.Groups) > 0 && !audience.Everyone() {
		return bot.Change{}, problemBody("Whom a change concerns is said by its groups or by its audience.", fault{
			Field: "/audience", Detail: "must be left out where there are groups",
		})
	}
	return bot.Change{
		ID: b.ID, Kind: b.Kind, Title: b.Title, Summary: b.Summary, Reason: b.Reason, Consequence: b.Consequence,
		Benefit: b.Benefit, ToDo: b.ToDo, From: b.From, Owner: b.Owner, Audience: audience, Version: b.Version,
		Particulars: b.Particulars,
	}, err
}

// changeShown is a change as clients read it; a date that is not set is left out.
type changeShown struct {
	bot.Change
	From     time.Time    `json:"from,omitzero"`
	Audience audienceBody `json:"audience,omitzero"`
	Author   string       `json:"author,omitempty"`
	Editor   string       `json:"editor,omitempty"`
	Note     string       `json:"note,omitempty"`
	// Named is the audience as it was written, where Audience has copies of the segments
	// that it names; Outdated says that one of them has changed since.
	Named    *bot.Segment `json:"audience_named,omitempty"`
	Outdated bool         `json:"audience_outdated,omitempty"`
	// Moves are those that are legal from where it stands, InForce the version that
	// customers hear of.
	Moves     []bot.ChangeMove `json:"moves"`
	InForce   int              `json:"in_force,omitempty"`
	Made      time.Time        `json:"made_at,omitzero"`
	Submitted time.Time        `json:"submitted_at,omitzero"`
	Approved  time.Time        `json:"approved_at,omitzero"`
	Announced time.Time        `json:"announced_at,omitzero"`
	Hash      string           `json:"hash,omitempty"`
	// Heard is how many people have heard of what was closed or withdrawn: the answer to
	// that move alone has it.
	Heard *int `json:"heard,omitempty"`
	*expandingShown
}

// expandingShown is how far the ledger of a change has come; it is left out once
// everybody whom the change concerns has their row.
type expandingShown struct {
	Expanding bool `json:"expanding"`
	Walked    int  `json:"walked"`           // contacts looked at so far
	People    int  `json:"people,omitempty"` // about how many there are
}

func showChange(s storage.Sheet) changeShown {
	shown := changeShown{
		Change: s.Change, From: s.From, Audience: showAudience(s.Audience), Author: s.Author, Editor: s.Editor, Note: s.Note,
		Moves: s.State.Moves(), InForce: s.InForce, Made: s.Made, Submitted: s.Submitted, Approved: s.Approved, Announced: s.Announced,
		Hash: s.Hash,
	}
	if !s.Named.Everyone() {
		shown.Named, shown.Outdated = &s.Named, s.Outdated
	}
	if shown.Moves == nil {
		shown.Moves = []bot.ChangeMove{}
	}
	if e := s.Expanding; e != nil {
		shown.expandingShown = &expandingShown{Expanding: true, Walked: e.Walked, People: e.People}
	}
	return shown
}

func changeAnswer(s storage.Sheet, err error) (answer, error) {
	return answer{status: http.StatusOK, body: showChange(s), etag: etag(s.Version)}, err
}

func listChanges(_ *API, ctx context.Context, q *request) (answer, error) {
	return lists(ctx, q, q.parts.Changes.List, showChange)
}

func readChange(_ *API, ctx context.Context, q *request) (answer, error) {
	return changeAnswer(q.parts.Changes.Read(ctx, q.actor, q.id()))
}

func listVersions(_ *API, ctx context.Context, q *request) (answer, error) {
	all, err := q.parts.Changes.Versions(ctx, q.actor, q.id())
	shown := make([]changeShown, len(all))
	for i, s := range all {
		shown[i] = showChange(s)
	}
	return answer{status: http.StatusOK, body: map[string]any{"items": shown}}, err
}

func createChange(_ *API, ctx context.Context, q *request) (answer, error) {
	var b changeBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if b.Version != 0 {
		return answer{}, problemBody("A new change has no version yet.", fault{Field: "/version", Detail: "must be left out"})
	}
	c, err := b.change()
	if err != nil {
		return answer{}, err
	}
	made, err := q.parts.Changes.Create(ctx, q.actor, c)
	return created(showChange(made), "/changes/"+made.ID, etag(made.Version)), err
}

func replaceChange(_ *API, ctx context.Context, q *request) (answer, error) {
	var b changeBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := sameID(q, &b.ID); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	c, err := b.change()
	if err != nil {
		return answer{}, err
	}
	return changeAnswer(q.parts.Changes.Replace(ctx, q.actor, c))
}

// moveBody goes with a move of a change.
type moveBody struct {
	Note    string            `json:"note"`
	Version int               `json:"version"`
	Notes   map[string]string `json:"notes"` // at fields, of a return
	Hash    string            `json:"hash"`  // of what was read of what is approved
	// People is to how many it is announced, on purpose, though approved for many more or fewer.
	People *int `json:"people"`
}

// fits says what does not go with the move.
func (b moveBody) fits(m bot.ChangeMove) error {
	for field, wrong := range map[string]bool{"/notes": b.Notes != nil && m != bot.ChangeReturn, "/hash": b.Hash != "" && m != bot.ChangeApprove, "/people": b.People != nil && m != bot.ChangeAnnounce} {
		if wrong {
			return problemBody("This does not go with the move.", fault{Field: field, Detail: "must be left out"})
		}
	}
	return nil
}

func moveChange(m bot.ChangeMove) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		var b moveBody
		if len(q.body) > 0 {
			if err := decode(q.body, &b); err != nil {
				return answer{}, err
			}
		}
		if err := b.fits(m); err != nil {
			return answer{}, err
		}
		if err := versionMeant(q, &b.Version); err != nil {
			return answer{}, err
		}
		sheet, err := q.parts.Changes.MoveSaying(ctx, q.actor, q.id(), m, b.Version, change.Said{Note: b.Note, Notes: b.Notes, Hash: b.Hash, Despite: b.People})
		if err != nil || m != bot.ChangeWithdraw && m != bot.ChangeClose {
			return changeAnswer(sheet, err)
		}
		r, err := q.parts.Changes.RollOut(ctx, q.actor, q.id())
		shown := showChange(sheet)
		shown.Heard = &r.Heard
		return answer{status: http.StatusOK, body: shown, etag: etag(sheet.Version)}, err
	}
}
