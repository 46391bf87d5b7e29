package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
)

func broadcastRoutes() []route {
	all := []route{
		{method: http.MethodGet, path: "/broadcasts", query: pageQuery(), run: listBroadcasts},
		{method: http.MethodPost, path: "/broadcasts", run: createBroadcast},
		{method: http.MethodPost, path: "/broadcasts/stop", run: stopBroadcasts},
		{method: http.MethodGet, path: "/broadcasts/:id", run: readBroadcast},
		{method: http.MethodPut, path: "/broadcasts/:id", run: replaceBroadcast},
		{method: http.MethodGet, path: "/broadcasts/:id/report", run: reportBroadcast},
		{method: http.MethodPost, path: "/broadcasts/:id/ceiling", run: capBroadcast},
	}
	all = append(all,
		route{method: http.MethodPost, path: "/broadcasts/:id/mend", run: mendBroadcast},
		route{method: http.MethodPost, path: "/broadcasts/:id/fill", run: fillBroadcast})
	for _, m := range []bot.BroadcastMove{
		bot.BroadcastSubmit, bot.BroadcastApprove, bot.BroadcastReturn, bot.BroadcastRecall, bot.BroadcastUndo, bot.BroadcastSchedule, bot.BroadcastStart,
		bot.BroadcastPause, bot.BroadcastResume, bot.BroadcastCancel, bot.BroadcastRetry,
	} {
		all = append(all, route{method: http.MethodPost, path: "/broadcasts/:id/" + string(m), run: moveBroadcast(m)})
	}
	return all
}

// broadcastBody is a broadcast as clients write it. Its state and version are not
// theirs to write: Version only says which one is replaced.
type broadcastBody struct {
	ID      string                `json:"id"`
	Title   string                `json:"title"`
	Topic   string                `json:"topic"`
	Change  string                `json:"change"`
	Text    bot.Bilingual         `json:"text"`
	Digest  bot.Bilingual         `json:"digest"`
	Buttons []bot.BroadcastButton `json:"buttons"`
	Media   *attachmentBody       `json:"attachment"`
	Segment audienceBody          `json:"segment"`
	// Start and Until are moments with their offset, or such as 2027-03-28T10:00 on a
	// clock of Zone.
	Start      string `json:"start"`
	Until      string `json:"until"`
	Zone       string `json:"zone"`
	Correction bool   `json:"correction"`
	Must       bool   `json:"must_acknowledge"`
	Urgent     string `json:"urgent"`
	// Fallback is after how many hours what was not delivered goes to another address;
	// 0 is never, left out is 24.
	Fallback *int `json:"fallback_hours"`
	// Ceiling is a sum such as "500 грн".
	Ceiling string `json:"ceiling"`
	// Template says that its text has slots, and that copies of it are sent.
	Template bool `json:"template"`
	Version  int  `json:"version"`
}

// sumOf reads what a body says of money; "" is none.
func sumOf(field, text string) (m bot.Money, err error) {
	if m.UnmarshalText([]byte(text)) != nil {
		err = bot.Invalid(field, bot.FaultMoney, nil)
	}
	return m, err
}

// attachmentBody is the one picture or file of a broadcast.
type attachmentBody struct {
	Kind bot.AttachmentKind `json:"kind"`
	URL  string             `json:"url"`
	Name string             `json:"name,omitempty"`
	Alt  bot.Bilingual      `json:"alt,omitzero"`
}

// broadcast returns what the body says. A zone that is none is found by what stands
// below: it is the company's here.
func (b broadcastBody) broadcast(q *request) (bot.Broadcast, error) {
	audience, err := b.Segment.segment()
	if err == nil {
		err = b.Segment.emptied("segment")
	}
	if err != nil {
		return bot.Broadcast{}, err
	}
	made := bot.Broadcast{
		ID: b.ID, Title: b.Title, Topic: b.Topic, Change: b.Change, Text: b.Text, Digest: b.Digest, Buttons: b.Buttons, Audience: audience,
		Zone: b.Zone, Correction: b.Correction, Must: b.Must, Urgent: b.Urgent, Fallback: bot.UsualFallback, Version: b.Version, Template: b.Template,
	}
	if made.Ceiling, err = sumOf("ceiling", b.Ceiling); err != nil {
		return made, err
	}
	if b.Fallback != nil {
		made.Fallback = *b.Fallback
	}
	if b.Media != nil {
		made.Media = broadcast.PictureOf(b.Media.Kind, b.Media.URL, b.Media.Name)
		made.Media.Alt = b.Media.Alt
	}
	for _, at := range []struct {
		field, text string
		to          *time.Time
	}{{"start", b.Start, &made.Start}, {"until", b.Until, &made.Until}} {
		if at.text == "" {
			continue
		}
		if *at.to, err = bot.MomentAt(at.text, q.parts.Broadcasts.ZoneOf(b.Zone)); err != nil {
			return made, bot.Invalid(at.field, bot.FaultMoment, nil)
		}
	}
	return made, nil
}

// broadcastShown is a broadcast as clients read it; a moment that is not set is left
// out.
type broadcastShown struct {
	ID         string                `json:"id"`
	State      bot.BroadcastState    `json:"state"`
	Version    int                   `json:"version"`
	Moves      []bot.BroadcastMove   `json:"moves"` // those that its state allows
	Title      string                `json:"title,omitempty"`
	Topic      string                `json:"topic,omitempty"`
	Change     string                `json:"change,omitempty"`
	Answers    string                `json:"answers,omitempty"`        // the article that it tells to those who asked it
	Tells      int                   `json:"change_version,omitempty"` // of the change, since it was submitted
	Text       bot.Bilingual         `json:"text"`
	Digest     bot.Bilingual         `json:"digest,omitzero"`
	Buttons    []bot.BroadcastButton `json:"buttons,omitempty"`
	Media      *attachmentBody       `json:"attachment,omitempty"`
	Segment    audienceBody          `json:"segment,omitzero"`
	Named      *bot.Segment          `json:"segment_named,omitempty"`    // as it was written, where Segment has copies
	Outdated   bool                  `json:"segment_outdated,omitempty"` // one of those has changed since
	Start      time.Time             `json:"start,omitzero"`
	Until      time.Time             `json:"until,omitzero"`
	Zone       string                `json:"zone,omitempty"`
	Correction bool                  `json:"correction,omitempty"`
	Must       bool                  `json:"must_acknowledge,omitempty"`
	Urgent     string                `json:"urgent,omitempty"`
	Fallback   int                   `json:"fallback_hours"`
	Ceiling    bot.Money             `json:"ceiling,omitzero"`
	Template   bool                  `json:"template,omitempty"`
	Filled     *filledShown          `json:"filled,omitempty"`
	Holds      time.Time             `json:"approval_until,omitzero"` // of a template that is read alone: how long its approval lasts
	Mends      string                `json:"mends,omitempty"`         // the one that was stopped, for whose other people it is
	Corrects   string                `json:"corrects,omitempty"`      // the one whose words were wrong, for whose people it is
	Hash       string                `json:"approved,omitempty"`      // the hash of what was approved
	Approvable string                `json:"approvable,omitempty"`    // that of what an approval would bind now, of one in review that is read alone
	With       int                   `json:"approved_with,omitempty"` // the version of its change with which all of it was approved, of a draft that is read alone: it may be scheduled as it is
	Author     string                `json:"author,omitempty"`
	Editor     string                `json:"editor,omitempty"`
	Note       string                `json:"note,omitempty"`
	Halt       string                `json:"halted,omitempty"` // why it was paused by itself: it asks whether it goes on
	Made       time.Time             `json:"made_at,omitzero"`
	Began      time.Time             `json:"started_at,omitzero"`
	Ended      time.Time             `json:"ended_at,omitzero"`
}

func showBroadcast(m storage.Mailing) broadcastShown {
	shown := broadcastShown{
		ID: m.ID, State: m.State, Version: m.Version, Moves: m.Moves(), Title: m.Title, Topic: m.Topic, Change: m.Change, Tells: m.ChangeVersion,
		Text: m.Text, Digest: m.Digest, Buttons: m.Buttons, Segment: showAudience(m.Audience), Start: m.Start, Until: m.Until, Zone: m.Zone,
		Correction: m.Correction, Must: m.Must, Urgent: m.Urgent, Fallback: m.Fallback, Ceiling: m.Ceiling, Hash: m.Hash, Author: m.Author, Editor: m.Editor, Note: m.Note,
		Halt: m.Halt, Template: m.Template, Filled: showFilled(m.Filled), Mends: m.Mends, Corrects: m.Corrects, Made: m.Created, Began: m.Started, Ended: m.Ended,
	}
	if shown.Moves == nil {
		shown.Moves = []bot.BroadcastMove{}
	}
	if !m.Named.Everyone() {
		shown.Named, shown.Outdated = &m.Named, m.Outdated
	}
	if m.Answers != nil {
		shown.Answers = m.Answers.Article
	}
	if m.Media != nil {
		shown.Media = &attachmentBody{Kind: m.Media.Kind, URL: broadcast.PictureURL(*m.Media), Name: m.Media.Name, Alt: m.Media.Alt}
	}
	return shown
}

func broadcastAnswer(m storage.Mailing, err error) (answer, error) {
	return answer{status: http.StatusOK, body: showBroadcast(m), etag: etag(m.Version)}, err
}

func listBroadcasts(_ *API, ctx context.Context, q *request) (answer, error) {
	return lists(ctx, q, q.parts.Broadcasts.List, showBroadcast)
}

func readBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	m, err := q.parts.Broadcasts.Read(ctx, q.actor, q.id())
	shown := showBroadcast(m)
	if err == nil && m.State == bot.BroadcastReview {
		shown.Approvable, err = q.parts.Broadcasts.Approvable(m)
	}
	if err == nil && m.State == bot.BroadcastDraft {
		shown.With, err = q.parts.Broadcasts.ApprovedWith(ctx, q.actor, m.Broadcast)
	}
	if err == nil {
		shown.Holds, err = q.parts.Broadcasts.Holds(ctx, m)
	}
	return answer{status: http.StatusOK, body: shown, etag: etag(m.Version)}, err
}

func createBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	var b broadcastBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if b.Version != 0 {
		return answer{}, problemBody("A new broadcast has no version yet.", fault{Field: "/version", Detail: "must be left out"})
	}
	if err := q.actor.Require(bot.WriteContent); err != nil {
		return answer{}, err
	}
	made, err := b.broadcast(q)
	if err != nil {
		return answer{}, err
	}
	m, err := q.parts.Broadcasts.Create(ctx, q.actor, made)
	return created(showBroadcast(m), "/broadcasts/"+m.ID, etag(m.Version)), err
}

func replaceBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	var b broadcastBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := sameID(q, &b.ID); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	if err := q.actor.Require(bot.WriteContent); err != nil {
		return answer{}, err
	}
	made, err := b.broadcast(q)
	if err != nil {
		return answer{}, err
	}
	return broadcastAnswer(q.parts.Broadcasts.Replace(ctx, q.actor, made))
}

// reportBroadcast says what became of the recipients so far: at every instant the sum
// is exact.
func reportBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	r, err := q.parts.Broadcasts.Report(ctx, q.actor, q.id())
	for _, reasons := range []*map[string]int{&r.Skipped, &r.Failed} {
		if *reasons == nil {
			*reasons = map[string]int{}
		}
	}
	return answer{status: http.StatusOK, body: r}, err
}

// broadcastMoveBody goes with a move of a broadcast.
type broadcastMoveBody struct {
	Note    string `json:"note"`
	Version int    `json:"version"`
	// Reason is the one of those whom a retry sends to again, as the report has it
	// among skipped or failed; Outcome says which, "failed" where it is left out.
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	Hash    string `json:"hash"` // what was read of one that is approved
	// People is how many a start is meant for, or a retry sends to, for whoever has read
	// the number.
	People int `json:"people"`
}

func (b broadcastMoveBody) moved() broadcast.Moved {
	return broadcast.Moved{Note: b.Note, Outcome: bot.RecipientOutcome(cmp.Or(b.Outcome, string(bot.RecipientFailed))), Reason: b.Reason, Hash: b.Hash, People: b.People}
}

func moveBroadcast(m bot.BroadcastMove) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		var b broadcastMoveBody
		if len(q.body) > 0 {
			if err := decode(q.body, &b); err != nil {
				return answer{}, err
			}
		}
		if err := versionMeant(q, &b.Version); err != nil {
			return answer{}, err
		}
		q.after = func() { q.parts.Store.Notify(storage.BroadcastsTopic) } // whoever was told before the commit saw nothing
		return broadcastAnswer(q.parts.Broadcasts.Move(ctx, q.actor, q.id(), m, b.Version, b.moved()))
	}
}

// ceilingBody is what a broadcast may cost from now on; "": what it costs.
type ceilingBody struct {
	Ceiling string `json:"ceiling"`
	Version int    `json:"version"`
}

func capBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	var b ceilingBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	to, err := sumOf("ceiling", b.Ceiling)
	if err != nil {
		return answer{}, err
	}
	return broadcastAnswer(q.parts.Broadcasts.Cap(ctx, q.actor, q.id(), to, b.Version))
}

// mendedShown are the drafts in the place of a broadcast that was stopped in the middle.
type mendedShown struct {
	Rest       broadcastShown  `json:"rest"`
	Correction *broadcastShown `json:"correction,omitempty"`
}

func mendBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	var b broadcastMoveBody
	if len(q.body) > 0 {
		if err := decode(q.body, &b); err != nil {
			return answer{}, err
		}
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	q.after = func() { q.parts.Store.Notify(storage.BroadcastsTopic) }
	made, err := q.parts.Broadcasts.Mend(ctx, q.actor, q.id(), b.Version, b.Note)
	shown := mendedShown{Rest: showBroadcast(made.Rest)}
	if made.Correction != nil {
		correction := showBroadcast(*made.Correction)
		shown.Correction = &correction
	}
	return answer{status: http.StatusOK, body: shown}, err
}

// stoppedShown are the broadcasts that were paused at once.
type stoppedShown struct {
	Stopped []string `json:"stopped"`
}

func stopBroadcasts(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := decodeNothing(q.body); err != nil {
		return answer{}, err
	}
	stopped, err := q.parts.Broadcasts.StopAll(ctx, q.actor)
	if stopped == nil {
		stopped = []string{}
	}
	return answer{status: http.StatusOK, body: stoppedShown{stopped}}, err
}
