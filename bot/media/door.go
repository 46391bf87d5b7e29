package media

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

// prefix is where files are given out.
const prefix = "/media/"

// Addresses are those of files for messengers, which fetch what we send from us.
// Only we can make them, and each is of one file.
type Addresses struct {
	key    []byte
	public string // our own, without a slash at its end
}

// NewAddresses makes them of VISNYK_SECRET and VISNYK_PUBLIC_URL.
func NewAddresses(secret []byte, publicURL string) *Addresses {
	key, err := hkdf.Key(sha256.New, secret, nil, "visnyk media", sha256.Size)
	if err != nil { // of a length that no hash has
		panic(err)
	}
	return &Addresses{key: key, public: strings.TrimRight(publicURL, "/")}
}

// macSize is how many bytes of a mac stand in an address: nobody can try 2^128.
const macSize = 16

// mac proves that we have given the address of a file.
func (a *Addresses) mac(id string) string {
	h := hmac.New(sha256.New, a.key)
	h.Write([]byte(id))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:macSize])
}

// Of returns the address under which a messenger fetches the file, which ends in
// what its name ends in; "" where nobody can reach us.
func (a *Addresses) Of(m bot.Media) string {
	if a.public == "" {
		return ""
	}
	return a.public + prefix + m.File + "." + a.mac(m.File) + extension(m.Name)
}

// extension returns what a name ends in, as it may stand in an address.
func extension(name string) string {
	ext := strings.ToLower(path.Ext(name))
	for _, r := range strings.TrimPrefix(ext, ".") {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return ".bin"
		}
	}
	if len(ext) < 2 || len(ext) > 10 {
		return ".bin"
	}
	return ext
}

// Limits bound what is given out at once. A zero field has the default.
type Limits struct {
	Files int           // at once in this process; 32
	Wait  time.Duration // until one of them ends, or 503; 5 s
	Query time.Duration // of one read of the database; 5 s
}

// Reader returns nil when the files of the chat are for whoever asks, and
// storage.ErrNotFound when they are not.
type Reader func(context.Context, bot.Address) error

// DoorConfig is what a Door needs.
type DoorConfig struct {
	Store func() *storage.Store // nil until there is a database
	// Reader returns what tells whose files somebody may see, with the errors of
	// desk.Desk.MayRead; nil where the request is that of nobody who may see any. A nil
	// Reader: nobody may.
	Reader    func(*http.Request) Reader
	Addresses *Addresses
	Log       *slog.Logger // nil: silent
	Limits    Limits
}

// Door gives files out.
type Door struct {
	DoorConfig
	seats chan struct{}
}

// NewDoor makes a door.
func NewDoor(c DoorConfig) *Door {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Reader == nil {
		c.Reader = func(*http.Request) Reader { return nil }
	}
	if c.Limits.Files <= 0 {
		c.Limits.Files = 32
	}
	if c.Limits.Wait <= 0 {
		c.Limits.Wait = 5 * time.Second
	}
	return &Door{c, make(chan struct{}, c.Limits.Files)}
}

// Mount adds the routes.
func (d *Door) Mount(e *echo.Echo) {
	e.GET(prefix+":name", d.serve)
	e.HEAD(prefix+":name", d.serve)
}

var errAbsent = echo.NewHTTPError(http.StatusNotFound)

// serve gives a file to staff by its id, to anybody by an address of ours. Nothing
// tells one that is not there from one that is not for whoever asks.
func (d *Door) serve(c echo.Context) error {
	h := c.Response().Header()
	web.SecureHeaders(h)
	h.Set("Content-Security-Policy", "sandbox; "+web.DataPolicy)
	h.Set("X-Robots-Tag", "noindex")
	open, err := d.opener(c.Request(), c.Param("name"))
	if err != nil {
		return err
	}
	store := d.Store()
	if store == nil {
		return echo.NewHTTPError(http.StatusServiceUnavailable)
	}
	leave, err := d.seat(c.Request().Context())
	if err != nil {
		web.RetryAfter(h, d.Limits.Wait)
		return echo.NewHTTPError(http.StatusServiceUnavailable)
	}
	defer leave()
	f, body, err := open(store)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return errAbsent
	case err != nil:
		return err
	}
	give(c, f, body)
	return nil
}

// opener says how the file of the name is opened for whoever asks.
func (d *Door) opener(r *http.Request, name string) (func(*storage.Store) (bot.KeptFile, io.ReadSeeker, error), error) {
	id, rest, signed := strings.Cut(name, ".")
	if !validID(id) {
		return nil, errAbsent
	}
	if signed {
		mac, _, _ := strings.Cut(rest, ".")
		if !hmac.Equal([]byte(mac), []byte(d.Addresses.mac(id))) {
			return nil, errAbsent
		}
		return func(s *storage.Store) (bot.KeptFile, io.ReadSeeker, error) { return s.OpenSentFile(r.Context(), id) }, nil
	}
	may := d.Reader(r)
	if may == nil {
		return nil, echo.NewHTTPError(http.StatusUnauthorized)
	}
	return func(s *storage.Store) (bot.KeptFile, io.ReadSeeker, error) {
		f, body, err := s.OpenFile(r.Context(), id)
		if err == nil {
			err = may(r.Context(), f.Address)
		}
		return f, body, err
	}, nil
}

// validID reports whether s could be an id of ours.
func validID(s string) bool {
	return len(s) > 0 && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// seat waits for one of the files that go out to end.
func (d *Door) seat(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, d.Limits.Wait)
	defer cancel()
	select {
	case d.seats <- struct{}{}:
		return func() { <-d.seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// give writes the file, or the part that is asked for, a piece in the memory at a
// time. A browser shows what can do nothing; everything else is to be saved.
func give(c echo.Context, f bot.KeptFile, body io.ReadSeeker) {
	h := c.Response().Header()
	disposition, kind := "attachment", "application/octet-stream"
	if bot.Showable(f.Type) {
		disposition, kind = "inline", f.Type
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": bot.Named(f.Name, f.Type)}))
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache") // who is erased, and who is signed out, must not see it again
	h.Set("Etag", `"`+f.ID+`"`)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, body)
}
