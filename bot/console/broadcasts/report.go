package broadcasts

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
)

// whole fills what nobody gave.
func (c Config) whole() Config {
	if c.Bots == nil {
		c.Bots = func() []string { return nil }
	}
	if c.Kind == nil {
		c.Kind = func(string) string { return "unknown" }
	}
	if c.Receipts == nil {
		c.Receipts = func(string) bot.Receipts { return bot.Receipts{} }
	}
	return c
}

// addReport adds the pages of what became of a broadcast.
func (p pages) addReport(c *console.Console) {
	c.Get("/broadcasts/:id/report", bot.ReadAudience, p.report)
	c.Get("/broadcasts/:id/report/segments", bot.ReadAudience, p.split)
	c.Count("/broadcasts/:id/report/segments", bot.ReadAudience, p.splitAll)
	c.Post("/broadcasts/:id/report/move", bot.ReadAudience, p.move)
	c.Post("/broadcasts/:id/report/ceiling", bot.ReadAudience, p.ceiling)
	c.Post("/broadcasts/:id/report/stop", bot.ApproveContent, p.stopAll)
	c.Post("/broadcasts/:id/report/mend", bot.WriteContent, p.mend)
	c.Post("/broadcasts/:id/report/second", bot.WriteContent, p.second)
	c.Export("/broadcasts/:id/report/file", bot.ExportContacts, p.reportFile)
	if p.Live != nil {
		p.Live.Watch(console.Watch{Name: "broadcast", May: bot.ReadAudience, Read: p.watch()})
	}
}

// reportTexts are the keys of the words of reports that templates make.
func reportTexts() []string {
	keys := []string{"report.second_title"}
	add := func(group string, names ...string) {
		for _, n := range names {
			keys = append(keys, "report."+group+"."+strings.ReplaceAll(n, " ", "_"))
		}
	}
	add("number", append(numbers(), "planned")...)
	add("means", append(numbers(), "planned")...)
	add("why", append(append(endReasons(), waitReasons()...), "another")...)
	add("halt", append(bot.Halts(), "another")...)
	for _, k := range broadcast.WaitKinds() {
		add("wait", string(k))
	}
	add("done", deeds()...)
	add("move", string(bot.BroadcastPause), string(bot.BroadcastResume), string(bot.BroadcastCancel))
	add("barred", string(bot.BroadcastPause), string(bot.BroadcastResume), string(bot.BroadcastCancel))
	return keys
}

// reportPage is what became of a broadcast, and what may be done about it.
type reportPage struct {
	Head     headView
	Change   string // that it tells; "" is none
	Instead  []insteadView
	Progress progressView
	Moves    movesView
	Splits   bool // its audience names segments
	Second   bool // there may be a wave to those who still do not know
	Edits    bool
	People   peopleView
	Done     deedKey
	Stale    bool // somebody moved it meanwhile
	Faults   console.Faults
}

type deedKey string

// insteadView is a broadcast that stands in the place of one that was stopped.
type insteadView struct {
	ID       string
	State    stateKey
	Corrects bool // whoever was told; else it tells those whom that one did not
	Begun    bool
}

// deeds are what the page says that was done.
func deeds() []string {
	return []string{"paused", "resumed", "cancelled", "retried", "stopped", "capped"}
}

func (p pages) report(v *console.Visit) error { return p.reportAs(v, http.StatusOK, nil) }

// reportAs shows the report, and what could not be done.
func (p pages) reportAs(v *console.Visit, status int, why error) error {
	var q rowsQuery
	if err := v.Query(&q); err != nil {
		return err
	}
	if !q.known() {
		return console.ErrNothing
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	is, err := p.Broadcasts().Progress(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	page := reportPage{
		Head: p.head(v, is.Mailing, "report"), Change: is.Change, Second: broadcast.HasSecondWave(is.Mailing), Splits: broadcast.HasSplit(is.Mailing),
		Edits: v.Actor.May(bot.WriteContent), Progress: p.progressView(is), Moves: p.movesView(v.Actor, is),
	}
	if slices.Contains(deeds(), q.Done) {
		page.Done = deedKey(q.Done)
	}
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		refused bool
	)
	if page.Stale = errors.As(why, &stale) || errors.As(why, &moved); why != nil && !page.Stale {
		if page.Faults, refused = v.Faults(why); !refused {
			return why
		}
	}
	instead, err := p.Broadcasts().Instead(v.Ctx(), v.Actor, is.Mailing)
	if err != nil {
		return err
	}
	for _, m := range instead {
		page.Instead = append(page.Instead, insteadView{m.ID, stateOf(m.State), m.Corrects != "", begun(m)})
	}
	if page.People, err = p.peopleView(v, is, q); err != nil {
		return err
	}
	return v.Page(status, "report", page)
}

// movesView is what may be done about a broadcast that has begun.
type movesView struct {
	ID, State string
	Version   int
	Moves     []moveView
	Retries   []retryView
	StopsAll  bool // the reader may
	Goes      bool // there is something to stop
	Mends     bool // the reader may stop it for good, to mend it
	Ceiling   *ceilingView
}

// ceilingView is what it may cost, for whoever may say that.
type ceilingView struct {
	Sum     string
	Reached bool // it is paused for that
}

// moveView is a move that somebody could make.
type moveView struct {
	Name  moveKey
	May   bool
	Grave bool // what it does is not undone
}

type moveKey string

// retryView are those who could be told again.
type retryView struct {
	Outcome outcomeKey
	Reason  string    // as the engine has it
	Why     reasonKey // in words
	N       int
	Unsure  bool // they may have had it
}

// reportMoves are the moves of the page, each with who may make it.
func reportMoves() []bot.BroadcastMove {
	return []bot.BroadcastMove{bot.BroadcastPause, bot.BroadcastResume, bot.BroadcastCancel}
}

// retryReasons are why somebody was left out who may be told after all.
func retryReasons() []string { return []string{bot.ReasonTooLate, bot.ReasonNoText} }

func (p pages) movesView(by bot.Actor, is broadcast.Progress) movesView {
	view := movesView{ID: is.ID, State: string(is.State), Version: is.Version, StopsAll: by.May(bot.ApproveContent)}
	_, mends := is.State.Can(bot.BroadcastMend)
	view.Mends = mends && !is.Started.IsZero() && !is.Derived() && broadcast.MayMove(by, bot.BroadcastMend) == nil
	view.Goes = is.State == bot.BroadcastSending || is.State == bot.BroadcastScheduled
	for _, m := range reportMoves() {
		if _, legal := is.State.Can(m); legal {
			view.Moves = append(view.Moves, moveView{moveKey(m), broadcast.MayMove(by, m) == nil, m == bot.BroadcastCancel})
		}
	}
	if broadcast.MayMove(by, bot.BroadcastPause) == nil && is.News == nil && is.State != bot.BroadcastSent && is.State != bot.BroadcastCancelled {
		view.Ceiling = &ceilingView{is.Mailing.Ceiling.String(), is.Halt == bot.HaltCeiling}
	}
	if _, legal := is.State.Can(bot.BroadcastRetry); !legal || broadcast.MayMove(by, bot.BroadcastRetry) != nil {
		return view
	}
	for _, r := range reasonsIn(is.Failed) {
		view.Retries = append(view.Retries, retryView{"failed", r, reasonOf(r), is.Failed[r], false})
	}
	for _, r := range retryReasons() {
		if n := is.Skipped[r]; n > 0 {
			view.Retries = append(view.Retries, retryView{"skipped", r, reasonOf(r), n, false})
		}
	}
	if is.Unknown > 0 {
		view.Retries = append(view.Retries, retryView{"unknown", "", "", is.Unknown, true})
	}
	return view
}

// moveForm is a move of the page.
type moveForm struct {
	Move    string `form:"move"`
	Version int    `form:"version"`
	Outcome string `form:"outcome"`
	Reason  string `form:"reason"`
	People  int    `form:"people"`
	Sure    string `form:"sure"` // of who may have had it: they may get it twice
}

func (p pages) move(v *console.Visit) error {
	var form moveForm
	if err := v.Form(&form); err != nil {
		return err
	}
	m := bot.BroadcastMove(form.Move)
	done := map[bot.BroadcastMove]string{
		bot.BroadcastPause: "paused", bot.BroadcastResume: "resumed", bot.BroadcastCancel: "cancelled", bot.BroadcastRetry: "retried",
	}[m]
	if done == "" || p.Broadcasts() == nil {
		return console.ErrForm
	}
	said := broadcast.Moved{}
	if m == bot.BroadcastRetry {
		said = broadcast.Moved{Outcome: bot.RecipientOutcome(form.Outcome), Reason: form.Reason, People: form.People}
		if said.Outcome == bot.RecipientUnknown && form.Sure == "" {
			return p.reportAs(v, http.StatusUnprocessableEntity, bot.Invalid("sure", bot.FaultMaybeTwice, nil))
		}
	}
	_, err := p.Broadcasts().Move(v.Ctx(), v.Actor, v.Param("id"), m, form.Version, said)
	return p.moved(v, done, err)
}

// moved shows what was done, or why it could not be.
func (p pages) moved(v *console.Visit, done string, err error) error {
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		refused *bot.RefusedError
	)
	switch {
	case err == nil:
		return v.See("/broadcasts/" + v.Param("id") + "/report?done=" + done)
	case errors.As(err, &stale), errors.As(err, &moved), errors.As(err, &refused):
		return p.reportAs(v, http.StatusConflict, err)
	}
	return p.reportAs(v, http.StatusUnprocessableEntity, err)
}

// ceiling says what it may cost.
func (p pages) ceiling(v *console.Visit) error {
	var form struct {
		Ceiling string `form:"ceiling"`
		Version int    `form:"version"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	var to bot.Money
	if to.UnmarshalText([]byte(drafting.Tidy(form.Ceiling))) != nil {
		return p.moved(v, "", bot.Invalid("ceiling", bot.FaultMoney, nil))
	}
	_, err := p.Broadcasts().Cap(v.Ctx(), v.Actor, v.Param("id"), to, form.Version)
	return p.moved(v, "capped", err)
}

// stopAll pauses every broadcast.
func (p pages) stopAll(v *console.Visit) error {
	var form struct{}
	if err := v.Form(&form); err != nil {
		return err
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	_, err := p.Broadcasts().StopAll(v.Ctx(), v.Actor)
	return p.moved(v, "stopped", err)
}

// second makes the draft of the wave to those who still do not know.
func (p pages) second(v *console.Visit) error {
	var form struct{}
	if err := v.Form(&form); err != nil {
		return err
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	is, err := p.Broadcasts().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	made, err := p.Broadcasts().SecondWave(v.Ctx(), v.Actor, is.ID, v.T("report.second_title", "Title", titleOf(v, is)))
	if err != nil {
		return err
	}
	return v.See("/broadcasts/" + made.ID)
}
