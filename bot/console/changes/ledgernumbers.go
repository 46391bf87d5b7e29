package changes

import (
	"slices"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
)

// numbersOf lays the numbers out.
func (p pages) numbersOf(l change.Ledger, q ledgerQuery) ledgerNumbers {
	due := l.Sums[change.SumDue]
	n := ledgerNumbers{
		ID: l.Change.ID, Knows: l.Sums[change.SumKnows], Due: due, KnowsText: console.Grouped(l.Sums[change.SumKnows]), DueText: console.Grouped(due), Percent: percent(l.Sums[change.SumKnows], due),
		Erased: l.Erased, ErasedText: console.Grouped(l.Erased), Narrowed: q.Bot != "" || q.Language != "" || q.Version != 0, Deadline: l.Deadline, Passed: l.Passed,
		LevelOf: levelOf(l.Change.AtLevel()), VersionNow: l.Change.Version, HasAcknowledge: l.Change.AtLevel() == bot.LevelAcknowledge,
	}
	x := 0.0
	told := l.Sums[change.SumTold] - l.Sums[change.SumAcknowledged]
	for _, piece := range []struct {
		kind barKey
		n    int
		sum  change.Sum
	}{
		{"acknowledged", l.Sums[change.SumAcknowledged], change.SumAcknowledged},
		{"told", told, change.SumTold},
		{"unsure", l.Sums[change.SumUnsure], change.SumUnsure},
		{"unreached", l.Sums[change.SumUnreached], change.SumUnreached},
		{"waiting", l.Sums[change.SumWaiting], change.SumWaiting},
	} {
		if piece.n <= 0 || due == 0 {
			continue
		}
		width := 100 * float64(piece.n) / float64(due)
		n.Bar = append(n.Bar, barView{piece.kind, x, width, console.Grouped(piece.n), q.of(piece.sum).query()})
		x += width
	}
	for _, s := range change.Sums() {
		of := q.of(s)
		n.Numbers = append(n.Numbers, numberView{sumOf(s), console.Grouped(l.Sums[s]), l.Sums[s] > 0, of.query(), of.Sum == q.Sum})
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
			Channel: p.kindOf(s.Bot), Bot: s.Bot, Language: s.Language, Told: console.Grouped(s.Told), Delivered: console.IfTold(s.Delivered, tells.Delivered), Seen: console.IfTold(s.Seen, tells.Seen),
			Acknowledged: console.Grouped(s.Acknowledged), Late: console.Grouped(s.Late), Knows: console.Grouped(s.Knows), Query: of.query(),
			Wide: 100 * float64(s.Told) / float64(max(1, most)), KnowsWide: 100 * float64(s.Knows) / float64(max(1, most)),
		})
	}
	n.HasShares = len(n.Shares) > 0
	for _, r := range ledgerReasons() {
		if l.Reasons[r] > 0 {
			of := q.of(change.SumUnreached)
			of.Reason = r
			n.Reasons = append(n.Reasons, reasonView{reasonOf(r), console.Grouped(l.Reasons[r]), of.query(), q.Reason == r})
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
		n.Versions = append(n.Versions, versionSum{version, console.Grouped(l.Versions[version]), of.query(), version == l.Change.Version, q.Version == version && version != 0})
	}
	n.Many = len(n.Versions) > 1
	return n
}

func percent(of, all int) int {
	if all == 0 {
		return 0
	}
	return of * 100 / all
}
