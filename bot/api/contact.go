package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
)

// mostContacts is how many people one request may bring.
const mostContacts = 1000

func contactRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/contacts", query: append(pageQuery(), contactFilters()...), run: listContacts},
		{method: http.MethodPost, path: "/contacts", run: upsertContacts},
		{method: http.MethodGet, path: "/contacts/:id", run: readContact},
		{method: http.MethodDelete, path: "/contacts/:id", run: eraseContact},
		{method: http.MethodGet, path: "/contacts/:id/export", run: exportContact},
		{method: http.MethodPost, path: "/contacts/:id/split", run: splitContact},
		{method: http.MethodPost, path: "/contacts/:id/link", secret: true, run: linkContact},
	}
}

// contactBody is a person as clients write them. Ids of ours, addresses and
// wishes are not theirs to write.
type contactBody struct {
	ExternalID string            `json:"external_id"`
	Name       string            `json:"name"`
	Language   bot.Language      `json:"language"`
	Kind       string            `json:"kind"`
	Tier       string            `json:"tier"`
	Region     string            `json:"region"`
	Zone       string            `json:"zone"`
	Attributes map[string]string `json:"attributes"`
	Misfits    map[string]string `json:"misfits"`
	Tags       []string          `json:"tags"`
	Phones     []string          `json:"phones"`
	Preferred  string            `json:"preferred"`
}

func (b contactBody) record() contact.Record {
	return contact.Record{
		ExternalID: b.ExternalID, Name: b.Name, Language: b.Language, Kind: b.Kind, Tier: b.Tier,
		Region: b.Region, Zone: b.Zone, Attributes: b.Attributes, Misfits: b.Misfits, Tags: b.Tags,
		Phones: b.Phones, Preferred: b.Preferred,
	}
}

// outcome is what became of one person of a list. It names them by their place
// alone: answers are kept for a day (see storage.Answer), and whoever is erased
// meanwhile must not stand there.
type outcome struct {
	Index    int            `json:"index"`
	ID       string         `json:"id,omitempty"`
	Result   contact.Result `json:"result"`
	Problems []string       `json:"problems,omitempty"`
}

// contactFilters are what a list of contacts can be narrowed by.
func contactFilters() []string {
	return []string{"q", "kind", "tier", "language", "region", "tag", "bot", "stopped"}
}

// filtered returns who is wanted; ok is false where everybody is.
func filtered(q *request) (f contact.Filter, ok bool, err error) {
	value := q.echo.QueryParam
	f = contact.Filter{
		Text: strings.TrimSpace(value("q")), Kind: value("kind"), Tier: value("tier"), Language: bot.Language(value("language")),
		Region: value("region"), Tag: value("tag"), Bot: value("bot"),
	}
	if v := value("stopped"); v != "" {
		stopped := v == "true"
		if !stopped && v != "false" {
			return f, false, problemParameter("stopped is true or false.")
		}
		f.Stopped = &stopped
	}
	return f, slices.ContainsFunc(contactFilters(), func(name string) bool { return value(name) != "" }), nil
}

func listContacts(_ *API, ctx context.Context, q *request) (answer, error) {
	f, ok, err := filtered(q)
	switch {
	case err != nil:
		return answer{}, err
	case ok:
		find := func(ctx context.Context, by bot.Actor, after string, limit int) ([]contact.Record, string, error) {
			f.After, f.Limit = after, limit
			return q.parts.Contacts.Find(ctx, by, f)
		}
		return lists(ctx, q, find, func(r contact.Record) contact.Record { return r })
	}
	return lists(ctx, q, q.parts.Contacts.List, func(r contact.Record) contact.Record { return r })
}

func upsertContacts(_ *API, ctx context.Context, q *request) (answer, error) {
	var bodies []contactBody
	if err := decode(q.body, &bodies); err != nil {
		return answer{}, err
	}
	if len(bodies) > mostContacts {
		return answer{}, problemContent([]fault{{Field: "the list", Detail: "must have at most " + strconv.Itoa(mostContacts) + " people: send it in parts"}})
	}
	records := make([]contact.Record, len(bodies))
	for i, b := range bodies {
		records[i] = b.record()
	}
	found, err := q.parts.Contacts.Upsert(ctx, q.actor, records)
	if err != nil {
		return answer{}, err
	}
	p := page[outcome]{Items: make([]outcome, len(found))}
	for i, o := range found {
		p.Items[i] = outcome{Index: i, ID: o.ID, Result: o.Result, Problems: sentences(o.Problems)}
	}
	return answer{status: http.StatusOK, body: p}, nil
}

func readContact(_ *API, ctx context.Context, q *request) (answer, error) {
	r, err := q.parts.Contacts.Read(ctx, q.actor, q.id())
	return answer{status: http.StatusOK, body: r}, err
}

func eraseContact(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := decodeNothing(q.body); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, q.parts.Contacts.Erase(ctx, q.actor, q.id())
}

func exportContact(_ *API, ctx context.Context, q *request) (answer, error) {
	document, err := q.parts.Contacts.Export(ctx, q.actor, q.id())
	return answer{status: http.StatusOK, raw: document, attachment: "contact.json"}, err
}

// splitBody names the address that goes its own way.
type splitBody struct {
	Address string `json:"address"`
}

func splitContact(_ *API, ctx context.Context, q *request) (answer, error) {
	var b splitBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	r, err := q.parts.Contacts.Split(ctx, q.actor, q.id(), b.Address)
	return answer{status: http.StatusOK, body: r}, err
}

// linkShown is a personal link. It is shown once.
type linkShown struct {
	URL   string    `json:"url"`
	Until time.Time `json:"until"`
}

func linkContact(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := decodeNothing(q.body); err != nil {
		return answer{}, err
	}
	if q.parts.JoinPage == "" {
		return answer{}, problemNoAddress()
	}
	code, until, err := q.parts.Contacts.Link(ctx, q.actor, q.id())
	return answer{status: http.StatusOK, body: linkShown{q.parts.JoinPage + code, until}}, err
}

// sentences returns the words of what is wrong with one record.
func sentences(faults []bot.Fault) (all []string) {
	for _, f := range faults {
		all = append(all, f.String())
	}
	return all
}
