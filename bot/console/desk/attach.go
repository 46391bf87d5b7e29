package desk

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"github.com/labstack/echo/v4"

	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
)

// attachMost is how many bytes one choice of files may have; what the setting lets
// one file have is less.
const attachMost = 64 << 20

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
		_, err = parts.Desk.Attach(v.Ctx(), v.Actor, id, part.FileName(), part)
		if _, told := v.Faults(err); told {
			return p.again(v, id, err, nil)
		}
		if err != nil {
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
	return d.Detach(v.Ctx(), v.Actor, id, form.File)
}
