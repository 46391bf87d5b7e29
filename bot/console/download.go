package console

import (
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Download is an answer that is a file, once something is written. Until then a page may
// say instead why there is none.
type Download struct {
	v          *Visit
	name, kind string
	begun      bool
}

// Download returns the answer that is a file of that name and kind.
func (v *Visit) Download(name, kind string) *Download { return &Download{v: v, name: name, kind: kind} }

// CSV is the kind of a table.
const CSV = "text/csv; charset=utf-8"

// Begun reports whether something was written, so that no other answer can be.
func (d *Download) Begun() bool { return d.begun }

// Write implements io.Writer.
func (d *Download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.v.Response().Header()
		h.Set(echo.HeaderContentType, d.kind)
		h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
		d.v.Response().WriteHeader(http.StatusOK)
	}
	return d.v.Response().Write(b)
}
