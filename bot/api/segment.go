package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
)

func segmentRoutes() []route {
	reason := []string{"reason"}
	return []route{
		{method: http.MethodGet, path: "/segments", query: pageQuery(), run: listSegments},
		{method: http.MethodPost, path: "/segments", run: createSegment},
		{method: http.MethodGet, path: "/segments/:id", run: readSegment},
		{method: http.MethodPut, path: "/segments/:id", run: replaceSegment},
		{method: http.MethodDelete, path: "/segments/:id", run: dropSegment},
		{method: http.MethodGet, path: "/segments/:id/count", query: reason, run: countSegment},
		{method: http.MethodGet, path: "/segments/:id/people", query: append(pageQuery(), reason...), run: segmentPeople},
		{method: http.MethodGet, path: "/segments/:id/explain/:contact", query: reason, run: explainSegment},
	}
}

// segmentBody is a segment as clients write it: its tree, or the same as text.
type segmentBody struct {
	Name string      `json:"name"`
	Tree bot.Segment `json:"tree"`
	Text string      `json:"text"`
	// Version is which one is replaced.
	Version int `json:"version"`
}

// tree returns the tree that the body says in one of its forms.
func (b segmentBody) tree(names bot.SegmentNames) (bot.Segment, error) {
	switch {
	case b.Text == "":
		return b.Tree, nil
	case !b.Tree.Everyone():
		return bot.Segment{}, bot.Invalid("tree", bot.FaultLeftOut, nil)
	}
	return bot.SegmentOf(b.Text, bot.Ukrainian, names)
}

// segmentShown is a segment as clients read it.
type segmentShown struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Tree    bot.Segment `json:"tree"`
	Text    string      `json:"text"`
	Version int64       `json:"version"`
	MadeAt  time.Time   `json:"made_at"`
	Changed time.Time   `json:"changed_at"`
	Count   *int        `json:"count,omitempty"`
	Counted *time.Time  `json:"counted_at,omitempty"`
	// UsedBy are the ids of what would miss it.
	UsedBy usersShown `json:"used_by"`
}

// usersShown are the segments that a segment is within, the changes whose audience
// names it, and the broadcasts that are for it.
type usersShown struct {
	Segments   []string `json:"segments"`
	Changes    []string `json:"changes"`
	Broadcasts []string `json:"broadcasts"`
}

// usersOf returns what uses each of the segments.
func usersOf(ctx context.Context, q *request) (func(id string) usersShown, error) {
	all, err := q.parts.Audiences.List(ctx, q.actor)
	if err != nil {
		return nil, err
	}
	naming, err := q.parts.Audiences.Naming(ctx, q.actor)
	if err != nil {
		return nil, err
	}
	addressed, err := q.parts.Audiences.Addressed(ctx, q.actor)
	return func(id string) usersShown {
		used := usersShown{[]string{}, []string{}, []string{}}
		for _, s := range all {
			if slices.Contains(s.Tree.Within(), id) {
				used.Segments = append(used.Segments, s.ID)
			}
		}
		for _, c := range naming[id] {
			used.Changes = append(used.Changes, c.ID)
		}
		for _, b := range addressed[id] {
			used.Broadcasts = append(used.Broadcasts, b.ID)
		}
		return used
	}, err
}

func showSegment(s bot.SavedSegment, names bot.SegmentNames, users func(id string) usersShown) segmentShown {
	shown := segmentShown{
		UsedBy: users(s.ID),
		ID:     s.ID, Name: s.Name, Tree: s.Tree, Text: s.Tree.Text(bot.Ukrainian, names), Version: s.Version,
		MadeAt: s.MadeAt.UTC(), Changed: s.ChangedAt.UTC(),
	}
	if !s.CountedAt.IsZero() {
		shown.Count, shown.Counted = &s.Count, &s.CountedAt
	}
	return shown
}

func listSegments(_ *API, ctx context.Context, q *request) (answer, error) {
	names, err := q.parts.Audiences.Names(ctx, q.actor, bot.Ukrainian)
	if err != nil {
		return answer{}, err
	}
	users, err := usersOf(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return lists(ctx, q, q.parts.Audiences.Page, func(s bot.SavedSegment) segmentShown { return showSegment(s, names, users) })
}

func createSegment(_ *API, ctx context.Context, q *request) (answer, error) {
	var b segmentBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	names, err := q.parts.Audiences.Names(ctx, q.actor, bot.Ukrainian)
	if err != nil {
		return answer{}, err
	}
	if b.Version != 0 {
		return answer{}, problemBody("A new segment has no version yet.", fault{Field: "/version", Detail: "must be left out"})
	}
	tree, err := b.tree(names)
	if err != nil {
		return answer{}, err
	}
	users, err := usersOf(ctx, q)
	if err != nil {
		return answer{}, err
	}
	s, err := q.parts.Audiences.Create(ctx, q.actor, b.Name, tree)
	return created(showSegment(s, names, users), "/segments/"+s.ID, etag(int(s.Version))), err
}

// replaceSegment gives a segment another name and tree.
func replaceSegment(_ *API, ctx context.Context, q *request) (answer, error) {
	var b segmentBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := q.actor.Require(bot.WriteContent); err != nil {
		return answer{}, err
	}
	s, names, err := segmentMeant(ctx, q, &b.Version)
	if err != nil {
		return answer{}, err
	}
	s.Name = b.Name
	if s.Tree, err = b.tree(names); err != nil {
		return answer{}, err
	}
	if err := q.parts.Audiences.Change(ctx, q.actor, s); err != nil {
		return answer{}, err
	}
	users, err := usersOf(ctx, q)
	if err != nil {
		return answer{}, err
	}
	s, err = q.parts.Audiences.Read(ctx, q.actor, s.ID)
	return answer{status: http.StatusOK, body: showSegment(s, names, users), etag: etag(int(s.Version))}, err
}

// dropSegment removes a segment that nothing uses.
func dropSegment(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := decodeNothing(q.body); err != nil {
		return answer{}, err
	}
	if err := q.actor.Require(bot.WriteContent); err != nil {
		return answer{}, err
	}
	s, _, err := segmentMeant(ctx, q, new(int))
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, q.parts.Audiences.Drop(ctx, q.actor, s)
}

// segmentMeant returns the segment of the path as of the version that is said, which
// must be the one there is.
func segmentMeant(ctx context.Context, q *request, version *int) (s bot.SavedSegment, names bot.SegmentNames, err error) {
	if err := versionMeant(q, version); err != nil {
		return s, names, err
	}
	if names, err = q.parts.Audiences.Names(ctx, q.actor, bot.Ukrainian); err != nil {
		return s, names, err
	}
	if s, err = q.parts.Audiences.Read(ctx, q.actor, q.id()); err != nil {
		return s, names, err
	}
	if *version == 0 {
		return s, names, bot.ErrNoVersion
	}
	return s, names, bot.CheckVersion(*version, int(s.Version))
}

func readSegment(_ *API, ctx context.Context, q *request) (answer, error) {
	names, err := q.parts.Audiences.Names(ctx, q.actor, bot.Ukrainian)
	if err != nil {
		return answer{}, err
	}
	s, err := q.parts.Audiences.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	users, err := usersOf(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: showSegment(s, names, users), etag: etag(int(s.Version))}, err
}

// question asks about the segment of the path.
func question(ctx context.Context, q *request) (audience.Question, error) {
	s, err := q.parts.Audiences.Read(ctx, q.actor, q.id())
	return audience.Question{Tree: s.Tree, Segment: s.ID, Reason: q.echo.QueryParam("reason")}, err
}

// countShown is how many people are in a segment.
type countShown struct {
	Count     int       `json:"count"`
	Of        int       `json:"of"`
	Final     bool      `json:"final"`
	OnlyBlank *int      `json:"only_blank,omitempty"`
	At        time.Time `json:"at"`
}

func countSegment(_ *API, ctx context.Context, q *request) (answer, error) {
	asked, err := question(ctx, q)
	if err != nil {
		return answer{}, err
	}
	c, err := q.parts.Audiences.Count(ctx, q.actor, asked, "api "+q.id())
	shown := countShown{Count: c.People, Of: c.Of, Final: c.Final, At: c.At.UTC()}
	if c.OnlyBlank >= 0 {
		shown.OnlyBlank = &c.OnlyBlank
	}
	return answer{status: http.StatusOK, body: shown}, err
}

// personShown is a person of a segment; the contact's own path tells more.
type personShown struct {
	ID         string `json:"id"`
	ExternalID string `json:"external_id"`
	Name       string `json:"name,omitempty"`
}

func segmentPeople(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := q.actor.Require(bot.ReadContacts); err != nil { // whatever the segment is
		return answer{}, err
	}
	asked, err := question(ctx, q)
	if err != nil {
		return answer{}, err
	}
	list := func(ctx context.Context, by bot.Actor, cursor string, limit int) ([]bot.Person, string, error) {
		return q.parts.Audiences.People(ctx, by, asked, cursor, limit)
	}
	return lists(ctx, q, list, func(p bot.Person) personShown { return personShown{p.ID, p.External, p.Name} })
}

// explainedShown is why a person is in a segment or is not.
type explainedShown struct {
	In        bool      `json:"in"`
	OnlyBlank bool      `json:"only_blank"`
	Why       nodeShown `json:"why"`
}

// nodeShown is a node of the segment and whether the person is in it.
type nodeShown struct {
	Form    string      `json:"form"`
	In      bool        `json:"in"`
	Missing bool        `json:"missing,omitempty"`
	Field   string      `json:"field,omitempty"`
	Op      bot.Op      `json:"op,omitempty"`
	Values  []string    `json:"values,omitempty"`
	Parts   []nodeShown `json:"parts,omitempty"`
}

func showNode(e bot.Explanation) nodeShown {
	n := nodeShown{Form: e.Form, In: e.In, Missing: e.Missing, Field: e.Condition.Field, Op: e.Condition.Op, Values: e.Condition.Values}
	for _, part := range e.Parts {
		n.Parts = append(n.Parts, showNode(part))
	}
	return n
}

func explainSegment(_ *API, ctx context.Context, q *request) (answer, error) {
	asked, err := question(ctx, q)
	if err != nil {
		return answer{}, err
	}
	e, err := q.parts.Audiences.Explain(ctx, q.actor, asked, q.echo.Param("contact"))
	return answer{status: http.StatusOK, body: explainedShown{e.In, e.OnlyBlank, showNode(e.Why)}}, err
}
