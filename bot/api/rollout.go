package api

import (
	"context"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
)

func rollOutRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/changes/:id/rollout", run: readRollOut},
		{method: http.MethodPost, path: "/changes/:id/stages", run: addStage},
		{method: http.MethodPost, path: "/changes/:id/extend", run: extendChange},
	}
}

// rollOutShown is how far the roll-out of a change has come.
type rollOutShown struct {
	Version   int           `json:"version"`
	Heard     int           `json:"heard"`
	Followers int           `json:"followers"`
	NextNews  time.Time     `json:"next_news,omitzero"`
	Late      bool          `json:"late"`
	Page      string        `json:"page,omitempty"`
	Stages    []stagedShown `json:"stages"`
}

type stagedShown struct {
	bot.Stage
	Broadcast string             `json:"broadcast,omitempty"`
	State     bot.BroadcastState `json:"state,omitempty"`
}

func readRollOut(_ *API, ctx context.Context, q *request) (answer, error) {
	r, err := q.parts.Changes.RollOut(ctx, q.actor, q.id())
	return answer{status: http.StatusOK, body: showRollOut(r, q.parts.FollowPages)}, err
}

func showRollOut(r change.RollOut, pages *bot.FollowPages) rollOutShown {
	shown := rollOutShown{
		Version: r.Sheet.Version, Heard: r.Heard, Followers: r.Followers, NextNews: r.Sheet.NextNews, Late: r.Late, Stages: make([]stagedShown, len(r.Stages)),
	}
	if r.Sheet.Public() {
		shown.Page = pages.URL(r.Sheet.Change)
	}
	for i, s := range r.Stages {
		shown.Stages[i] = stagedShown{s.Stage, s.Broadcast.ID, s.Broadcast.State}
	}
	return shown
}

// stageBody is one more stage as clients write it.
type stageBody struct {
	Text     bot.Bilingual `json:"text"`
	At       time.Time     `json:"at"`
	NextNews time.Time     `json:"next_news"`
	Version  int           `json:"version"`
}

func addStage(_ *API, ctx context.Context, q *request) (answer, error) {
	var b stageBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	return changeAnswer(q.parts.Changes.AddStage(ctx, q.actor, q.id(), b.Version, bot.Stage{At: b.At, Text: b.Text}, b.NextNews))
}

func extendChange(_ *API, ctx context.Context, q *request) (answer, error) {
	var b struct {
		Version int `json:"version"`
	}
	if len(q.body) > 0 {
		if err := decode(q.body, &b); err != nil {
			return answer{}, err
		}
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	return changeAnswer(q.parts.Changes.Extend(ctx, q.actor, q.id(), b.Version))
}
