package broadcasts

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/storage"
)

// fillPage is an approved template whose slots are filled, and what would be sent of it.
type fillPage struct {
	Head    headView
	Version int
	Zone    string
	Urgent  string
	Holds   time.Time // until when its approval lasts
	Old     bool      // it does not last any more
	Soon    bool      // it ends within days
	Unfit   bool      // the program shows it otherwise than was approved
	Whom    string    // whom it was approved for; "" is everyone
	Moved   bool      // a segment that it is for is another by now than was approved
	May     bool      // the reader may send it
	Slots   slotsView
	Ahead   *aheadView // nil until somebody wants to see it
	Else    bool       // it is not what was read before
	Faults  console.Faults
	Stuck   []string // what is wrong with none of the fields
	Sent    []rowView
}

// slotsView are the slots that the template has, with what is typed there.
type slotsView struct {
	Where, From, Until    bool
	NeedWhere, NeedFrom   bool
	NeedUntil             bool
	WhereUK, WhereRU      string
	FromTyped, UntilTyped string
}

// aheadView is what would be sent, and to how many.
type aheadView struct {
	Read     string
	Until    time.Time // what has not left by then is given up
	Withheld bool      // no number may be told
	About    bool
	Told     int
	People   int
	Crowd    *grownView // nil where as many were approved
	Anew     *anewView  // nil where its segments are as they were approved
	Preview  previewView
}

// grownView is for how many people it was approved, where by now they are others.
type grownView struct {
	Approved, Now int
	About         bool
	Far           bool // so many others that whoever sends it should look twice
}

// anewView is for how many people it would be by its segments as they are now.
type anewView struct {
	Withheld bool // no number may be told
	About    bool
	People   int
}

// fillForm is what a browser sends of it.
type fillForm struct {
	Do      string `form:"do"` // "look" or "send"
	Version int    `form:"version"`
	WhereUK string `form:"where_uk"`
	WhereRU string `form:"where_ru"`
	From    string `form:"from"`
	Until   string `form:"until"`
	Read    string `form:"read"`
	People  int    `form:"people"`
	As      string `form:"as"`
}

// fill asks for what stands in the slots.
func (p pages) fill(v *console.Visit) error {
	m, err := p.template(v)
	if err != nil {
		return err
	}
	if m.State != bot.BroadcastApproved {
		return v.See("/broadcasts/" + m.ID)
	}
	page, err := p.filling(v, m, fillForm{From: bot.Wall(time.Now().Truncate(time.Minute), p.zone(m.Broadcast))})
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "fill", page)
}

// unfit reports whether an approved template is not shown as it was approved.
func (p pages) unfit(v *console.Visit, m storage.Mailing) (bool, error) {
	if !m.Template || m.State != bot.BroadcastApproved {
		return false, nil
	}
	holds, err := p.Broadcasts().Holding(v.Ctx(), m)
	return !holds, err
}

func (p pages) template(v *console.Visit) (storage.Mailing, error) {
	if p.Broadcasts() == nil {
		return storage.Mailing{}, console.ErrAway
	}
	m, err := p.Broadcasts().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err == nil && !m.Template {
		err = console.ErrNothing
	}
	return m, err
}

// filled shows what would be sent, or sends it.
func (p pages) filled(v *console.Visit) error {
	var form fillForm
	if err := v.Form(&form); err != nil {
		return err
	}
	m, err := p.template(v)
	if err != nil {
		return err
	}
	page, err := p.filling(v, m, form)
	if err != nil {
		return err
	}
	at := drafting.NewMoments(v, p.zone(m.Broadcast), page.Faults)
	with := broadcast.Filling{Where: drafting.Both(form.WhereUK, form.WhereRU), From: at.At("from", form.From), Until: at.At("until", form.Until)}
	if len(page.Faults) > 0 {
		return v.Page(http.StatusUnprocessableEntity, "fill", page)
	}
	if form.Do == "send" && form.Read != "" {
		made, err := p.Broadcasts().Fill(v.Ctx(), v.Actor, m.ID, form.Version, with, broadcast.Sends{Read: form.Read, People: form.People})
		if err == nil {
			return v.See("/broadcasts/" + made.ID + "/report")
		}
		return p.unfilled(v, page, m, with, form.As, err)
	}
	b, err := p.Broadcasts().FilledAs(v.Ctx(), v.Actor, m.ID, with)
	if err == nil {
		page.Ahead, err = p.wouldSend(v, m, b, form.As)
	}
	if err != nil {
		return p.unfilled(v, page, m, with, form.As, err)
	}
	return v.Page(http.StatusOK, "fill", page)
}

// filling is the page with what is typed.
func (p pages) filling(v *console.Visit, m storage.Mailing, form fillForm) (page fillPage, err error) {
	page = fillPage{
		Head: p.head(v, m, "fill"), Version: m.Version, Zone: p.zone(m.Broadcast).String(), Urgent: m.Urgent, May: broadcast.MayMove(v.Actor, bot.BroadcastFill) == nil, Faults: console.Faults{},
		Slots: slotsView{WhereUK: form.WhereUK, WhereRU: form.WhereRU, FromTyped: form.From, UntilTyped: form.Until},
	}
	all, need := broadcast.SlotsOf(m.Broadcast)
	for slot, to := range map[bot.Slot][2]*bool{
		bot.SlotWhere: {&page.Slots.Where, &page.Slots.NeedWhere}, bot.SlotFrom: {&page.Slots.From, &page.Slots.NeedFrom}, bot.SlotUntil: {&page.Slots.Until, &page.Slots.NeedUntil},
	} {
		*to[0], *to[1] = slices.Contains(all, slot), slices.Contains(need, slot)
	}
	if page.Holds, err = p.Broadcasts().Holds(v.Ctx(), m); err != nil {
		return page, err
	}
	left := time.Until(page.Holds)
	page.Old = !page.Holds.IsZero() && left <= 0
	page.Soon = left > 0 && left <= broadcast.EndsSoon
	page.Moved = m.Outdated
	if page.Unfit, err = p.unfit(v, m); err != nil {
		return page, err
	}
	if page.Whom, err = p.whom(v, m.Broadcast); err != nil {
		return page, err
	}
	sent, err := p.Broadcasts().FilledFrom(v.Ctx(), v.Actor, m.ID)
	for _, one := range sent {
		page.Sent = append(page.Sent, p.row(v, one))
	}
	return page, err
}

// wouldSend is what would be sent of the template m, as whoever it is longest for gets it,
// or whoever is chosen, and to how many.
func (p pages) wouldSend(v *console.Visit, m storage.Mailing, b bot.Broadcast, as string) (*aheadView, error) {
	view := &aheadView{Read: broadcast.ReadOf(b), Until: b.Until}
	_, err := p.Audiences().Estimate(v.Ctx(), v.Actor, audience.Question{Tree: b.Audience})
	if _, view.Withheld = v.Faults(err); !view.Withheld {
		if err != nil {
			return nil, err
		}
		f, err := p.Broadcasts().Foresee(v.Ctx(), v.Actor, b)
		if err != nil {
			return nil, err
		}
		view.About, view.Told, view.People = !f.Final, f.Told(), f.People
		was, known, err := p.Broadcasts().ApprovedFor(v.Ctx(), m)
		if err != nil {
			return nil, err
		}
		if known && was != f.People && (f.Final || bot.Beyond(was, f.People)) {
			view.Crowd = &grownView{was, f.People, !f.Final, bot.Beyond(was, f.People)}
		}
	}
	if m.Outdated {
		n, err := p.Audiences().Estimate(v.Ctx(), v.Actor, audience.Question{Tree: m.Named})
		_, withheld := v.Faults(err) // or a segment is no more
		if err != nil && !withheld {
			return nil, err
		}
		view.Anew = &anewView{withheld, !n.Final, n.People}
	}
	view.Preview, err = p.preview(v, b, as)
	return view, err
}

// unfilled says why nothing was sent. What is another than was read is shown anew.
func (p pages) unfilled(v *console.Visit, page fillPage, m storage.Mailing, with broadcast.Filling, as string, why error) error {
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		refused *bot.RefusedError
	)
	status := http.StatusUnprocessableEntity
	wrong, told := v.Faults(why)
	again := false
	switch {
	case errors.As(why, &stale), errors.As(why, &moved):
		status, page.Else = http.StatusConflict, true
	case !told:
		return why
	case errors.As(why, &refused):
		status = http.StatusConflict
		page.Else = refused.Fault.Code == bot.FaultReadElse
		if again = page.Else || refused.Fault.Code == bot.FaultCrowd; !page.Else {
			page.Stuck = slices.Sorted(maps.Values(wrong))
		}
	default:
		fields := []string{"where", "where/uk", "where/ru", "from", "until"}
		for field, words := range wrong {
			if page.Faults[field] = words; !slices.Contains(fields, field) {
				page.Stuck = append(page.Stuck, p.fieldName(v, field)+words)
			}
		}
		slices.Sort(page.Stuck)
	}
	if again {
		b, err := p.Broadcasts().FilledAs(v.Ctx(), v.Actor, m.ID, with)
		if err != nil {
			return err
		}
		if page.Ahead, err = p.wouldSend(v, m, b, as); err != nil {
			return err
		}
	}
	return v.Page(status, "fill", page)
}
