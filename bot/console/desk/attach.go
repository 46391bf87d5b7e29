package desk

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"slices"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
)

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
	ids := own.Files
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

type detachForm struct {
	File string `form:"id"`
}

// detach takes a file away from the next reply.
func detach(v *console.Visit, d *deskwork.Desk, id string, form detachForm) error {
	own, _, err := d.Drafts(v.Ctx(), v.Actor, id)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(own.Files), func(f string) bool { return f == form.File })
	if err := d.SetDraft(v.Ctx(), v.Actor, id, own.Key, bot.Words{Text: own.Text, Markup: own.Markup}, left); err != nil {
		return err
	}
	return d.Detach(v.Ctx(), v.Actor, id, form.File)
}
