package changes

import (
	"strconv"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
)

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
	version := ""
	if q.Version != 0 {
		version = strconv.Itoa(q.Version)
	}
	return console.AsQuery("of", q.Sum, "bot", q.Bot, "language", q.Language, "reason", q.Reason, "after", q.After, "version", version)
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
