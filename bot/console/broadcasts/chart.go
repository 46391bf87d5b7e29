package broadcasts

import (
	"slices"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
)

// barView is a piece of the bar that shows everybody.
type barView struct {
	Kind     outcomeKey
	X, Width float64 // of 100
	N        string
	Query    string
}

// barOf lays out everybody who is listed: who was told first, who waits last.
func barOf(r bot.Report) (all []barView) {
	x := 0.0
	for _, piece := range []struct {
		kind bot.RecipientOutcome
		n    int
	}{
		{bot.RecipientSent, r.Sent}, {bot.RecipientUnknown, r.Unknown}, {bot.RecipientFailed, total(r.Failed)}, {bot.RecipientSkipped, total(r.Skipped)}, {bot.RecipientPending, r.Pending},
	} {
		if piece.n <= 0 || r.Planned == 0 {
			continue
		}
		width := 100 * float64(piece.n) / float64(r.Planned)
		all = append(all, barView{outcomeKey(piece.kind), x, width, console.Grouped(piece.n), rowsQuery{Of: string(piece.kind)}.query()})
		x += width
	}
	return all
}

// sharesView is a report by messengers or by segments: what became of the message, and what
// people did, each a table of its own, which fits.
type sharesView struct {
	ID     string // of the broadcast
	About  bool   // the numbers are about so many
	Fewer  bool   // some numbers have no column
	Falls  bool   // somebody may have been told at their next address
	Tables []shareTable
}

// shareTable are some numbers of all shares. What is nobody's in any of them has no column.
type shareTable struct {
	Columns []outcomeKey
	Chart   bool
	Rows    []shareRow
}

// shareRow is a share with its cells.
type shareRow struct {
	shareView
	Cells []cellView
}

// shareView is one messenger in one language, or one segment.
type shareView struct {
	Channel        channelKey
	Language       bot.Language
	Segment        string  // its id
	Name           string  // of the segment
	Guarded        bool    // nobody is counted by it
	Wide, SentWide float64 // of 100: planned, and sent
	numbers        map[outcomeKey]cellView
}

// cellView is a number of a share, and where its people are; "" where nobody is.
type cellView struct{ N, Query string }

// outcomeColumns are what became of the message, all that a report has.
func outcomeColumns() (columns []outcomeKey) {
	columns = []outcomeKey{"planned"}
	for _, o := range bot.RecipientOutcomes() {
		columns = append(columns, outcomeKey(o))
	}
	return columns
}

// markColumns are what people did.
func markColumns() (columns []outcomeKey) {
	for _, m := range bot.RecipientMarks() {
		columns = append(columns, outcomeKey(m))
	}
	return columns
}

// newShare lays out the numbers of a share, of which the largest has most people. rows are
// its people; what a messenger does not tell is untold.
func newShare(s shareView, r bot.Report, most int, rows rowsQuery, untold map[outcomeKey]bool) shareView {
	numbers := map[outcomeKey]int{
		"planned": r.Planned, "sent": r.Sent, "pending": r.Pending, "unknown": r.Unknown, "skipped": total(r.Skipped), "failed": total(r.Failed),
	}
	for _, m := range bot.RecipientMarks() {
		numbers[outcomeKey(m)] = marked(r, m)
	}
	s.numbers = map[outcomeKey]cellView{}
	for name, n := range numbers {
		cell, of := cellView{N: console.IfTold(n, !untold[name])}, rows
		if n > 0 {
			if of.Of == "" && name != "planned" {
				of.Of = string(name)
			}
			cell.Query = of.query()
		}
		s.numbers[name] = cell
	}
	s.Wide, s.SentWide = 100*float64(r.Planned)/float64(max(1, most)), 100*float64(r.Sent)/float64(max(1, most))
	return s
}

// sharesOf sets the shares of a broadcast in tables.
func sharesOf(id string, shares []shareView) sharesView {
	view := sharesView{ID: id}
	if len(shares) == 0 {
		return view
	}
	for i, names := range [][]outcomeKey{outcomeColumns(), markColumns()} {
		t := shareTable{Chart: i == 0}
		for _, name := range names {
			if i == 0 && name == "planned" || slices.ContainsFunc(shares, func(s shareView) bool { return s.numbers[name].Query != "" }) {
				t.Columns = append(t.Columns, name)
			} else {
				view.Fewer = true
			}
		}
		for _, s := range shares {
			row := shareRow{shareView: s}
			for _, name := range t.Columns {
				row.Cells = append(row.Cells, s.numbers[name])
			}
			t.Rows = append(t.Rows, row)
		}
		if len(t.Columns) > 0 {
			view.Tables = append(view.Tables, t)
		}
	}
	return view
}

// falls reports whether one messenger may not have delivered what another one then told.
func (p pages) falls(is broadcast.Progress) bool {
	silent := slices.ContainsFunc(is.Shares, func(s broadcast.Share) bool { return s.Bot != "" && !p.Receipts(s.Bot).Delivered })
	return silent && slices.ContainsFunc(is.Shares, func(s broadcast.Share) bool { return p.Receipts(s.Bot).Delivered })
}

// shares lays out how far the bots are, in each language.
func (p pages) shares(is broadcast.Progress) (all []shareView) {
	most := 1
	for _, s := range is.Shares {
		most = max(most, s.Planned)
	}
	for _, s := range is.Shares {
		tells := p.Receipts(s.Bot)
		q := rowsQuery{Bot: s.Bot, Language: string(s.Language)}
		if s.Bot == "" { // whoever has no address was left out for that
			q = rowsQuery{Of: string(bot.RecipientSkipped), Reason: bot.ReasonNoAddress, Language: string(s.Language)}
		}
		untold := map[outcomeKey]bool{"delivered": !tells.Delivered, "seen": !tells.Seen}
		all = append(all, newShare(shareView{Channel: p.kindOf(s.Bot), Language: s.Language}, s.Report, most, q, untold))
	}
	return all
}
