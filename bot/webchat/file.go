package webchat

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
)

const maxFile = 10 << 20 // bytes

// upload keeps a file for a message to name. Its type is what the bytes look
// like, whatever the page says.
func (d *door) upload(c echo.Context) error {
	of, err := d.visitorAt(c, d.floods.files)
	if err != nil {
		return err
	}
	f := File{ID: c.QueryParam("id"), Name: bot.FileName(c.QueryParam("name"))}
	if !validID(f.ID) {
		return badBody()
	}
	if c.Request().ContentLength > maxFile {
		return tooLarge()
	}
	body, err := read(c, d.files, maxFile)
	if err != nil {
		return err
	}
	defer body.Close()
	if f.Data = body.Bytes(); len(f.Data) == 0 {
		return badBody()
	}
	f.Type = mediaType(http.DetectContentType(f.Data))
	f.Size = int64(len(f.Data))
	err = d.inTurn(c.Request().Context(), func(ctx context.Context) error {
		if err := d.threads.PutFile(ctx, of, f, d.limits.Files); err != nil {
			return err
		}
		f, err = d.threads.About(ctx, of, f.ID) // what stands there, if it came before
		return err
	})
	if errors.Is(err, ErrFull) {
		return &problem{status: http.StatusConflict, code: codeFull}
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, attachment{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size})
}

// file gives visitors their own files back: to be saved, or drawn by our page,
// and never to be opened as a page of ours.
func (d *door) file(c echo.Context) error {
	of, err := d.visitorAt(c, d.floods.reads)
	if err != nil {
		return err
	}
	id := c.Param("id")
	if !validID(id) {
		return missing()
	}
	var f File
	err = d.inTurn(c.Request().Context(), func(ctx context.Context) error {
		f, err = d.threads.File(ctx, of, id)
		return err
	})
	if errors.Is(err, ErrNoFile) {
		return missing()
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	kind := "application/octet-stream"
	if picture(f.Type) {
		kind = f.Type
	}
	return c.Blob(http.StatusOK, kind, f.Data)
}

// picture tells whether pages draw the type.
func picture(kind string) bool {
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return true
	}
	return false
}

// mediaType keeps "main/sub" of what looks like a MIME type.
func mediaType(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), ";")
	main, sub, ok := strings.Cut(strings.TrimSpace(s), "/")
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789.+-"
	if !ok || main == "" || sub == "" || len(s) > 100 || strings.Trim(main+sub, letters) != "" {
		return "application/octet-stream"
	}
	return main + "/" + sub
}
