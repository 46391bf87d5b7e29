package changes

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// ledgerRows is how many people a page of the ledger shows.
const ledgerRows = 50

// ledgerQuery is what somebody chose of the ledger, as the address says it.
type ledgerQuery struct {
	Sum      string `form:"of"`
	Bot      string `form:"bot"`
	Language string `form:"language"`
	Version  int    `form:"version"`
	Reason   string `form:"reason"`
	After    string `form:"after"`
}

func (q ledgerQuery) filter() change.LedgerFilter {
	return change.LedgerFilter{Sum: change.Sum(q.Sum), Bot: q.Bot, Language: bot.Language(q.Language), Version: q.Version, Reason: q.Reason}
}

// query is the address of what is chosen, from "?" on.
func (q ledgerQuery) query() string {
	values := url.Values{}
	for name, value := range map[string]string{"of": q.Sum, "bot": q.Bot, "language": q.Language, "reason": q.Reason, "after": q.After} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Version != 0 {
		values.Set("version", strconv.Itoa(q.Version))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// of is the same with another number, from its first page.
func (q ledgerQuery) of(sum change.Sum) ledgerQuery {
	q.After, q.Sum = "", string(sum)
	if sum == change.SumDue {
		q.Sum = ""
	}
	if sum != change.SumUnreached {
		q.Reason = ""
	}
	return q
}

// ledgerPage is who knows what of a change.
type ledgerPage struct {
	Head          headView
	Announced     bool
	Level         levelKey
	Deadline      time.Time
	Passed        bool
	Current       int // the version in force
	Query         ledgerQuery
	LedgerNumbers ledgerNumbers
	File          string // what is chosen, for the file
	Bots          []botView
	Rows          []ledgerRow
	Reads         bool // the reader may see people
	Exports       bool
	First         string // the addresses of other pages; "" where there are none
	Next          string
	Key           string // by which proofs are checked
	Languages     []bot.Language
	Sums          []sumKey
}

// ledgerNumbers are the numbers, as a part of the page that moves.
type ledgerNumbers struct {
	ID                   string
	Knows, Due, Percent  int
	KnowsText, DueText   string
	Bar                  []barView
	Numbers              []numberView
	Shares               []shareView
	Reasons              []reasonView
	Versions             []versionSum
	Erased               int
	ErasedText           string
	Narrowed, HasShares  bool
	Deadline             time.Time
	Passed               bool
	LevelOf              levelKey
	VersionNow           int
	HasAcknowledge, Many bool
}

type (
	sumKey    string
	reasonKey string
	stanceKey string
	wayKey    string
	barKey    string
	// channelKey is a kind of messenger.
	channelKey string
)

// botView is a bot to choose from, by its kind of messenger.
type botView struct {
	Name    string
	Channel channelKey
	Here    bool
}

// barView is a piece of the bar that shows everybody.
type barView struct {
	Kind     barKey
	X, Width float64 // of 100
	N        string
	Query    string
}

// numberView is one number, with what it means, and where its people are.
type numberView struct {
	Sum   sumKey
	N     string
	Some  bool
	Query string
	Here  bool
}

// shareView is one messenger in one language.
type shareView struct {
	Channel                             channelKey
	Bot                                 string
	Language                            bot.Language
	Told, Delivered, Seen, Acknowledged string
	Late                                string
	Query                               string
	Wide, KnowsWide                     float64 // of 100: told, and know
	Knows                               string
}

type reasonView struct {
	Reason reasonKey
	N      string
	Query  string
	Here   bool
}

type versionSum struct {
	Version int
	N       string
	Query   string
	Now     bool
	Here    bool
}

// ledgerRow is one person of the ledger.
type ledgerRow struct {
	ID, Name, External                          string
	Stance                                      stanceKey
	Reason                                      reasonKey
	Told, Delivered, Seen, Acknowledged, Passed time.Time
	Asked, Complained, Joined, Blind, Proof     bool
	Channel                                     channelKey
	Language                                    bot.Language
	Version                                     int
	Way                                         wayKey
}

func sumOf(s change.Sum) sumKey { return sumKey(s) }

func reasonOf(r string) reasonKey {
	if slices.Contains(ledgerReasons(), r) {
		return reasonKey(strings.ReplaceAll(r, " ", "_"))
	}
	return "another"
}

// ledgerReasons are why a message passed somebody by, as far as there are words for it.
func ledgerReasons() []string {
	return []string{
		bot.ReasonNoAddress, bot.ReasonUnreachable, bot.ReasonBlocked, bot.ReasonStopped, bot.ReasonNoConsent, bot.ReasonNoText,
		bot.ReasonTooLate, bot.ReasonGone, bot.ReasonMalformed, bot.ReasonUnrendered,
	}
}

// ledgerTexts are the keys of the words of the ledger that templates make.
func ledgerTexts() (keys []string) {
	for _, s := range change.Sums() {
		keys = append(keys, "ledger.sum."+string(s), "ledger.means."+string(s))
	}
	for _, s := range bot.Stances() {
		keys = append(keys, "ledger.stance."+string(s))
	}
	for _, r := range append(ledgerReasons(), "another") {
		keys = append(keys, "ledger.why."+strings.ReplaceAll(r, " ", "_"))
	}
	for _, w := range storage.Ways() {
		keys = append(keys, "ledger.way."+string(w))
	}
	for _, l := range bot.ChangeLevels() {
		keys = append(keys, "ledger.level."+string(levelOf(l)))
	}
	return append(keys, "ledger.outcome.sent", "ledger.outcome.unknown", "ledger.outcome.failed", "ledger.outcome.unsent")
}

// grouped writes a number as people do: 4 218.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

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
			page.First = first.query()
			if page.First == "" {
				page.First = "?"
			}
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

// numbersOf lays the numbers out.
func (p pages) numbersOf(l change.Ledger, q ledgerQuery) ledgerNumbers {
	due := l.Sums[change.SumDue]
	n := ledgerNumbers{
		ID: l.Change.ID, Knows: l.Sums[change.SumKnows], Due: due, KnowsText: grouped(l.Sums[change.SumKnows]), DueText: grouped(due), Percent: percent(l.Sums[change.SumKnows], due),
		Erased: l.Erased, ErasedText: grouped(l.Erased), Narrowed: q.Bot != "" || q.Language != "" || q.Version != 0, Deadline: l.Deadline, Passed: l.Passed,
		LevelOf: levelOf(l.Change.AtLevel()), VersionNow: l.Change.Version, HasAcknowledge: l.Change.AtLevel() == bot.LevelAcknowledge,
	}
	x := 0.0
	told := l.Sums[change.SumTold] - l.Sums[change.SumAcknowledged]
	for _, piece := range []struct {
		kind barKey
		n    int
		sum  change.Sum
	}{
		{"acknowledged", l.Sums[change.SumAcknowledged], change.SumAcknowledged}, {"told", told, change.SumTold}, {"unsure", l.Sums[change.SumUnsure], change.SumUnsure},
		{"unreached", l.Sums[change.SumUnreached], change.SumUnreached}, {"waiting", l.Sums[change.SumWaiting], change.SumWaiting},
	} {
		if piece.n <= 0 || due == 0 {
			continue
		}
		width := 100 * float64(piece.n) / float64(due)
		n.Bar = append(n.Bar, barView{piece.kind, x, width, grouped(piece.n), q.of(piece.sum).query()})
		x += width
	}
	for _, s := range change.Sums() {
		of := q.of(s)
		n.Numbers = append(n.Numbers, numberView{sumOf(s), grouped(l.Sums[s]), l.Sums[s] > 0, of.query(), of.Sum == q.Sum})
	}
	most := 0
	for _, s := range l.Shares {
		most = max(most, s.Told)
	}
	for _, s := range l.Shares {
		of := q.of(change.SumTold)
		of.Bot, of.Language = s.Bot, string(s.Language)
		tells := p.Receipts(s.Bot)
		n.Shares = append(n.Shares, shareView{
			Channel: p.kindOf(s.Bot), Bot: s.Bot, Language: s.Language, Told: grouped(s.Told), Delivered: ifTold(s.Delivered, tells.Delivered), Seen: ifTold(s.Seen, tells.Seen),
			Acknowledged: grouped(s.Acknowledged), Late: grouped(s.Late), Knows: grouped(s.Knows), Query: of.query(),
			Wide: 100 * float64(s.Told) / float64(max(1, most)), KnowsWide: 100 * float64(s.Knows) / float64(max(1, most)),
		})
	}
	n.HasShares = len(n.Shares) > 0
	for _, r := range ledgerReasons() {
		if l.Reasons[r] > 0 {
			of := q.of(change.SumUnreached)
			of.Reason = r
			n.Reasons = append(n.Reasons, reasonView{reasonOf(r), grouped(l.Reasons[r]), of.query(), q.Reason == r})
		}
	}
	versions := make([]int, 0, len(l.Versions))
	for version := range l.Versions {
		versions = append(versions, version)
	}
	slices.SortFunc(versions, func(a, b int) int { return b - a })
	for _, version := range versions {
		of := q.of(change.SumTold)
		of.Version = version
		n.Versions = append(n.Versions, versionSum{version, grouped(l.Versions[version]), of.query(), version == l.Change.Version, q.Version == version && version != 0})
	}
	n.Many = len(n.Versions) > 1
	return n
}

// ifTold writes a number that messengers tell; of one that does not, nobody knows.
func ifTold(n int, tells bool) string {
	if n == 0 && !tells {
		return "—"
	}
	return grouped(n)
}

func percent(of, all int) int {
	if all == 0 {
		return 0
	}
	return of * 100 / all
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
