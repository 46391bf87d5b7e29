package changes

import (
	"cmp"
	"net/http"
	"slices"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// ledgerRows is how many people a page of the ledger shows.
const ledgerRows = 50

func (p pages) ledger(v *console.Visit) error {
	page, f, err := p.ledgerPage(v)
	if err != nil {
		return err
	}
	page.Reads, page.Exports = v.Actor.May(bot.ReadContacts), v.Actor.May(bot.ExportContacts)
	if page.Key, err = p.Changes().ProofKey(v.Actor); err != nil {
		return err
	}
	if page.Reads && page.Announced {
		rows, next, err := p.Changes().LedgerPeople(v.Ctx(), v.Actor, page.Head.ID, f, page.Query.After, ledgerRows)
		if err != nil {
			return err
		}
		for _, r := range rows {
			page.Rows = append(page.Rows, p.ledgerRow(r))
		}
		first, following := page.Query, page.Query
		if first.After = ""; page.Query.After != "" {
			page.First = cmp.Or(first.query(), "?")
		}
		if following.After = next; next != "" {
			page.Next = following.query()
		}
	}
	return v.Page(http.StatusOK, "ledger", page)
}

// numbers answers with the part of the page that moves.
func (p pages) ledgerNumbers(v *console.Visit) error {
	page, _, err := p.ledgerPage(v)
	if err != nil {
		return err
	}
	part, err := v.Fragment("ledger", "ledger-numbers", page.LedgerNumbers)
	if err != nil {
		return err
	}
	return v.HTMLBlob(http.StatusOK, part)
}

func (p pages) ledgerPage(v *console.Visit) (page ledgerPage, f change.LedgerFilter, err error) {
	if err := v.Query(&page.Query); err != nil {
		return page, f, err
	}
	f = page.Query.filter()
	if f.Sum != "" && !slices.Contains(change.Sums(), f.Sum) {
		return page, f, console.ErrNothing
	}
	is, err := p.read(v)
	if err != nil {
		return page, f, err
	}
	l, err := p.Changes().Ledger(v.Ctx(), v.Actor, is.ID, f)
	if err != nil {
		return page, f, err
	}
	page.Head = p.head(v, is, "ledger")
	page.Announced, page.Deadline, page.Passed, page.Current = l.Announced, l.Deadline, l.Passed, l.Change.Version
	page.Level, page.Languages = levelOf(l.Change.AtLevel()), bot.Languages()
	for _, s := range change.Sums() {
		page.Sums = append(page.Sums, sumOf(s))
	}
	file := page.Query
	file.After = ""
	page.File = file.query()
	page.LedgerNumbers = p.numbersOf(l, page.Query)
	for _, name := range p.Bots() {
		page.Bots = append(page.Bots, botView{name, channelKey(p.Kind(name)), name == page.Query.Bot})
	}
	return page, f, nil
}

// kindOf is the kind of messenger of a bot; "" of one that nobody noted.
func (p pages) kindOf(name string) channelKey {
	if name == "" {
		return ""
	}
	return channelKey(p.Kind(name))
}

func (p pages) ledgerRow(r storage.LedgerRow) ledgerRow {
	sent, delivered, seen := r.ToldAt()
	row := ledgerRow{
		ID: r.Contact, Name: r.Name, External: r.External, Stance: stanceKey(r.Stance), Told: sent, Delivered: delivered, Seen: seen, Acknowledged: r.Acknowledged,
		Passed: r.Passed, Asked: r.Standing.Asked, Complained: r.Standing.Complained, Joined: r.Late, Blind: r.Blind, Channel: p.kindOf(r.Bot), Language: r.Language, Version: r.Version,
		Proof: r.Heard() || len(r.Tellings) > 0 || r.Stance == bot.StanceUnreached,
	}
	if r.Reason != "" {
		row.Reason = reasonOf(r.Reason)
	}
	if told, ok := r.ToldLast(); ok {
		row.Way = wayKey(told.Way())
		if row.Channel == "" {
			row.Channel, row.Language = p.kindOf(told.Bot), told.Language
		}
	}
	return row
}

// ledgerFile hands out those whom the filter chooses as a file.
func (p pages) ledgerFile(v *console.Visit) error {
	var q ledgerQuery
	if err := v.Query(&q); err != nil {
		return err
	}
	var form struct{}
	if err := v.Form(&form); err != nil {
		return err
	}
	f := q.filter()
	if f.Sum != "" && !slices.Contains(change.Sums(), f.Sum) {
		return console.ErrNothing
	}
	_, err := p.Changes().WriteLedger(v.Ctx(), v.Actor, v.Download("ledger.csv", console.CSV), v.Param("id"), f)
	return err
}
