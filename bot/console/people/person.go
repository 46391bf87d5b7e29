package people

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/contact"
)

// personPage is all that is known of a person.
type personPage struct {
	Tabs                   tabs
	ID, Name, External     string
	Kind                   kind
	Tier                   tier
	Language               bot.Language
	Chosen                 bool // they chose the language themselves
	Stopped                bool
	Paused                 time.Time // zero: no pause
	Phones, Unverified     []string
	Same                   []contact.Same
	Region                 string
	Lost                   bool // the region is none of the tree
	Zone                   string
	Tags                   []string
	Attributes             []attributeView
	Hidden                 int // attributes that are shown for a reason alone
	Revealed               bool
	Reason                 string
	Preferred              string // the bot by which they like to be told; "" says nothing
	PreferredKind          channel
	Chats                  []chatView
	Topics                 []topicView
	Everything             []consentView
	Changes                []toldView
	Tickets                []ticketView
	Edits, Erases, Exports bool // the reader may
	Links                  bool // personal links are made
	Segments               []segmentWay
	Consent                consentForm
	Done                   deed
	Faults                 console.Faults
}

// attributeView is one thing that the company knows.
type attributeView struct {
	name   string
	Label  string
	Value  string
	Type   bot.AttributeType
	Misfit bool // the value does not fit the type
	Hidden bool // there is a value, which is not shown
}

type chatView struct {
	Address         string // for the page that splits it off
	Chat            string
	Channel         channel
	Blocked, Hushed bool
	Last, Joined    time.Time // zero: never
}

// topicView is whether somebody is told of a topic.
type topicView struct {
	ID, Label string
	Wanted    bool
	By        channel // they like to be told of it there; "" where they said nothing
	Said      []consentView
}

type consentView struct {
	Given   bool
	At      time.Time
	Source  bot.ConsentSource
	Channel channel // where it was said; "" elsewhere than in a chat
	Hash    string  // the beginning of that of the words
}

type toldView struct {
	Title                             string
	Proof                             string // the address of the proof that they were told; "" is none for the reader
	Told, Knows, Asked, Unsure, Named time.Time
	Follows                           bool
}

type ticketView struct {
	ID      string // "" where its talk is not for the reader
	Reason  bot.Reason
	Outcome bot.TicketOutcome
	Open    bool
	At      time.Time
}

func (p pages) person(v *console.Visit) error {
	var query struct {
		Done string `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.personPage(v)
	if err != nil {
		return err
	}
	page.Done = deedOf(query.Done)
	return v.Page(http.StatusOK, "person", page)
}

func (p pages) personPage(v *console.Visit) (page personPage, err error) {
	c, err := p.Contacts().Card(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return page, err
	}
	declared, err := p.Contacts().Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return page, err
	}
	page = personPage{
		Tabs: tabsOf(v, ""), ID: c.ID, Name: c.Name, External: c.ExternalID, Kind: kindOf(c.Kind), Tier: tierOf(c.Tier), Language: c.Language, Chosen: c.Chosen,
		Stopped: c.Stopped, Phones: c.Phones, Unverified: c.Unverified, Same: c.Same, Region: c.Region, Lost: c.Region != "" && c.RegionPath == "",
		Zone: c.Zone, Tags: c.Tags, Attributes: attributeViews(v, declared, c.Record), Hidden: len(c.Masked), Preferred: c.Preferred,
		Edits: v.Actor.May(bot.WriteContacts), Erases: v.Actor.May(bot.EraseContacts), Exports: v.Actor.May(bot.ExportContacts),
		Links: p.JoinPage != "",
	}
	if time.Now().Before(c.PausedUntil) {
		page.Paused = c.PausedUntil
	}
	if c.Preferred != "" {
		page.PreferredKind = p.channel(c.Preferred)
	}
	for _, chat := range c.Chats {
		page.Chats = append(page.Chats, chatView{
			Address: chat.Address.String(), Chat: chat.Address.Chat, Channel: p.channel(chat.Address.Bot), Blocked: chat.Reach == bot.Blocked,
			Hushed: chat.Hushed, Last: chat.LastAt, Joined: chat.Joined,
		})
	}
	for _, t := range c.Topics {
		view := topicView{ID: t.ID, Label: t.Label.In(v.Lang), Wanted: t.Wanted, Said: p.consentViews(t.Said)}
		if by := c.PreferredFor[t.ID]; by != "" {
			view.By = p.channel(by)
		}
		page.Topics = append(page.Topics, view)
	}
	page.Everything = p.consentViews(c.Everything)
	for _, k := range c.Ledger {
		page.Changes = append(page.Changes, toldView{
			Title: cmp.Or(k.Title.In(v.Lang), k.Change), Told: k.Told, Knows: k.Acknowledged, Asked: k.Asked, Unsure: k.Unsure, Named: k.Mentioned,
			Follows: !k.Follows.IsZero(), Proof: proofOf(v.Actor, k, c.ID),
		})
	}
	for _, t := range c.Tickets {
		page.Tickets = append(page.Tickets, p.ticketView(v, t))
	}
	if v.Actor.May(bot.ReadAudience) {
		all, err := p.Audiences().List(v.Ctx(), v.Actor)
		if err != nil {
			return page, err
		}
		for _, s := range all {
			page.Segments = append(page.Segments, segmentWay{s.ID, s.Name})
		}
	}
	return page, nil
}

func (p pages) ticketView(v *console.Visit, t bot.Ticket) ticketView {
	view := ticketView{Reason: cmp.Or(t.Reason, bot.ReasonAsked), Outcome: t.Outcome, Open: t.State != bot.TicketClosed, At: t.OpenedAt}
	if p.Reads(v.Actor, t) {
		view.ID = t.ID
	}
	return view
}

func (p pages) consentViews(all []contact.Consent) (views []consentView) {
	const enough = 12
	for _, c := range all {
		view := consentView{Given: c.Given, At: c.At, Source: c.Source, Hash: c.TextHash}
		if len(view.Hash) > enough {
			view.Hash = view.Hash[:enough]
		}
		if c.Bot != "" {
			view.Channel = p.channel(c.Bot)
		}
		views = append(views, view)
	}
	return views
}

// attributeViews are the attributes of a person in the order in which they are shown:
// those that are declared, and what else there is, by name.
func attributeViews(v *console.Visit, declared []bot.Attribute, r contact.Record) (all []attributeView) {
	shown := map[string]bool{}
	add := func(name, label string, t bot.AttributeType) {
		shown[name] = true
		switch value, misfit := r.Attributes[name], r.Misfits[name]; {
		case slices.Contains(r.Masked, name):
			all = append(all, attributeView{name: name, Label: label, Type: t, Hidden: true})
		case value != "":
			all = append(all, attributeView{name: name, Label: label, Type: t, Value: v.Valued(t, value)})
		case misfit != "":
			all = append(all, attributeView{name: name, Label: label, Type: t, Value: misfit, Misfit: true})
		}
	}
	for _, a := range declared {
		add(a.Name, a.Label.In(v.Lang), a.Type)
	}
	for _, values := range []map[string]string{r.Attributes, r.Misfits} {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if !shown[name] {
				add(name, name, bot.AttributeText)
			}
		}
	}
	return all
}

// reveal shows what is sensitive, once, for a reason that the audit keeps.
func (p pages) reveal(v *console.Visit) error {
	var form struct {
		Reason string `form:"reason"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	values, err := p.Contacts().Reveal(v.Ctx(), v.Actor, v.Param("id"), form.Reason)
	faults, told := v.Faults(err)
	if err != nil && !told {
		return err
	}
	page, err := p.personPage(v)
	if err != nil {
		return err
	}
	if told {
		page.Faults, page.Reason = faults, form.Reason
		return v.Page(http.StatusUnprocessableEntity, "person", page)
	}
	declared, err := p.Contacts().Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	for i, shown := range page.Attributes {
		if value := values[shown.name]; shown.Hidden && value != "" {
			at := slices.IndexFunc(declared, func(a bot.Attribute) bool { return a.Name == shown.name })
			misfit := at >= 0 && !declared[at].Fits(value)
			if !misfit {
				value = v.Valued(shown.Type, value)
			}
			page.Attributes[i].Value, page.Attributes[i].Hidden, page.Attributes[i].Misfit = value, false, misfit
		}
	}
	page.Hidden, page.Revealed = 0, true
	return v.Page(http.StatusOK, "person", page)
}

// consentForm is what somebody said to a colleague.
type consentForm struct {
	Topic string `form:"topic"`
	Given string `form:"given"` // "yes" or "no"
	Words string `form:"words"`
}

func (p pages) consent(v *console.Visit) error {
	var form consentForm
	if err := v.Form(&form); err != nil {
		return err
	}
	if form.Given != "yes" && form.Given != "no" {
		return console.ErrForm
	}
	err := p.Contacts().Consent(v.Ctx(), v.Actor, v.Param("id"), form.Topic, form.Given == "yes", bot.ConsentStaff, form.Words)
	if err == nil {
		return v.See("/people/" + v.Param("id") + "?done=consent")
	}
	faults, told := v.Faults(err)
	if !told {
		return err
	}
	page, err := p.personPage(v)
	if err != nil {
		return err
	}
	page.Faults, page.Consent = faults, form
	return v.Page(http.StatusUnprocessableEntity, "person", page)
}

// proofOf is where the reader finds the proof of what a person was told of a change; ""
// where they were told nothing, or it is not for the reader.
func proofOf(by bot.Actor, k contact.Told, id string) string {
	if !by.May(bot.ReadAudience) || k.Told.IsZero() && k.Unsure.IsZero() {
		return ""
	}
	return console.Prefix + "/changes/" + url.PathEscape(k.Change) + "/proof/" + url.PathEscape(id)
}
