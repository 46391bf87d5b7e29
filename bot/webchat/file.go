package webchat

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
)

const maxFile = 10 << 20 // bytes

// takeFile keeps a file for a message to name. Its type is what the bytes look
// like, whatever the page says.
func (d *door) takeFile(c echo.Context) error {
	of, err := d.visitorAt(c, d.rates.files)
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
	body, err := incoming(c, d.files, maxFile)
	if err != nil {
		return err
	}
	defer body.Close()
	f.Size = max(0, c.Request().ContentLength)
	u := &upload{door: d, ctx: c.Request().Context(), of: of, client: d.entrance.Client(c.Request()), file: f, body: body}
	if f, err = u.receive(); err != nil {
		return unkept(err)
	}
	return c.JSON(http.StatusOK, attachment{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size})
}

// file gives visitors their own files back: to be saved, or drawn by our page,
// and never to be opened as a page of ours.
func (d *door) file(c echo.Context) error {
	of, err := d.visitorAt(c, d.rates.reads)
	if err != nil {
		return err
	}
	id := c.Param("id")
	if !validID(id) {
		return missing()
	}
	leave := d.seats.take(c.Request().Context(), d.entrance.Client(c.Request()), of.Chat)
	if leave == nil {
		return tooMany(d.limits.DownloadWait)
	}
	defer leave()
	f, piece, err := d.firstPiece(c.Request().Context(), of, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	kind := "application/octet-stream"
	if picture(f.Type) {
		kind = f.Type
	}
	c.Response().Header().Set(echo.HeaderContentType, kind)
	c.Response().Header().Set(echo.HeaderContentLength, strconv.FormatInt(f.Size, 10))
	c.Response().WriteHeader(http.StatusOK)
	return d.give(c, of, f, piece)
}

// firstPiece returns a file of the visitor and its beginning: what is said of it
// is true once its bytes are there.
func (d *door) firstPiece(ctx context.Context, of bot.Address, id string) (f File, piece []byte, err error) {
	err = d.concurrency.Do(ctx, func(ctx context.Context) error {
		if f, err = d.threads.File(ctx, of, id); err != nil {
			return err
		}
		piece, err = d.threads.Piece(ctx, of, f.Key, 0)
		return err
	})
	if errors.Is(err, ErrNoFile) {
		err = missing()
	}
	return f, piece, err
}

// give writes the file, a piece in the memory at a time. Whoever does not read
// is cut by the server, and a file that goes meanwhile leaves the answer short,
// which its reader sees.
func (d *door) give(c echo.Context, of bot.Address, f File, piece []byte) error {
	for n := 1; ; n++ {
		if _, err := c.Response().Write(piece); err != nil {
			return err
		}
		if int64(n)*PieceSize >= f.Size {
			return nil
		}
		err := d.concurrency.Do(c.Request().Context(), func(ctx context.Context) (err error) {
			piece, err = d.threads.Piece(ctx, of, f.Key, n)
			return err
		})
		if err != nil {
			return err
		}
	}
}

// picture reports whether pages draw the type.
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
