package desk

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
	"visnyk/storage"
)

// answerForm is what the reader has written.
type answerForm struct {
	Key        string   `form:"key"`
	Text       string   `form:"text"`
	Markup     bool     `form:"markup"`
	Files      []string `form:"file"`
	Seen       int64    `form:"seen"`
	LanguageOK bool     `form:"language_ok"`
	PriceOK    bool     `form:"price_ok"`
	Do         string   `form:"do"` // "" sends
}

func (f answerForm) words() bot.Words { return bot.Words{Text: f.Text, Markup: f.Markup} }

// written puts what the reader has written back into the page.
func (f answerForm) written(c *compose) {
	c.Text, c.Markup, c.LanguageOK, c.PriceOK = f.Text, f.Markup, f.LanguageOK, f.PriceOK
}

// answer sends what the reader has written, shows how it will look, or keeps it.
func (p pages) answer(v *console.Visit) error {
	var form answerForm
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	switch form.Do {
	case "preview":
		return p.preview(v, parts, id, form)
	case "save":
		if err := parts.Desk.SetDraft(v.Ctx(), v.Actor, id, form.Key, form.words(), form.Files); err != nil {
			return err
		}
		return v.See("/desk/" + id)
	}
	_, err := parts.Desk.Reply(v.Ctx(), v.Actor, deskwork.ReplyTo{
		Ticket: id, Key: form.Key, Words: form.words(), Files: form.Files, Seen: form.Seen,
		LanguageOK: form.LanguageOK, PriceOK: form.PriceOK, Undo: time.Duration(v.User.Preferences.Undo) * time.Second,
	})
	return p.answered(v, parts, id, err, form)
}

// answered shows the ticket after a reply; one that was refused stays written, and
// what must be confirmed stands beside it.
func (p pages) answered(v *console.Visit, parts *Parts, id string, err error, form answerForm) error {
	if _, told := v.Faults(err); !told {
		if err != nil {
			return err
		}
		return v.See("/desk/" + id)
	}
	kept := parts.Desk.SetDraft(v.Ctx(), v.Actor, id, form.Key, form.words(), form.Files)
	if kept != nil && !errors.Is(kept, storage.ErrConflict) && !errors.Is(kept, storage.ErrNotFound) {
		if _, told := v.Faults(kept); !told {
			return kept
		}
	}
	return p.again(v, id, err, func(c *compose) {
		form.written(c)
		var refused *bot.RefusedError
		if !errors.As(err, &refused) {
			return
		}
		switch refused.Code {
		case bot.FaultOtherTongue:
			c.Ask = "language"
		case bot.FaultPaid:
			c.Ask = "price"
		}
	})
}

// preview shows what the customer will see.
func (p pages) preview(v *console.Visit, parts *Parts, id string, form answerForm) error {
	shown, err := parts.Desk.Preview(v.Ctx(), v.Actor, id, form.words(), form.Files)
	if _, told := v.Faults(err); told {
		return p.again(v, id, err, form.written)
	}
	if err != nil {
		return err
	}
	page, err := p.ticketPage(v, id, 0)
	if err != nil {
		return err
	}
	form.written(&page.Compose)
	page.Compose.Previews = true
	for _, b := range shown {
		runs := b.Runs
		if b.File != "" {
			runs = append(runs, bot.Run{Text: "\n📎"})
		}
		page.Compose.Preview = append(page.Compose.Preview, runs)
	}
	return v.Page(http.StatusOK, "ticket", page)
}

// keep keeps what the reader writes, as they write it.
func (p pages) keep(v *console.Visit) error {
	var form answerForm
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	if err := parts.Desk.SetDraft(v.Ctx(), v.Actor, v.Param("ticket"), form.Key, form.words(), form.Files); err != nil {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}

// takeBack takes back a reply that waits.
func (p pages) takeBack(v *console.Visit) error {
	var form struct {
		Cause string `form:"cause"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	err := parts.Desk.TakeBack(v.Ctx(), v.Actor, id, form.Cause)
	if _, told := v.Faults(err); told {
		return p.again(v, id, err, nil)
	}
	if err != nil {
		return err
	}
	return v.See("/desk/" + id)
}

// repeat says once more what failed or may not have arrived.
func (p pages) repeat(v *console.Visit) error {
	var form struct {
		Cause   string `form:"cause"`
		PriceOK bool   `form:"price_ok"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	_, err := parts.Desk.Reply(v.Ctx(), v.Actor, deskwork.ReplyTo{Ticket: id, Again: form.Cause, PriceOK: form.PriceOK})
	if _, told := v.Faults(err); told {
		return p.again(v, id, err, nil)
	}
	if err != nil {
		return err
	}
	return v.See("/desk/" + id)
}

// typing shows the customer that the reader writes.
func (p pages) typing(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	if err := parts.Desk.Typing(v.Ctx(), v.Param("ticket"), v.Actor); err != nil {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}

// attach keeps files that the reader sends with the next reply.
func (p pages) attach(v *console.Visit) error {
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	kind, params, err := mime.ParseMediaType(v.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEMultipartForm {
		return console.ErrForm
	}
	form := multipart.NewReader(bytes.NewReader(v.Body()), params["boundary"])
	own, _, err := parts.Desk.Drafts(v.Ctx(), v.Actor, id)
	if err != nil {
		return err
	}
	ids := own.Draft.Files
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || part.FormName() != "file" {
			return console.ErrForm
		}
		if part.FileName() == "" {
			continue
		}
		file, err := parts.Desk.Attach(v.Ctx(), v.Actor, id, part.FileName(), part)
		if _, told := v.Faults(err); told {
			return p.again(v, id, err, nil)
		}
		if err != nil {
			return err
		}
		ids = append(ids, file)
		if err := parts.Desk.SetDraft(v.Ctx(), v.Actor, id, own.Key, bot.Words{Text: own.Text, Markup: own.Markup}, ids); err != nil {
			return err
		}
	}
	return v.See("/desk/" + id)
}

// detach takes a file away from the next reply.
func (p pages) detach(v *console.Visit) error {
	var form struct {
		File string `form:"id"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	own, _, err := parts.Desk.Drafts(v.Ctx(), v.Actor, id)
	if err != nil {
		return err
	}
	var left []string
	for _, f := range own.Draft.Files {
		if f != form.File {
			left = append(left, f)
		}
	}
	if err := parts.Desk.SetDraft(v.Ctx(), v.Actor, id, own.Key, bot.Words{Text: own.Text, Markup: own.Markup}, left); err != nil {
		return err
	}
	if err := parts.Desk.Detach(v.Ctx(), v.Actor, id, form.File); err != nil {
		return err
	}
	return v.See("/desk/" + id)
}
