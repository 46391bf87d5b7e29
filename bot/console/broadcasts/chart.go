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

// shareView is one messenger in one language.
type shareView struct {
	Channel                                                                    channelKey
	Language                                                                   bot.Language
	Planned, Sent, Delivered, Seen, Clicked, Acknowledged, Asked, Failed, Left string
	Query                                                                      string
	Wide, SentWide                                                             float64 // of 100: planned, and sent
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
		if s.Bot == "" {
			q = rowsQuery{Of: string(bot.RecipientSkipped), Reason: bot.ReasonNoAddress, Language: string(s.Language)}
		}
		all = append(all, shareView{
			Channel: p.kindOf(s.Bot), Language: s.Language, Planned: console.Grouped(s.Planned), Sent: console.Grouped(s.Sent), Delivered: console.IfTold(s.Delivered, tells.Delivered),
			Seen: console.IfTold(s.Seen, tells.Seen), Clicked: console.Grouped(s.Clicked), Acknowledged: console.Grouped(s.Acknowledged), Asked: console.Grouped(s.Asked),
			Failed: console.Grouped(total(s.Failed) + s.Unknown), Left: console.Grouped(total(s.Skipped)), Query: q.query(),
			Wide: 100 * float64(s.Planned) / float64(most), SentWide: 100 * float64(s.Sent) / float64(most),
		})
	}
	return all
}
