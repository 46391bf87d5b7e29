package people

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// listRows is how many people a page shows.
const listRows = 50

// peopleQuery is what somebody chose on the page, as the address says it.
type peopleQuery struct {
	Text     string `form:"q"`
	Kind     string `form:"kind"`
	Tier     string `form:"tier"`
	Language string `form:"language"`
	Region   string `form:"region"`
	Tag      string `form:"tag"`
	Bot      string `form:"bot"`
	Stopped  string `form:"stopped"` // "yes", "no", or "" for whoever
	After    string `form:"after"`
	Done     string `form:"done"`
}

// filter returns who is wanted. A value that is none chooses nobody, and says so by
// an empty page.
func (q peopleQuery) filter() contact.Filter {
	f := contact.Filter{
		Text: strings.TrimSpace(q.Text), Kind: q.Kind, Tier: q.Tier, Language: bot.Language(q.Language), Region: q.Region,
		Tag: strings.TrimSpace(q.Tag), Bot: q.Bot, After: q.After, Limit: listRows,
	}
	if q.Stopped == "yes" || q.Stopped == "no" {
		stopped := q.Stopped == "yes"
		f.Stopped = &stopped
	}
	return f
}

// at is the address of a page of the list.
func (q peopleQuery) at(after string) string {
	values := url.Values{}
	for name, value := range map[string]string{
		"q": q.Text, "kind": q.Kind, "tier": q.Tier, "language": q.Language, "region": q.Region, "tag": q.Tag, "bot": q.Bot,
		"stopped": q.Stopped, "after": after,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return console.Prefix + "/people"
	}
	return console.Prefix + "/people?" + values.Encode()
}

// narrowed reports whether more than words were chosen.
func (q peopleQuery) narrowed() bool {
	return q.Kind+q.Tier+q.Language+q.Region+q.Tag+q.Bot+q.Stopped != ""
}

// peoplePage is a page of the people.
type peoplePage struct {
	Tabs        tabs
	Query       peopleQuery
	Done        deed
	Kinds       []kind
	Tiers       []tier
	Languages   []bot.Language
	Regions     []regionChoice
	Bots        []botChoice
	People      []personRow
	Narrowed    bool   // the filters are open
	Chosen      bool   // not all people are asked for
	First, Next string // the addresses of other pages; "" where there are none
}

// tabs are the pages about people that stand beside each other.
type tabs struct {
	Here   string // the last part of the path
	Brings bool   // they may bring people by a file
}

func tabsOf(v *console.Visit, here string) tabs { return tabs{here, v.Actor.May(bot.WriteContacts)} }

type botChoice struct {
	Name    string
	Channel channel
}

// personRow is one person in the list.
type personRow struct {
	ID, Name, External string
	Kind               kind
	Tier               tier
	Language           bot.Language
	Region             string
	Tags               []string
	More               int // tags that are not shown
	Channels           []channel
}

// shownTags is how many tags stand in a row of the list.
const shownTags = 4

func (p pages) rowOf(r contact.Record) personRow {
	row := personRow{
		ID: r.ID, Name: r.Name, External: r.ExternalID, Kind: kindOf(r.Kind), Tier: tierOf(r.Tier), Language: r.Language, Region: r.Region, Tags: r.Tags,
	}
	if len(row.Tags) > shownTags {
		row.Tags, row.More = row.Tags[:shownTags], len(row.Tags)-shownTags
	}
	for _, address := range r.Addresses {
		a, err := bot.ParseAddress(address)
		if err == nil {
			row.Channels = append(row.Channels, p.channel(a.Bot))
		}
	}
	return row
}

func (p pages) people(v *console.Visit) error {
	var q peopleQuery
	if err := v.Query(&q); err != nil {
		return err
	}
	regions, err := p.Contacts().Regions(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page := peoplePage{
		Tabs: tabsOf(v, "people"), Query: q, Done: deedOf(q.Done), Kinds: kinds(), Tiers: tiers(), Languages: bot.Languages(),
		Regions: regionChoices(v.Lang, regions), Bots: p.botChoices(), Narrowed: q.narrowed(), Chosen: q.narrowed() || q.Text != "",
	}
	found, next, err := p.Contacts().Find(v.Ctx(), v.Actor, q.filter())
	if err != nil && !errors.Is(err, storage.ErrNotFound) { // of a region that is gone
		return err
	}
	for _, r := range found {
		page.People = append(page.People, p.rowOf(r))
	}
	if q.After != "" {
		page.First = q.at("")
	}
	if next != "" {
		page.Next = q.at(next)
	}
	return v.Page(http.StatusOK, "people", page)
}

func (p pages) botChoices() (all []botChoice) {
	for _, name := range p.Bots() {
		all = append(all, botChoice{name, p.channel(name)})
	}
	return all
}
