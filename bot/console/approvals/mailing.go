package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/storage"
)

// mailingPage is what a broadcast will say, to whom and when.
type mailingPage struct {
	ID, Title    string
	State        stateKey
	Version      int
	Who          string // has submitted it
	Since        time.Time
	Review       bool // it waits for a decision
	Decides      bool // of the reader
	Own          bool // who wrote some of it, so somebody else decides
	People       int  // in its audience; -1: no number may be told
	About        bool // it is so many, more or less
	Whom         string
	Mends        string // the broadcast that was stopped, for whose other people it is; "" is none
	Corrects     string // the one whose words were wrong, for whose people it is; "" is none
	Start, Until time.Time
	Urgent       string // why it may wake people
	Must         bool
	Correction   bool
	Languages    []languageView
	Fault        string // why nothing can be shown
	Changed      bool   // since it was read
	Note         string // as it was typed
	Done         deed
	Faults       console.Faults
	Hash         string    // of what would be approved
	Undo         time.Time // until when the reader may take their approval back; zero: they may not
	Template     bool      // copies of it are sent, with its slots filled
}

// languageView is what is shown in one language.
type languageView struct {
	Language bot.Language
	Ticked   bool
	Fault    string
	Readers  []shownView
	Digest   string // the line in a digest
}

// shownView is what some reader sees.
type shownView struct {
	Reader   readerKey // "": all do
	Channels []textKey // what the messengers are called; none: all
	Messages []bot.Bubble
}

// reader is somebody of whom more or less is known.
type reader struct {
	name readerKey
	vars map[string]string
}

// longName is longer than nearly all: nobody's.
const longName = "Олександра-Вікторія Заболотна-Криворучко"

// readers are the worst that may happen to a text: a name that is long, and nothing known
// at all.
func readers() []reader {
	return []reader{{"long", map[string]string{"name": longName}}, {"unknown", nil}}
}

func stateOf(s bot.BroadcastState) stateKey { return stateKey(strings.ReplaceAll(string(s), " ", "_")) }

func deeds() []deed { return []deed{"approved", "returned", "undone"} }

func (p pages) mailing(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.read(v)
	if err != nil {
		return err
	}
	page, err := p.page(v, m, decideForm{})
	if err != nil {
		return err
	}
	if slices.Contains(deeds(), deed(q.Done)) {
		page.Done = deed(q.Done)
	}
	return v.Page(http.StatusOK, "mailing", page)
}

func (p pages) read(v *console.Visit) (storage.Mailing, error) {
	all := p.Broadcasts()
	if all == nil {
		return storage.Mailing{}, console.ErrAway
	}
	return all.Read(v.Ctx(), v.Actor, v.Param("id"))
}

// decideForm is a decision.
type decideForm struct {
	Do      string   `form:"do"`
	Version int      `form:"version"`
	Hash    string   `form:"hash"` // what was read
	Read    []string `form:"read"` // the languages that were
	Note    string   `form:"note"`
}

// decide does what was decided.
func (p pages) decide(v *console.Visit) error {
	var form decideForm
	if err := v.Form(&form); err != nil {
		return err
	}
	m, err := p.read(v)
	if err != nil {
		return err
	}
	done, err := p.decided(v, m.ID, form)
	if err == nil {
		return v.See("/approvals/broadcasts/" + m.ID + "?done=" + string(done))
	}
	return p.undecided(v, form, err)
}

func (p pages) decided(v *console.Visit, id string, form decideForm) (deed, error) {
	var (
		m    bot.BroadcastMove
		done deed
		said broadcast.Moved
	)
	switch form.Do {
	case "approve":
		if err := console.Ticked(form.Read); err != nil {
			return "", err
		}
		m, done, said.Hash = bot.BroadcastApprove, "approved", form.Hash
	case "return":
		m, done, said.Note = bot.BroadcastReturn, "returned", form.Note
	case "undo":
		m, done = bot.BroadcastUndo, "undone"
	default:
		return "", console.ErrForm
	}
	_, err := p.Broadcasts().Move(v.Ctx(), v.Actor, id, m, form.Version, said)
	return done, err
}

// undecided shows why a decision could not be made.
func (p pages) undecided(v *console.Visit, form decideForm, why error) error {
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		refused *bot.RefusedError
	)
	status := http.StatusUnprocessableEntity
	faults, told := v.Faults(why)
	isElse := errors.As(why, &refused) && refused.Code == bot.FaultReadElse
	isChanged := isElse || errors.As(why, &stale) || errors.As(why, &moved)
	switch {
	case isChanged:
		status, form.Read = http.StatusConflict, nil
	case !told:
		return why
	}
	m, err := p.read(v)
	if err != nil {
		return err
	}
	page, err := p.page(v, m, form)
	if err != nil {
		return err
	}
	if page.Changed = isChanged; !isElse {
		page.Faults = faults
	}
	for i, l := range page.Languages {
		page.Languages[i].Fault = faults["read/"+string(l.Language)]
	}
	return v.Page(status, "mailing", page)
}

func (p pages) page(v *console.Visit, m storage.Mailing, typed decideForm) (page mailingPage, err error) {
	page = mailingPage{
		ID: m.ID, Title: cmp.Or(m.Called(v.Lang), m.ID), State: stateOf(m.State), Version: m.Version, Review: m.State == bot.BroadcastReview, People: -1,
		Start: m.Start, Until: m.Until, Urgent: m.Urgent, Must: m.Must, Correction: m.Correction, Note: typed.Note, Mends: m.Mends, Corrects: m.Corrects, Template: m.Template,
	}
	if err := p.judged(v, m, &page); err != nil {
		return page, err
	}
	if page.Undo, err = p.Broadcasts().Undoable(v.Ctx(), v.Actor, m); err != nil {
		return page, err
	}
	if err := p.whom(v, m, &page); err != nil {
		return page, err
	}
	if page.Decides {
		if page.Hash, err = p.Broadcasts().Approvable(m); err != nil {
			return page, p.unshown(v, err, &page)
		}
	}
	for _, l := range bot.Languages() {
		view, err := p.shown(m.Broadcast, l)
		if err != nil {
			page.Languages = nil
			return page, p.unshown(v, err, &page)
		}
		view.Ticked = slices.Contains(typed.Read, string(l))
		page.Languages = append(page.Languages, view)
	}
	return page, nil
}

// unshown says why nothing can be shown.
func (p pages) unshown(v *console.Visit, why error, page *mailingPage) error {
	wrong, ok := v.Faults(why)
	if !ok {
		return why
	}
	for _, words := range wrong {
		page.Fault = words
	}
	return nil
}

// judged says who asks, and whether the reader decides.
func (p pages) judged(v *console.Visit, m storage.Mailing, page *mailingPage) error {
	mine, others, err := p.Approvals().Waiting(v.Ctx(), v.Actor)
	for i, w := range slices.Concat(mine, others) {
		if w.Noun == "broadcast" && w.ID == m.ID {
			page.Who, page.Since = w.Name, w.Since
			page.Decides, page.Own = i < len(mine), i >= len(mine)
		}
	}
	return err
}

// countPatience is how long a page waits for the people to be counted; then it is about
// so many.
const countPatience = time.Second

// whom counts whom it is for, and says who that is.
func (p pages) whom(v *console.Visit, m storage.Mailing, page *mailingPage) error {
	names, err := p.Audiences().Names(v.Ctx(), v.Actor, v.Lang)
	if err != nil {
		return err
	}
	if !m.Audience.Everyone() {
		page.Whom = m.Unsubmitted().Audience.Text(v.Lang, names)
	}
	q := audience.Question{Tree: m.Audience}
	ctx, stop := context.WithTimeout(v.Ctx(), countPatience)
	defer stop()
	c, err := p.Audiences().Count(ctx, v.Actor, q, "approval of "+m.ID)
	if err != nil && ctx.Err() != nil && v.Ctx().Err() == nil {
		c, err = p.Audiences().Estimate(v.Ctx(), v.Actor, q)
	}
	if _, told := v.Faults(err); told || errors.Is(err, context.Canceled) && v.Ctx().Err() == nil {
		return nil
	}
	page.People, page.About = c.People, !c.Final
	if err != nil || m.Mends == "" && m.Corrects == "" {
		return err
	}
	f, err := p.Broadcasts().Foresee(v.Ctx(), v.Actor, m.Broadcast) // of its audience it is for some alone
	page.People, page.About = f.Told(), !f.Final
	return err
}

// shown is what each reader sees in the language: what messengers show alike, or what all
// readers see alike in all of them, stands there once.
func (p pages) shown(b bot.Broadcast, l bot.Language) (view languageView, err error) {
	view = languageView{Language: l, Digest: b.Digest.In(l)}
	same := true
	for _, r := range readers() {
		all, err := p.Show(b, l, r.vars)
		if err != nil {
			return view, err
		}
		at := map[string]int{}
		first := len(view.Readers)
		for _, s := range all {
			key := fmt.Sprint(s.Messages)
			if _, is := at[key]; !is {
				at[key] = len(view.Readers)
				view.Readers = append(view.Readers, shownView{Reader: r.name, Messages: s.Messages})
			}
			one := &view.Readers[at[key]]
			one.Channels = append(one.Channels, textKey("channel."+s.Channel))
		}
		if len(view.Readers)-first == 1 {
			view.Readers[first].Channels = nil
		}
		same = same && len(at) == 1 && fmt.Sprint(view.Readers[first].Messages) == fmt.Sprint(view.Readers[0].Messages)
	}
	if same {
		view.Readers = []shownView{{Messages: view.Readers[0].Messages}}
	}
	return view, nil
}
