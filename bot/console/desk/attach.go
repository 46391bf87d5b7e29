package desk

import (
	"io"

	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
)

// attachMost is how many bytes one choice of files may have; what the setting lets
// one file have is less.
const attachMost = 64 << 20

// attach keeps files that the reader sends with the next reply, as they come.
func (p pages) attach(v *console.Visit) error {
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	err := v.Parts(func(field, name string, body io.Reader) error {
		switch {
		case field != "file":
			return console.ErrForm
		case name == "": // nothing was chosen
			return nil
		}
		_, err := parts.Desk.Attach(v.Ctx(), v.Actor, id, name, body)
		return err
	})
	if _, told := v.Faults(err); told {
		return v.InTurn(func() error { return p.again(v, id, err, nil) })
	}
	if err != nil {
		return err
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
