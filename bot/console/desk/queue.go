package desk

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
	"visnyk/storage"
)

// queueRows is how many rows a page has.
const queueRows = 50

// queuePage is one list of the desk.
type queuePage struct {
	Path     string // where the tabs lead: the lists' own page, or a talk that they stand beside
	Tab      storage.QueueTab
	Tabs     []queueTab
	Rows     []queueRow
	More     string // where the rows after these are; "" when these are all
	After    int64  // the page is as things stood at this moment, in microseconds
	User     string
	Waiting  int
	Held     int  // in our turn, of the reader's own
	NoneLeft bool // «next» was pressed and nobody waits
	Later    bool // these are not the first rows
}

// queueTab is the way to a list.
type queueTab struct {
	Tab   storage.QueueTab
	Count int
	Many  bool // it is Count or more
	Here  bool
}

// Channel is a kind of messenger.
type Channel string

// queueRow is one ticket of a list.
type queueRow struct {
	ID        string
	Way       storage.QueueTab // the list that stands beside its talk; "" for the one it belongs to
	Here      bool             // its talk is open beside the list
	Revision  int64
	State     bot.TicketState
	Turn      bot.TicketTurn
	Holder    string // the user's id
	Held      string // what colleagues call the holder
	Offered   string // the user it is offered to now
	OfferedTo string
	Mine      bool
	Name      string
	Language  bot.Language
	Channel   Channel
	Tier      string
	Reason    bot.Reason
	Urgent    bool // a complaint
	About     string
	Said      string
	Ours      bool               // we said it
	File      bot.AttachmentKind // what came without words
	Since     time.Time
	At        int64 // Since in milliseconds
	Asleep    time.Time
	ClosedAt  time.Time
	Outcome   bot.TicketOutcome
}

// queue shows one list.
func (p pages) queue(v *console.Visit) error {
	var q struct {
		Tab   storage.QueueTab `form:"tab"`
		After string           `form:"after"`
		None  bool             `form:"none"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	tab, err := tabOf(q.Tab)
	if err != nil {
		return err
	}
	after, err := placeOf(q.After)
	if err != nil {
		return err
	}
	now, err := p.live.Now(v)
	if err != nil {
		return err
	}
	page, err := p.list(v, parts, tab, after)
	if err != nil {
		return err
	}
	page.Path, page.After = "/console/desk", now.UnixMicro()
	page.NoneLeft, page.Later = q.None && page.Waiting == 0, q.After != ""
	return v.Page(http.StatusOK, "queue", page)
}

// list reads the rows that stand after a place of a list, and all numbers.
func (p pages) list(v *console.Visit, parts *Parts, tab storage.QueueTab, after storage.QueuePlace) (queuePage, error) {
	rows, err := parts.Desk.Queue(v.Ctx(), v.Actor, storage.QueueFilter{Tab: tab, After: after, Limit: queueRows + 1})
	if err != nil {
		return queuePage{}, err
	}
	counts, err := parts.Desk.Counts(v.Ctx(), v.Actor)
	if err != nil {
		return queuePage{}, err
	}
	page := queuePage{
		Tab: tab, Tabs: tabs(tab, counts, v.Actor.User), User: v.Actor.User,
		Waiting: counts.Waiting, Held: counts.Held[v.Actor.User].Ours,
	}
	if len(rows) > queueRows {
		rows = rows[:queueRows]
		page.More = "/console/desk?tab=" + string(tab) + "&after=" + placeText(rows[queueRows-1].Place(tab))
	}
	for _, r := range rows {
		row := p.shown(v, r)
		row.Way = tab
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// beside reads the list that stands beside a talk: the one asked for, else the one
// that the ticket belongs to. What a module asks for has none: the list of its page
// keeps itself.
func (p pages) beside(v *console.Visit, parts *Parts, tab storage.QueueTab, open queueRow) (*queuePage, error) {
	if v.Request().Header.Get("Sec-Fetch-Dest") == "empty" {
		return nil, nil
	}
	if tab == "" {
		tab = open.belongs()
	}
	list, err := p.list(v, parts, tab, storage.QueuePlace{})
	list.Path = "/console/desk/" + open.ID
	for i, r := range list.Rows {
		list.Rows[i].Here = r.ID == open.ID
	}
	return &list, err
}

// belongs returns the list where the reader looks for the ticket first.
func (r queueRow) belongs() storage.QueueTab {
	switch {
	case r.Mine:
		return storage.QueueMine
	case r.State == bot.TicketClosed:
		return storage.QueueClosed
	case r.State == bot.TicketWaiting:
		return storage.QueueWaiting
	}
	return storage.QueueOpen
}

// tabOf returns the list that the address names; without a name those that wait.
func tabOf(name storage.QueueTab) (storage.QueueTab, error) {
	if name == "" {
		return storage.QueueWaiting, nil
	}
	for _, t := range storage.QueueTabs() {
		if t == name {
			return t, nil
		}
	}
	return "", storage.ErrNotFound
}

func tabs(here storage.QueueTab, c storage.QueueCounts, user string) []queueTab {
	counts := map[storage.QueueTab]int{
		storage.QueueWaiting: c.Waiting, storage.QueueMine: c.Held[user].All(), storage.QueueTheirs: c.Theirs,
		storage.QueueOpen: c.Open, storage.QueueClosed: c.Closed,
	}
	var all []queueTab
	for _, t := range storage.QueueTabs() {
		all = append(all, queueTab{
			Tab: t, Count: counts[t], Here: t == here,
			Many: t == storage.QueueClosed && c.Closed >= storage.QueueCountMost,
		})
	}
	return all
}

// placeText writes a place in a list for the address.
func placeText(p storage.QueuePlace) string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.String()))
}

// placeOf reads what placeText wrote.
func placeOf(text string) (storage.QueuePlace, error) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	p, ok := storage.ReadQueuePlace(string(data))
	if err != nil || !ok {
		return p, storage.ErrNotFound
	}
	return p, nil
}

// shown makes of a ticket what a list shows.
func (p pages) shown(v *console.Visit, r storage.QueueRow) queueRow {
	row := queueRow{
		ID: r.ID, Revision: r.Revision, State: r.State, Turn: r.Turn, Holder: r.Holder, Held: r.HolderName,
		Mine: r.State == bot.TicketTaken && r.Holder == v.Actor.User, Name: r.Name, Language: r.Language, Tier: r.Tier,
		Channel: p.kind(r.Address.Bot), Reason: cmp.Or(r.Reason, bot.ReasonAsked), Urgent: r.Reason == bot.ReasonComplaint,
		About: r.Title.In(v.Lang), Since: r.TurnAt, At: r.TurnAt.UnixMilli(), ClosedAt: r.ClosedAt,
	}
	if deskwork.ReadsWords(v.Actor, r.Ticket) {
		row.Said, row.Ours = oneLine(r.Last.Text), r.Last.Ours
	}
	if row.Said == "" {
		row.File = r.Last.Attachment
	}
	if r.Offered != "" && r.OfferedUntil.After(time.Now()) {
		row.Offered, row.OfferedTo = r.Offered, r.OfferedName
	}
	if r.State == bot.TicketTaken && r.WakeAt.After(time.Now()) {
		row.Asleep = r.WakeAt
	}
	if r.State == bot.TicketClosed {
		row.Outcome = r.Outcome
	}
	return row
}

// oneLine is the beginning of a text, in one line.
func oneLine(text string) string {
	const most = 160
	words := []rune(bot.InLine(text))
	if len(words) > most {
		return string(words[:most]) + "…"
	}
	return string(words)
}

// row renders one ticket for the streams: what only one reader would see so is left
// to the module.
func (p pages) row(v *console.Visit, r storage.QueueRow) ([]byte, error) {
	shown := p.shown(v, r)
	shown.Mine = false
	return v.Fragment("queue", "queue-row", shown)
}

// next gives the reader the ticket that has waited longest.
func (p pages) next(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	t, found, err := parts.Desk.Next(v.Ctx(), v.Actor)
	switch {
	case err != nil:
		return err
	case !found:
		return v.See("/desk?none=1")
	}
	return v.See("/desk/" + t.ID)
}

// queueTexts are the keys that are put together here.
func queueTexts() []string {
	var keys []string
	add := func(group string, names ...string) {
		for _, n := range names {
			keys = append(keys, "queue."+group+"."+n)
		}
	}
	for _, t := range storage.QueueTabs() {
		add("tab", string(t))
		add("empty", string(t), string(t)+"_next")
	}
	for _, r := range bot.Reasons() {
		add("reason", string(r))
	}
	for _, o := range append(bot.TicketOutcomes(), bot.OutcomeRecalled, bot.OutcomeJoined) {
		add("outcome", string(o))
	}
	for _, l := range bot.Languages() {
		add("language", string(l))
		add("short", string(l))
	}
	for _, k := range bot.AttachmentKinds() {
		add("file", string(k))
	}
	return keys
}
