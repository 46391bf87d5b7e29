package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

//go:embed assets
var modules embed.FS

// Modules returns the browser modules that all pages share, by name: what is
// kept in the browser (store.js), requests and pauses (net.js), the queue of what
// is not sent yet (queue.js), and the one stream of a browser (stream.js). Pages
// serve them beside their own files, so that all are of one version; their html
// element has the language in lang, and in data-store how the names begin of what
// is kept.
func Modules() map[string][]byte { return Files(modules, "assets") }

// Files reads a folder that is embedded. It panics where there is none: the
// binary would be wrong.
func Files(from fs.FS, folder string) map[string][]byte {
	files := map[string][]byte{}
	entries, err := fs.ReadDir(from, folder)
	for _, e := range entries {
		if err == nil {
			files[e.Name()], err = fs.ReadFile(from, path.Join(folder, e.Name()))
		}
	}
	if err != nil {
		panic(fmt.Sprintf("embedded files: %v", err))
	}
	return files
}

// forever is how a file is cached whose address changes with it.
const forever = "public, max-age=31536000, immutable"

// Assets are the files of pages, under one path. All of them change their
// address together, so that a page never runs with the modules of another
// version.
type Assets struct {
	path, version string
	files         map[string]func() *Asset // made when somebody first asks for it
}

// NewAssets puts the files, by name, under the path.
func NewAssets(path string, files map[string][]byte) *Assets {
	a := &Assets{path: path, files: map[string]func() *Asset{}}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%s %d\n", name, len(files[name]))
		sum.Write(files[name])
		a.files[name] = sync.OnceValue(func() *Asset { return NewAsset(name, files[name]) })
	}
	a.version = hex.EncodeToString(sum.Sum(nil))[:16]
	return a
}

// Base returns the path of this version, to which pages add "/" and a name.
func (a *Assets) Base() string { return a.path + "/" + a.version }

// Mount adds the files to e.
func (a *Assets) Mount(e *echo.Echo) {
	e.GET(a.path+"/:version/:name", a.serve)
	e.HEAD(a.path+"/:version/:name", a.serve)
}

// serve answers with a file, for good: its address changes with it. During a
// change of versions a page may ask a replica of the other one, and gets what
// there is, for now.
func (a *Assets) serve(c echo.Context) error {
	file, ok := a.files[c.Param("name")]
	if !ok {
		return c.NoContent(http.StatusNotFound)
	}
	cache := "no-cache"
	if c.Param("version") == a.version {
		cache = forever
	}
	return file().Serve(c.Response(), c.Request(), cache)
}

// Asset is one file, as it is and compressed.
type Asset struct {
	kind          string
	plain, packed []byte // packed is nil where that gains nothing
	etag          string
}

// NewAsset returns the file of that name; a style sheet as tight as it goes.
func NewAsset(name string, data []byte) *Asset {
	kinds := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	}
	if path.Ext(name) == ".css" {
		data = []byte(tight(string(data)))
	}
	a := &Asset{kind: kinds[path.Ext(name)], plain: data, etag: etagOf(data)}
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a level there is
	_, _ = w.Write(data)                                    // into memory
	_ = w.Close()
	if out.Len() < len(data)*9/10 {
		a.packed = out.Bytes()
	}
	return a
}

// NewPicture returns a picture, which is packed as it is.
func NewPicture(kind string, data []byte) *Asset {
	return &Asset{kind: kind, plain: data, etag: etagOf(data)}
}

// Serve answers with the file, compressed for those who can read it so, or that
// the client has it already.
func (a *Asset) Serve(w http.ResponseWriter, r *http.Request, cache string) error {
	if a.packed == nil {
		return serve(w, r, a.kind, cache, a.etag, a.plain)
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if !unpacks(r.Header) {
		return serve(w, r, a.kind, cache, a.etag, a.plain)
	}
	w.Header().Set("Content-Encoding", "gzip")
	return serve(w, r, a.kind, cache, strings.TrimSuffix(a.etag, `"`)+`-gzip"`, a.packed)
}

// ServePage answers with a page that was made for this request, or that the
// client has it already.
func ServePage(w http.ResponseWriter, r *http.Request, page []byte) error {
	return serve(w, r, "text/html; charset=utf-8", "no-cache", etagOf(page), page)
}

func etagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func serve(w http.ResponseWriter, r *http.Request, kind, cache, etag string, data []byte) error {
	h := w.Header()
	h.Set("ETag", etag)
	h.Set("Cache-Control", cache)
	if r.Header.Get("If-None-Match") == etag {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", kind)
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(data)
	return err
}

// unpacks reports whether the client reads gzip.
func unpacks(h http.Header) bool {
	for coding := range strings.SplitSeq(h.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(coding, ";")
		if strings.TrimSpace(name) != "gzip" {
			continue
		}
		_, q, weighed := strings.Cut(params, "q=")
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighed || err == nil && weight > 0
	}
	return false
}
