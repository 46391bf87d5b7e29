package changes

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/storage"
)

// planPage is the plan of a change: the waves in which it is told.
type planPage struct {
	Head   headView
	Waves  []waveView
	Kinds  []waveKey // that one more may be of
	Owners []Owner
	Free   []freeView // drafts that may be put into it
	Writes bool       // the reader writes the plan
	Opens  bool       // the reader may let a wave begin before its gate
	Faults console.Faults
	Wave   string // the broadcast of the wave that was written last
	Done   planDeed
}

type (
	waveKey     string
	planWait    string
	planDeed    string
	planState   string
	ownerChoice struct {
		Owner
		Chosen bool
	}
)

// freeView is a draft that tells the change and is no wave.
type freeView struct{ ID, Title string }

// waveView is one wave.
type waveView struct {
	ID, Title     string
	Anchor        anchor // what its ids end with
	Kind          waveKey
	State         planState // of its broadcast
	Version       int
	Nr            int // 0 of what another stands in the place of
	Owner         string
	Owners        []ownerChoice
	Due           time.Time
	At            string // Due as a form has it
	Zone, In      string // In is as its broadcast has it: "" is the company's
	Gate          int
	Gated         bool // there is one before it
	Counted       bool // how many know is known
	Know, People  string
	Percent       int
	Wait          planWait // what it waits for beyond its moment; "" is nothing
	Since         time.Time
	Overdue       bool
	Opened        string // who opened it
	Why           string
	Sent, Planned string
	Begun         bool
	Over          bool // it was cancelled
	Mended        bool // another stands in its place
	Edits, Places bool // the reader writes its gate and moment, and its place
	Names         bool // the reader says who answers for it
	Opens         bool // the reader may open it
}

// planTexts are the keys of the words of the plan that no template names whole.
func planTexts() (keys []string) {
	for _, k := range append(bot.WaveKinds(), bot.WaveOwn) {
		keys = append(keys, "plan.kind."+string(k))
	}
	for _, w := range []broadcast.WaitKind{broadcast.WaitAnnounce, broadcast.WaitMended, broadcast.WaitBefore, broadcast.WaitKnown} {
		keys = append(keys, "report.wait."+string(w))
	}
	for _, s := range bot.BroadcastStates() {
		keys = append(keys, "broadcasts.state."+strings.ReplaceAll(string(s), " ", "_"))
	}
	for _, d := range planDeeds() {
		keys = append(keys, "plan.done."+d)
	}
	return keys
}

// planDeeds are what the page says that was done.
func planDeeds() []string {
	return []string{"proposed", "added", "saved", "moved", "opened", "dropped"}
}

func (p pages) plan(v *console.Visit) error {
	page, err := p.planOf(v)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "plan", page)
}

func (p pages) planOf(v *console.Visit) (page planPage, err error) {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return page, err
	}
	is, err := p.read(v)
	if err != nil {
		return page, err
	}
	if p.Broadcasts() == nil {
		return page, console.ErrAway
	}
	waves, err := p.Broadcasts().Plan(v.Ctx(), v.Actor, is.ID)
	if err != nil {
		return page, err
	}
	page = planPage{Head: p.head(v, is, "plan"), Writes: v.Actor.May(bot.WriteContent), Opens: v.Actor.May(bot.ApproveContent)}
	if slices.Contains(planDeeds(), q.Done) {
		page.Done = planDeed(q.Done)
	}
	if page.Writes {
		if page.Owners, err = p.Owners(v.Ctx()); err != nil {
			return page, err
		}
		free, err := p.Broadcasts().Free(v.Ctx(), v.Actor, is.ID)
		if err != nil {
			return page, err
		}
		for _, m := range free {
			page.Free = append(page.Free, freeView{m.ID, cmp.Or(m.Called(v.Lang), v.T("broadcasts.untitled"))})
		}
	}
	for _, k := range append(is.Unsubmitted().Waves(), bot.WaveUnaware) {
		page.Kinds = append(page.Kinds, waveKey(k))
	}
	for i, w := range waves {
		page.Waves = append(page.Waves, p.waveView(v, page, waves, i, w))
	}
	return page, nil
}

func (p pages) waveView(v *console.Visit, page planPage, all []broadcast.Planned, i int, w broadcast.Planned) waveView {
	zone := bot.ZoneOf(w.Zone, p.Zone)
	view := waveView{
		ID: w.ID, Title: w.Broadcast.Called(v.Lang), Anchor: anchor(strconv.Itoa(i + 1)), Kind: waveKey(w.Wave.Kind), State: planState(strings.ReplaceAll(string(w.State), " ", "_")), Version: w.Version, Nr: w.Wave.Place,
		Owner: p.Name(v.Ctx(), w.Wave.Owner), Due: w.Start, Zone: zone.String(), In: w.Zone, Gate: w.Wave.Gate, Gated: w.Behind, Overdue: w.Overdue,
		Opened: p.Name(v.Ctx(), w.Wave.Opened.By), Why: w.Wave.Opened.Why, Sent: console.Grouped(w.Report.Sent), Planned: console.Grouped(w.Report.Planned),
		Begun: !w.Started.IsZero(), Over: w.State == bot.BroadcastCancelled,
	}
	if !w.Start.IsZero() {
		view.At = w.Start.In(zone).Format("2006-01-02T15:04")
	}
	view.Mended = i+1 < len(all) && all[i+1].Wave.Place == w.Wave.Place
	if g := w.Gate; !view.Begun && w.Behind && w.Wave.Gate > 0 && w.Wave.Opened.By == "" {
		view.Counted, view.Know, view.People, view.Percent = g.Has.People > 0, console.Grouped(g.Has.Know), console.Grouped(g.Has.People), g.Has.Percent()
	}
	if w.Gate.Why != "" {
		view.Wait = planWait(w.Gate.Why)
		view.Since = w.Held
	}
	waits := !view.Begun && !view.Over
	view.Places = page.Writes && !w.Fixed()
	view.Edits = page.Writes && w.State == bot.BroadcastDraft
	view.Names = page.Writes && waits
	view.Opens = page.Opens && waits && w.Behind && w.Wave.Opened.By == ""
	for _, o := range page.Owners {
		view.Owners = append(view.Owners, ownerChoice{o, o.ID == w.Wave.Owner})
	}
	return view
}

// planForm is what is done to a plan.
type planForm struct {
	Do      string `form:"do"`
	Wave    string `form:"wave"`
	Version int    `form:"version"`
	Kind    string `form:"kind"`
	Owner   string `form:"owner"`
	Gate    int    `form:"gate"`
	Due     string `form:"due"`
	Zone    string `form:"zone"`
	Why     string `form:"why"`
}

func (p pages) planned(v *console.Visit) error {
	var form planForm
	if err := v.Form(&form); err != nil {
		return err
	}
	is, err := p.read(v)
	if err != nil {
		return err
	}
	all := p.Broadcasts()
	if all == nil {
		return console.ErrAway
	}
	var stood storage.Mailing
	if form.Do == "save" {
		if stood, err = all.Read(v.Ctx(), v.Actor, form.Wave); err != nil {
			return err
		}
	}
	faults := console.Faults{}
	due := drafting.NewMoments(v, bot.ZoneOf(form.Zone, p.Zone), faults).At("due", form.Due, stood.Start)
	does := map[string]func() (planDeed, error){
		"propose": func() (planDeed, error) { return "proposed", all.Propose(v.Ctx(), v.Actor, is.ID, v.Lang) },
		"add": func() (planDeed, error) {
			return "added", all.AddWave(v.Ctx(), v.Actor, is.ID, v.Lang, broadcast.Wanted{Kind: bot.WaveKind(form.Kind), Owner: form.Owner})
		},
		"take": func() (planDeed, error) {
			return "added", all.TakeWave(v.Ctx(), v.Actor, is.ID, form.Wave, broadcast.Wanted{})
		},
		"save": func() (planDeed, error) {
			return "saved", all.EditWave(v.Ctx(), v.Actor, form.Wave, form.Version, broadcast.WaveEdit{Owner: form.Owner, Gate: form.Gate, Due: due, Zone: form.Zone})
		},
		"earlier": func() (planDeed, error) { return "moved", all.MoveWave(v.Ctx(), v.Actor, form.Wave, false) },
		"later":   func() (planDeed, error) { return "moved", all.MoveWave(v.Ctx(), v.Actor, form.Wave, true) },
		"open":    func() (planDeed, error) { return "opened", all.OpenWave(v.Ctx(), v.Actor, form.Wave, form.Why) },
		"drop":    func() (planDeed, error) { return "dropped", all.DropWave(v.Ctx(), v.Actor, form.Wave, form.Version) },
	}
	do := does[form.Do]
	if do == nil {
		return console.ErrForm
	}
	if len(faults) == 0 {
		done, err := do()
		if err == nil {
			return v.See("/changes/" + is.ID + "/plan?done=" + string(done))
		}
		wrong, ok := v.Faults(err)
		if !ok {
			return err
		}
		faults = wrong
	}
	page, err := p.planOf(v)
	if err != nil {
		return err
	}
	page.Faults, page.Wave = faults, form.Wave
	return v.Page(http.StatusUnprocessableEntity, "plan", page)
}
