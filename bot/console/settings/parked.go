package settings

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/parked"
	"visnyk/storage"
)

// parkedMost is how many updates the list shows, the latest first.
const parkedMost = 100

// parkedPage lists what was put aside.
type parkedPage struct {
	Rows   []parkedRow
	Left   int    // that the list does not show
	Moved  string // what was done: the key's end; "" nothing
	Number int
}

// parkedRow is an update that was put aside.
type parkedRow struct {
	Bot, ID, Path string
	Reason        string
	Tries         int
	At            time.Time
}

// updatePage is one of them, and what may be done about it.
type updatePage struct {
	parkedRow
	Chat     string // "" where nobody knows whose it is
	Received time.Time
	Object   string // as the audit has it
	Body     string
	Faults   console.Faults
}

func rowOfParked(r storage.ParkedRow) parkedRow {
	return parkedRow{
		Bot: parked.Visible(r.Bot), ID: parked.Visible(r.ID), Reason: parked.Visible(r.Reason), Tries: r.Attempts, At: r.ParkedAt,
		Path: console.Prefix + "/parked/update?" + url.Values{"bot": {r.Bot}, "id": {r.ID}}.Encode(),
	}
}

// aside is how many updates were put aside.
func (p pages) aside(ctx context.Context, a bot.Actor) (int, error) {
	kept := p.Parked()
	if kept == nil {
		return 0, console.ErrAway
	}
	_, all, err := kept.List(ctx, a, 1)
	return all, err
}

func (p pages) parked(v *console.Visit) error {
	var query struct {
		Moved string `form:"moved"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	rows, all, err := p.Parked().List(v.Ctx(), v.Actor, parkedMost)
	if err != nil {
		return err
	}
	page := parkedPage{Left: all - len(rows), Number: all}
	if query.Moved == "replay" || query.Moved == "drop" {
		page.Moved = query.Moved
	}
	for _, r := range rows {
		page.Rows = append(page.Rows, rowOfParked(r))
	}
	return v.Page(http.StatusOK, "parked", page)
}

// updateForm names an update: ids of messengers may have strokes, so none stands in a
// path.
type updateForm struct {
	Bot  string `form:"bot"`
	ID   string `form:"id"`
	Sure bool   `form:"sure"`
}

func (p pages) update(v *console.Visit) error {
	var query struct {
		Bot string `form:"bot"`
		ID  string `form:"id"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	return p.showUpdate(v, http.StatusOK, query.Bot, query.ID, nil)
}

func (p pages) showUpdate(v *console.Visit, status int, name, id string, faults console.Faults) error {
	r, err := p.Parked().Get(v.Ctx(), v.Actor, name, id)
	if err != nil {
		return err
	}
	row := rowOfParked(r)
	row.Bot, row.ID = r.Bot, r.ID // the form sends them back as they are; the page shows them by visible
	return v.Page(status, "update", updatePage{
		parkedRow: row, Chat: parked.Visible(r.Chat), Received: r.ReceivedAt, Object: parked.Object(r.Bot, r.ID), Body: parked.Body(r.Payload), Faults: faults,
	})
}

func (p pages) replay(v *console.Visit) error { return p.moveUpdate(v, "replay", p.Parked().Replay) }

func (p pages) drop(v *console.Visit) error { return p.moveUpdate(v, "drop", p.Parked().Drop) }

func (p pages) moveUpdate(v *console.Visit, move string, do func(context.Context, bot.Actor, string, string) error) error {
	var form updateForm
	if err := v.Form(&form); err != nil {
		return err
	}
	if !form.Sure {
		return p.showUpdate(v, http.StatusUnprocessableEntity, form.Bot, form.ID, console.Faults{move: v.T("settings.parked.unsure")})
	}
	err := do(v.Ctx(), v.Actor, form.Bot, form.ID)
	if errors.Is(err, storage.ErrNoChat) {
		return p.showUpdate(v, http.StatusConflict, form.Bot, form.ID, console.Faults{move: v.T("settings.parked.no_chat")})
	}
	if err != nil {
		return err
	}
	return v.See("/parked?moved=" + move)
}
