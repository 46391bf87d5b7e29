package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/storage"
)

func ledgerRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/changes/:id/ledger", query: ledgerFilters(), run: readLedger},
		{method: http.MethodGet, path: "/changes/:id/ledger/people", query: slices.Concat(pageQuery(), []string{"of"}, ledgerFilters()), run: listLedgerPeople},
		{method: http.MethodGet, path: "/changes/:id/proof/:contact", run: proveTold},
	}
}

// ledgerFilters are what a ledger can be narrowed by.
func ledgerFilters() []string { return []string{"bot", "language", "version", "reason"} }

func ledgerFilter(q *request) (f change.LedgerFilter, err error) {
	value := q.echo.QueryParam
	f = change.LedgerFilter{Sum: change.Sum(value("of")), Bot: value("bot"), Language: bot.Language(value("language")), Reason: value("reason")}
	if f.Sum != "" && !slices.Contains(change.Sums(), f.Sum) {
		return f, problemParameter("of is one of the sums of the ledger, such as told or late.")
	}
	if f.Language != "" && !f.Language.Known() {
		return f, problemParameter("language is uk or ru.")
	}
	if v := value("version"); v != "" {
		if f.Version, err = strconv.Atoi(v); err != nil || f.Version < 1 {
			return f, problemParameter("version is that of the change, at least 1.")
		}
	}
	return f, nil
}

// ledgerShown is the ledger of a change in numbers.
type ledgerShown struct {
	Change    string             `json:"change"`
	Announced bool               `json:"announced"`
	Version   int                `json:"version"`
	Level     bot.ChangeLevel    `json:"level"`
	Deadline  time.Time          `json:"deadline,omitzero"`
	Passed    bool               `json:"deadline_passed"`
	Sums      map[change.Sum]int `json:"sums"`
	Unreached map[string]int     `json:"unreached"`
	Versions  map[string]int     `json:"versions"`
	Shares    []shareShown       `json:"shares"`
	Erased    int                `json:"erased"`
	ProofKey  string             `json:"proof_key,omitempty"`
}

// shareShown is how far those are whom one bot told in one language.
type shareShown struct {
	Bot          string       `json:"bot"`
	Language     bot.Language `json:"language"`
	Told         int          `json:"told"`
	Delivered    int          `json:"delivered"`
	Seen         int          `json:"seen"`
	Acknowledged int          `json:"acknowledged"`
	Knows        int          `json:"knows"`
	Late         int          `json:"late"`
}

func readLedger(_ *API, ctx context.Context, q *request) (answer, error) {
	f, err := ledgerFilter(q)
	if err != nil {
		return answer{}, err
	}
	l, err := q.parts.Changes.Ledger(ctx, q.actor, q.id(), f)
	if err != nil {
		return answer{}, err
	}
	shown := ledgerShown{
		Change: l.Change.ID, Announced: l.Announced, Version: l.Change.Version, Level: l.Change.AtLevel(), Deadline: l.Deadline, Passed: l.Passed,
		Sums: l.Sums, Unreached: l.Reasons, Versions: map[string]int{}, Shares: []shareShown{}, Erased: l.Erased,
	}
	for version, n := range l.Versions {
		shown.Versions[strconv.Itoa(version)] = n
	}
	for _, s := range l.Shares {
		shown.Shares = append(shown.Shares, shareShown(s))
	}
	shown.ProofKey, err = q.parts.Changes.ProofKey(q.actor)
	return answer{status: http.StatusOK, body: shown}, err
}

// ledgerPerson is one person of a ledger.
type ledgerPerson struct {
	Contact      string       `json:"contact"`
	ExternalID   string       `json:"external_id,omitempty"`
	Stands       bot.Stance   `json:"stands"`
	Reason       string       `json:"reason,omitempty"`
	Bot          string       `json:"bot,omitempty"`
	Language     bot.Language `json:"language,omitempty"`
	Version      int          `json:"version,omitempty"`
	Way          storage.Way  `json:"way,omitempty"`
	Listed       time.Time    `json:"listed_at,omitzero"`
	Told         time.Time    `json:"told_at,omitzero"`
	Delivered    time.Time    `json:"delivered_at,omitzero"`
	Seen         time.Time    `json:"seen_at,omitzero"`
	Acknowledged time.Time    `json:"acknowledged_at,omitzero"`
	Asked        time.Time    `json:"asked_at,omitzero"`
	Complained   time.Time    `json:"complained_at,omitzero"`
	Joined       bool         `json:"joined_later"`
}

func showLedgerPerson(r storage.LedgerRow) ledgerPerson {
	told, _ := r.ToldLast()
	sent, delivered, seen := r.ToldAt()
	return ledgerPerson{
		Contact: r.Contact, ExternalID: r.External, Stands: r.Stance, Reason: r.Reason, Bot: r.Bot, Language: r.Language, Version: r.Version, Way: told.Way(),
		Listed: r.Listed, Told: sent, Delivered: delivered, Seen: seen, Acknowledged: r.Acknowledged, Asked: r.Asked, Complained: r.Complained, Joined: r.Late,
	}
}

func listLedgerPeople(_ *API, ctx context.Context, q *request) (answer, error) {
	f, err := ledgerFilter(q)
	if err != nil {
		return answer{}, err
	}
	list := func(ctx context.Context, by bot.Actor, cursor string, limit int) ([]storage.LedgerRow, string, error) {
		return q.parts.Changes.LedgerPeople(ctx, by, q.id(), f, cursor, limit)
	}
	ans, err := lists(ctx, q, list, showLedgerPerson)
	if errors.Is(err, storage.ErrNoPlace) {
		return answer{}, problemParameter(`cursor is what "next" of the page before says, as it is; leave it out for the first page.`)
	}
	return ans, err
}

// provedShown is a signed file, and what it bears.
type provedShown struct {
	File string `json:"file"`
	Hash string `json:"hash"`
	Key  string `json:"key"`
}

func proveTold(_ *API, ctx context.Context, q *request) (answer, error) {
	file, hash, err := q.parts.Changes.Prove(ctx, q.actor, q.id(), q.echo.Param("contact"))
	if errors.Is(err, change.ErrNothingProved) {
		err = storage.ErrNotFound
	}
	if err != nil {
		return answer{}, err
	}
	key, err := q.parts.Changes.ProofKey(q.actor)
	return answer{status: http.StatusOK, body: provedShown{string(file), hash, key}}, err
}
