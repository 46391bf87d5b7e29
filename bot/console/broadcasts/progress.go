package broadcasts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/storage"
)

// The ends of keys.
type (
	outcomeKey string
	reasonKey  string
	waitKey    string
	haltKey    string
	channelKey string
)

// progressView are the numbers of a broadcast, as a part of the page that moves.
type progressView struct {
	ID                      string
	State                   stateKey
	Expanding               bool
	Percent                 int // over, of all that are listed
	Over, Planned           string
	Bar                     []barView
	Waits                   []waitView
	Finish, Last            time.Time
	Start, Until, Began, At time.Time // At is when it ended
	Outcomes                []numberView
	Marks                   []numberView
	Skipped, Failed         []reasonView
	Shares                  sharesView
	Note                    string // what was said with its last move
	Spent                   []spentView
}

// spentView is what was spent, and of how much; "" is as much as it costs.
type spentView struct{ Sum, Ceiling string }

// numberView is one number, with what it means, and where its people are.
type numberView struct {
	Name  outcomeKey
	N     string
	Some  bool
	Query string
}

// reasonView is how many ended so for one reason.
type reasonView struct {
	Reason reasonKey
	N      string
	Query  string
}

// waitView is one thing that a broadcast waits for.
type waitView struct {
	Kind         waitKey
	Channel      channelKey
	Reason       reasonKey // of those who were put off
	Halt         haltKey   // why it paused by itself
	N            int
	Many         bool   // N and more
	Rate         string // a second
	Since, Until time.Time
	Query        string // where its people are
}

// waitReasons are for what people are put off, as far as there are words for it.
func waitReasons() []string {
	return []string{
		string(bot.WithheldQuiet), string(bot.WithheldHeld), string(bot.WithheldCap), string(bot.WithheldPaused), string(bot.WithheldVisit), string(bot.WithheldUnserved),
	}
}

// endReasons are why somebody was left out or a message failed, as far as there are words
// for it.
func endReasons() []string {
	return []string{
		bot.ReasonNoAddress, bot.ReasonUnreachable, bot.ReasonBlocked, bot.ReasonStopped, bot.ReasonNoConsent, bot.ReasonNoText, bot.ReasonJoined, bot.ReasonErased,
		bot.ReasonCancelled, bot.ReasonTooLate, bot.ReasonLeft, bot.ReasonGone, bot.ReasonMalformed, bot.ReasonUnrendered,
	}
}

// reasonOf is the key of the words for a reason.
func reasonOf(reason string) reasonKey {
	if slices.Contains(endReasons(), reason) || slices.Contains(waitReasons(), reason) {
		return reasonKey(strings.ReplaceAll(reason, " ", "_"))
	}
	return "another"
}

func haltOf(why string) haltKey {
	if slices.Contains(bot.Halts(), why) {
		return haltKey(why)
	}
	return "another"
}

// reasonsIn are the reasons of the counts, the most frequent first.
func reasonsIn(counts map[string]int) (all []string) {
	for r, n := range counts {
		if n > 0 {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return all
}

func total(counts map[string]int) (n int) {
	for _, m := range counts {
		n += m
	}
	return n
}

func (p pages) progressView(is broadcast.Progress) progressView {
	over := is.Planned - is.Pending
	view := progressView{
		ID: is.ID, State: stateOf(is.State), Expanding: is.Expanding, Over: console.Grouped(over), Planned: console.Grouped(is.Planned), Bar: barOf(is.Report),
		Finish: is.Finish, Last: is.Last, Start: is.Start, Until: is.Until, Began: is.Started, At: is.Ended, Note: is.Note,
	}
	if is.Planned > 0 {
		view.Percent = over * 100 / is.Planned
	}
	for _, w := range is.Waits {
		view.Waits = append(view.Waits, p.waitView(w))
	}
	number := func(name string, n int) numberView {
		return numberView{outcomeKey(name), console.Grouped(n), n > 0, rowsQuery{Of: name}.query()}
	}
	view.Outcomes = []numberView{
		number("planned", is.Planned), number("sent", is.Sent), number("pending", is.Pending), number("unknown", is.Unknown),
		number("skipped", total(is.Skipped)), number("failed", total(is.Failed)),
	}
	view.Outcomes[0].Query = "?"
	for _, m := range bot.RecipientMarks() {
		view.Marks = append(view.Marks, number(string(m), marked(is.Report, m)))
	}
	for _, of := range []struct {
		name   string
		counts map[string]int
		to     *[]reasonView
	}{{"skipped", is.Report.Skipped, &view.Skipped}, {"failed", is.Report.Failed, &view.Failed}} {
		for _, r := range reasonsIn(of.counts) {
			*of.to = append(*of.to, reasonView{reasonOf(r), console.Grouped(of.counts[r]), rowsQuery{Of: of.name, Reason: r}.query()})
		}
	}
	view.Shares = sharesOf(is.ID, p.shares(is))
	view.Shares.Falls = is.Fallback > 0 && p.falls(is)
	if !is.Ceiling.IsZero() {
		view.Spent = []spentView{{is.SpentIn(is.Ceiling.Currency).String(), is.Ceiling.String()}}
	}
	for _, m := range is.Spent {
		if is.Ceiling.IsZero() || m.Currency != is.Ceiling.Currency {
			view.Spent = append(view.Spent, spentView{m.String(), ""})
		}
	}
	return view
}

// marked is how many have the mark.
func marked(r bot.Report, m bot.RecipientMark) int {
	return map[bot.RecipientMark]int{
		bot.RecipientDelivered: r.Delivered, bot.RecipientSeen: r.Seen, bot.RecipientClicked: r.Clicked, bot.RecipientAcknowledged: r.Acknowledged,
		bot.RecipientAsked: r.Asked, bot.RecipientComplained: r.Complained, bot.RecipientUnsubscribed: r.Unsubscribed,
	}[m]
}

func (p pages) waitView(w broadcast.Wait) waitView {
	view := waitView{Kind: waitKey(w.Kind), N: min(w.N, storage.MostDeferred), Many: w.N > storage.MostDeferred, Since: w.Since, Until: w.Until}
	if w.Bot != "" {
		view.Channel = p.kindOf(w.Bot)
	}
	switch w.Kind {
	case broadcast.WaitAnswer:
		view.Halt = haltOf(w.Reason)
	case broadcast.WaitPeople:
		view.Reason, view.Query = reasonOf(w.Reason), rowsQuery{Of: string(bot.RecipientPending), Reason: w.Reason}.query()
	case broadcast.WaitLimit:
		view.N, view.Many, view.Rate = w.N, false, strings.Replace(strconv.FormatFloat(w.Rate, 'g', 3, 64), ".", ",", 1)
	case broadcast.WaitLease, broadcast.WaitMessenger:
		view.N, view.Many = w.N, false
	}
	return view
}

// kindOf is the kind of messenger of a bot; "" of none.
func (p pages) kindOf(name string) channelKey {
	if name == "" {
		return ""
	}
	return channelKey(p.Kind(name))
}

// drawProgress renders the parts of a report that move, for whoever sees the same as the
// visitor.
func (p pages) drawProgress(v *console.Visit, is broadcast.Progress) (all []byte, err error) {
	for _, part := range []struct {
		name string
		data any
	}{{"report-moving", p.progressView(is)}, {"report-moves", p.movesView(v.Actor, is)}, {"report-numbers", p.progressView(is)}} {
		html, err := v.Fragment("report", part.name, part.data)
		if err != nil {
			return nil, err
		}
		all = append(all, html...)
	}
	return all, nil
}

// watch reads, once for all open pages of this process, how far broadcasts are. What was
// under way with the last look is read once more when it is over.
func (p pages) watch() func(ctx context.Context) ([]console.Watched, error) {
	var under []string
	return func(ctx context.Context) (all []console.Watched, err error) {
		if p.Broadcasts() == nil {
			return nil, nil
		}
		is, err := p.Broadcasts().Underway(ctx, under...)
		if err != nil {
			return nil, err
		}
		under = nil
		for _, one := range is {
			if one.State == bot.BroadcastSending || one.State == bot.BroadcastPaused || one.Ended.IsZero() {
				under = append(under, one.ID)
			}
			all = append(all, console.Watched{
				ID: one.ID, Revision: revision(one), Draw: func(v *console.Visit) ([]byte, error) { return p.drawProgress(v, one) },
			})
		}
		return all, nil
	}
}

// revision is other whenever the parts that move are.
func revision(is broadcast.Progress) string {
	is.Finish = is.Finish.Truncate(time.Minute) // it is said to the minute
	return fmt.Sprint(is.State, is.Version, is.Counts, is.Waits, is.Finish, is.Listed)
}
