package broadcasts

import (
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

// shareView is one messenger in one language, or one segment.
type shareView struct {
	Channel        channelKey
	Language       bot.Language
	Segment        string // its id
	Name           string // of the segment
	Guarded        bool   // nobody is counted by it
	Cells          []cellView
	Wide, SentWide float64 // of 100: planned, and sent
}

// cellView is a number of a share, and where its people are; "" where nobody is.
type cellView struct{ N, Query string }

// shareColumns are the numbers of a share: all that a report has.
func shareColumns() []outcomeKey {
	columns := []outcomeKey{"planned"}
	for _, o := range bot.RecipientOutcomes() {
		columns = append(columns, outcomeKey(o))
	}
	for _, m := range bot.RecipientMarks() {
		columns = append(columns, outcomeKey(m))
	}
	return columns
}

// fill lays out the numbers of a share, of which the largest has most people. rows are its
// people; what a messenger does not tell is untold.
func (s *shareView) fill(r bot.Report, most int, rows rowsQuery, untold map[outcomeKey]bool) {
	numbers := map[outcomeKey]int{
		"planned": r.Planned, "sent": r.Sent, "pending": r.Pending, "unknown": r.Unknown, "skipped": total(r.Skipped), "failed": total(r.Failed),
	}
	for _, m := range bot.RecipientMarks() {
		numbers[outcomeKey(m)] = marked(r, m)
	}
	for _, name := range shareColumns() {
		cell, of := cellView{N: console.IfTold(numbers[name], !untold[name])}, rows
		if numbers[name] > 0 {
			if of.Of == "" && name != "planned" {
				of.Of = string(name)
			}
			cell.Query = of.query()
		}
		s.Cells = append(s.Cells, cell)
	}
	s.Wide, s.SentWide = 100*float64(r.Planned)/float64(max(1, most)), 100*float64(r.Sent)/float64(max(1, most))
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
		share := shareView{Channel: p.kindOf(s.Bot), Language: s.Language}
		share.fill(s.Report, most, q, map[outcomeKey]bool{"delivered": !tells.Delivered, "seen": !tells.Seen})
		all = append(all, share)
	}
	return all
}
