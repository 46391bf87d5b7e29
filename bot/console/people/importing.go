package people

import (
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

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
	out := &download{v: v, name: strings.TrimSuffix(i.Name, ".csv") + "-rejected.csv"}
	err = p.Contacts().WriteRejected(v.Ctx(), v.Actor, i.ID, out, func(f bot.Fault) string { return faultWords(v, f) })
	if faults, told := v.Faults(err); told && !out.begun {
		return p.showImporting(v, http.StatusConflict, faults["file"])
	}
	return err
}

// download is an answer that is a file, once something is written.
type download struct {
	v     *console.Visit
	name  string
	begun bool
}

// Write implements io.Writer.
func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.v.Response().Header()
		h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
		h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
		d.v.Response().WriteHeader(http.StatusOK)
	}
	return d.v.Response().Write(b)
}
