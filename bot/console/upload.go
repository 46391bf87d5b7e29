package console

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"github.com/labstack/echo/v4"

	"visnyk/bot/web"
)

// pour answers a visit with files. Who is answered before all has come would go on
// sending and not hear it: what is left is read, at its pace, and let go.
func (v *Visit) pour(r *route) (err error) {
	if v.body, err = v.console.uploads.Open(v.Response(), v.Request(), r.limit); err != nil {
		return err
	}
	return r.run(v)
}

// Parts reads a form with files and calls f with each of its parts as it comes: the
// field, the name of the file, "" where it is none, and its bytes. What f leaves of
// them is passed over. The first error of f ends it, once the rest of what is sent has
// been let go; its own are those of a body that does not come or is no such form.
func (v *Visit) Parts(f func(field, file string, body io.Reader) error) error {
	kind, params, err := mime.ParseMediaType(v.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEMultipartForm || v.body == nil {
		return errForm
	}
	for in := multipart.NewReader(v.body, params["boundary"]); ; {
		part, err := in.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return formFault(err)
		}
		if err := f(part.FormName(), part.FileName(), part); err != nil {
			if rest := v.letGo(); rest != nil {
				return errors.Join(rest, err)
			}
			return err
		}
	}
}

// Files reads a form with files, as Parts does, and calls f with each that was chosen. What
// else was sent stays, for Form to read it.
func (v *Visit) Files(f func(field, file string, body io.Reader) error) error {
	fields, left := url.Values{}, v.console.limits.Form
	err := v.Parts(func(field, file string, body io.Reader) error {
		if file != "" {
			return f(field, file, body)
		}
		value, err := io.ReadAll(io.LimitReader(body, left+1))
		if err != nil {
			return formFault(err)
		}
		if left -= int64(len(value)); left < 0 {
			return web.ErrTooLarge
		}
		fields.Add(field, string(value))
		return nil
	})
	v.fields = fields
	return err
}

// letGo reads what is left of what is sent.
func (v *Visit) letGo() error {
	_, err := io.Copy(io.Discard, v.body)
	return err
}

// formFault is why a body is not read; of one that came, that it is no form.
func formFault(err error) error {
	if explainBody(err) != nil {
		return err
	}
	return errForm
}
