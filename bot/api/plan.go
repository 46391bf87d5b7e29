package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
)

func planRoutes() []route {
	all := []route{
		{method: http.MethodGet, path: "/plans/:id", run: readPlan},
		{method: http.MethodPost, path: "/plans/:id", run: proposePlan},
		{method: http.MethodPost, path: "/plans/:id/waves", run: addWave},
		{method: http.MethodPut, path: "/plans/:id/waves/:wave", run: editWave},
	}
	for _, do := range []string{"earlier", "later", "open", "drop"} {
		all = append(all, route{method: http.MethodPost, path: "/plans/:id/waves/:wave/" + do, run: moveWave(do)})
	}
	return all
}

// planShown is the plan of a change.
type planShown struct {
	Change string      `json:"change"`
	Waves  []waveShown `json:"waves"`
}

// waveShown is a wave as clients read it.
type waveShown struct {
	Broadcast string             `json:"broadcast"`
	Kind      bot.WaveKind       `json:"kind"`
	Place     int                `json:"place"`
	Owner     string             `json:"owner,omitempty"`
	Due       time.Time          `json:"due,omitzero"`
	Zone      string             `json:"zone,omitempty"`
	Gate      int                `json:"gate_percent"`
	Know      int                `json:"know"`   // of the wave before
	People    int                `json:"people"` // of whom it is asked
	Waits     broadcast.WaitKind `json:"waits_for,omitempty"`
	Since     time.Time          `json:"waits_since,omitzero"`
	Overdue   bool               `json:"overdue"`
	Opened    string             `json:"opened_by,omitempty"`
	Why       string             `json:"opened_why,omitempty"`
	State     bot.BroadcastState `json:"state"` // of its broadcast
	Version   int                `json:"version"`
	Planned   int                `json:"planned"`
	Sent      int                `json:"sent"`
}

func readPlan(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := q.actor.Require(bot.ReadAudience); err != nil {
		return answer{}, err
	}
	if _, err := q.parts.Changes.Read(ctx, q.actor, q.id()); err != nil {
		return answer{}, err
	}
	all, err := q.parts.Broadcasts.Plan(ctx, q.actor, q.id())
	shown := planShown{Change: q.id(), Waves: make([]waveShown, len(all))}
	for i, w := range all {
		shown.Waves[i] = waveShown{
			Broadcast: w.ID, Kind: w.Wave.Kind, Place: w.Wave.Place, Owner: w.Wave.Owner, Due: w.Start, Zone: w.Zone, Gate: w.Wave.Gate,
			Know: w.Gate.Has.Know, People: w.Gate.Has.People, Waits: w.Gate.Why, Since: w.Held, Overdue: w.Overdue, Opened: w.Wave.Opened.By, Why: w.Wave.Opened.Why,
			State: w.State, Version: w.Version, Planned: w.Report.Planned, Sent: w.Report.Sent,
		}
	}
	return answer{status: http.StatusOK, body: shown}, err
}

// planAnswer is the plan as it is after it was written.
func planAnswer(ctx context.Context, q *request, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	q.after = func() { q.parts.Store.Notify(storage.BroadcastsTopic) } // whoever was told before the commit saw nothing
	return readPlan(nil, ctx, q)
}

// planBody says in which language colleagues read the titles of new waves.
type planBody struct {
	Language bot.Language `json:"language"`
}

func (b planBody) language() (bot.Language, error) {
	if b.Language == "" {
		return bot.Ukrainian, nil
	}
	if !b.Language.Known() {
		return "", bot.Invalid("language", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.Languages())})
	}
	return b.Language, nil
}

func proposePlan(_ *API, ctx context.Context, q *request) (answer, error) {
	var b planBody
	if len(q.body) > 0 {
		if err := decode(q.body, &b); err != nil {
			return answer{}, err
		}
	}
	l, err := b.language()
	if err == nil {
		err = q.parts.Broadcasts.Propose(ctx, q.actor, q.id(), l)
	}
	return planAnswer(ctx, q, err)
}

// waveBody is a wave as clients write it.
type waveBody struct {
	planBody
	Kind  bot.WaveKind `json:"kind"`
	Owner string       `json:"owner"`
	// Broadcast is a draft that becomes the wave, with its own words and people; "" makes one.
	Broadcast string `json:"broadcast"`
	// Due is a moment with its offset, or such as 2027-03-28T10:00 on a clock of Zone.
	Due     string `json:"due"`
	Zone    string `json:"zone"`
	Gate    *int   `json:"gate_percent"`
	Version int    `json:"version"`
}

func (b waveBody) due(q *request) (at time.Time, err error) {
	if b.Due == "" {
		return time.Time{}, nil
	}
	if at, err = bot.MomentAt(b.Due, q.parts.Broadcasts.ZoneOf(b.Zone)); err != nil {
		err = bot.Invalid("due", bot.FaultMoment, nil)
	}
	return at, err
}

func addWave(_ *API, ctx context.Context, q *request) (answer, error) {
	var b waveBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := q.actor.Require(bot.WriteContent); err != nil {
		return answer{}, err
	}
	l, err := b.language()
	if err != nil {
		return answer{}, err
	}
	due, err := b.due(q)
	if err != nil {
		return answer{}, err
	}
	want := broadcast.Wanted{Kind: b.Kind, Owner: b.Owner, Due: due, Zone: b.Zone, Gate: b.Gate}
	if b.Broadcast == "" {
		return planAnswer(ctx, q, q.parts.Broadcasts.AddWave(ctx, q.actor, q.id(), l, want))
	}
	if b.Kind != "" {
		return answer{}, bot.Invalid("kind", bot.FaultChoice, bot.Data{"Choices": []string{""}})
	}
	return planAnswer(ctx, q, q.parts.Broadcasts.TakeWave(ctx, q.actor, q.id(), b.Broadcast, want))
}

func editWave(_ *API, ctx context.Context, q *request) (answer, error) {
	var b waveBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	if err := q.actor.Require(bot.WriteContent); err != nil {
		return answer{}, err
	}
	wave, err := waveMeant(ctx, q)
	if err != nil {
		return answer{}, err
	}
	due, err := b.due(q)
	if err == nil {
		edit := broadcast.WaveEdit{Owner: b.Owner, Due: due, Zone: b.Zone}
		if b.Gate != nil {
			edit.Gate = *b.Gate
		}
		err = q.parts.Broadcasts.EditWave(ctx, q.actor, wave, b.Version, edit)
	}
	return planAnswer(ctx, q, err)
}

// waveMoveBody goes with what is done to a wave.
type waveMoveBody struct {
	Why     string `json:"why"`
	Version int    `json:"version"`
}

func moveWave(do string) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		var b waveMoveBody
		if len(q.body) > 0 {
			if err := decode(q.body, &b); err != nil {
				return answer{}, err
			}
		}
		if err := versionMeant(q, &b.Version); err != nil {
			return answer{}, err
		}
		needs := bot.WriteContent
		if do == "open" {
			needs = bot.ApproveContent
		}
		if err := q.actor.Require(needs); err != nil {
			return answer{}, err
		}
		wave, err := waveMeant(ctx, q)
		if err != nil {
			return answer{}, err
		}
		all := q.parts.Broadcasts
		switch do {
		case "open":
			err = all.OpenWave(ctx, q.actor, wave, b.Why)
		case "drop":
			err = all.DropWave(ctx, q.actor, wave, b.Version)
		default:
			err = all.MoveWave(ctx, q.actor, wave, do == "later")
		}
		return planAnswer(ctx, q, err)
	}
}

// waveMeant is the broadcast of the wave that the path names, of this plan and no other.
func waveMeant(ctx context.Context, q *request) (string, error) {
	id := q.echo.Param("wave")
	all, err := q.parts.Broadcasts.Plan(ctx, q.actor, q.id())
	if err == nil && !slices.ContainsFunc(all, func(w broadcast.Planned) bool { return w.ID == id }) {
		err = storage.ErrNotFound
	}
	return id, err
}
