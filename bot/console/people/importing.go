package people

import (
	"context"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// rejectedShown is how many rejected rows the page shows; the file has them all.
const rejectedShown = 50

// importingPage is how far an import has come, and what became of its rows.
type importingPage struct {
	ID, Name string
	Step     string
	State    bot.ImportState
	Going    bool
	By       string
	Total    int
	bot.ImportSum
	Enter    int    // how many would be new or another
	Fault    string // why it ended before its last row
	Own      bool   // who looks may move it
	Kept     bool   // the file is here
	Ended    time.Time
	Rejects  []rejectView
	More     int // that are not shown
	Refusal  string
	Stopping bool // it may be stopped
}

// rejectView is one thing that is wrong with a row.
type rejectView struct {
	Line                  int
	Column, Value, Reason string
}

func (p pages) importing(v *console.Visit) error { return p.showImporting(v, http.StatusOK, "") }

func (p pages) showImporting(v *console.Visit, status int, refusal string) error {
	page, err := p.importingPage(v)
	if err != nil {
		return err
	}
	if page.State == bot.ImportNew && page.Own {
		return v.See("/people/import/" + page.ID + "/columns")
	}
	page.Refusal = refusal
	return v.Page(status, "importing", page)
}

// progress answers with the part of the page that moves.
func (p pages) progress(v *console.Visit) error {
	page, err := p.importingPage(v)
	if err != nil {
		return err
	}
	part, err := v.Fragment("importing", "progress", page)
	if err != nil {
		return err
	}
	return v.HTMLBlob(http.StatusOK, part)
}

func (p pages) importingPage(v *console.Visit) (page importingPage, err error) {
	i, own, err := p.Contacts().ReadImport(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return page, err
	}
	page = importingPage{
		ID: i.ID, Name: i.Name, State: i.State, Going: i.State.Going(), By: i.Login, Total: i.Total, ImportSum: i.ImportSum,
		Enter: i.Created + i.Updated, Own: own, Kept: i.File != "", Ended: i.Ended, Step: "run", Stopping: i.Can(bot.StopImport),
	}
	if i.State == bot.ImportChecking || i.State == bot.ImportChecked {
		page.Step = "check"
	}
	if i.Fault != nil {
		page.Fault = lineFault(v, *i.Fault)
	}
	if page.Going || i.Rejected == 0 {
		return page, nil
	}
	rows, err := p.Contacts().Rejected(v.Ctx(), v.Actor, i.ID, 0, rejectedShown)
	for _, r := range rows {
		for _, f := range r.Faults {
			page.Rejects = append(page.Rejects, rejectView{r.Line, f.Column, f.Value, faultWords(v, f.Fault)})
		}
	}
	page.More = i.Rejected - len(rows)
	return page, err
}

func (p pages) run(v *console.Visit) error { return p.move(v, p.Contacts().RunImport) }

func (p pages) stop(v *console.Visit) error { return p.move(v, p.Contacts().StopImport) }

func (p pages) move(v *console.Visit, do func(context.Context, bot.Actor, string) (bot.Import, error)) error {
	var form struct{}
	if err := v.Form(&form); err != nil {
		return err
	}
	_, err := do(v.Ctx(), v.Actor, v.Param("id"))
	if faults, told := v.Faults(err); told {
		return p.showImporting(v, http.StatusConflict, faults[""])
	}
	if err != nil {
		return err
	}
	return v.See("/people/import/" + v.Param("id"))
}

// rejected answers with the file of the rows that were not taken.
func (p pages) rejected(v *console.Visit) error {
	i, _, err := p.Contacts().ReadImport(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	out := v.Download(strings.TrimSuffix(i.Name, ".csv")+"-rejected.csv", console.CSV)
	err = p.Contacts().WriteRejected(v.Ctx(), v.Actor, i.ID, out, func(f bot.Fault) string { return faultWords(v, f) })
	if faults, told := v.Faults(err); told && !out.Begun() {
		return p.showImporting(v, http.StatusConflict, faults["file"])
	}
	return err
}
