package console

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"rsc.io/qr"

	"visnyk/bot/staff"
)

// factorPage sets up a second factor.
type factorPage struct {
	Login, Secret string // the secret in groups, for people to type
	Picture       picture
	Link          template.URL // opens a program on the very device; of a scheme that templates let through from us alone
	Next, Fault   string
}

func (c *Console) askFactor(v *Visit) error {
	next, err := v.step()
	if err != nil {
		return err
	}
	return c.showFactor(v, http.StatusOK, next, "")
}

func (c *Console) showFactor(v *Visit, status int, next, fault string) error {
	f, err := c.cfg.Staff().Factor(v.Ctx(), v.cookie(stepName), "Visnyk")
	if errors.Is(err, staff.ErrOver) {
		v.setCookie(stepName, "", -1)
		return &seeOther{"/login" + AsQuery("again", "1", "next", next)}
	}
	if err != nil {
		return err
	}
	code, err := draw(f.URI)
	if err != nil {
		return err
	}
	return v.Page(status, "factor", factorPage{f.Login, inGroups(f.Secret), code, template.URL(f.URI), next, fault})
}

func (c *Console) takeFactor(v *Visit) error {
	p, next, fault, status, err := c.confirm(v)
	switch {
	case err != nil:
		return err
	case fault != "":
		return c.showFactor(v, status, next, fault)
	}
	return c.pass(v, p, next)
}

// inGroups writes a secret in groups of four.
func inGroups(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// picture is a QR code as the path of an SVG, in units of one square.
type picture struct {
	Size int // with the quiet zone around it
	Path string
}

// quiet is how many squares around a QR code are empty.
const quiet = 4

// draw makes the QR code of a text.
func draw(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return picture{}, fmt.Errorf("QR code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return picture{code.Size + 2*quiet, b.String()}, nil
}

// recoveryPage shows recovery codes, once.
type recoveryPage struct {
	Codes []string
	Next  string // where the visitor goes on to
}
