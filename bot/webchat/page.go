package webchat

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
)

//go:embed assets
var embedded embed.FS

// assets are the page's files. All of them change their address together, so
// that a page never runs with the scripts of another version.
type assets struct {
	version string
	files   map[string][]byte // by name
	page    *template.Template
	widget  []byte
}

func newAssets(words map[bot.Language]map[string]string) (assets, error) {
	a := assets{files: map[string][]byte{}}
	entries, err := fs.ReadDir(embedded, "assets")
	if err != nil {
		return a, err
	}
	for _, e := range entries {
		data, err := embedded.ReadFile("assets/" + e.Name())
		if err != nil {
			return a, err
		}
		a.files[e.Name()] = data
	}
	if a.page, err = template.New("chat").Parse(string(a.files["chat.html"])); err != nil {
		return a, fmt.Errorf("page: %w", err)
	}
	inUse := map[bot.Language]map[string]string{}
	for _, l := range bot.Languages() {
		inUse[l] = map[string]string{}
		for _, key := range Texts() {
			inUse[l][key] = words[l][key]
		}
	}
	json := encode(inUse) // with < > & escaped
	a.files["words.js"] = append(append([]byte("export default "), json...), ";\n"...)
	a.widget = bytes.Replace(a.files["widget.js"], []byte("WORDS"), json, 1)
	delete(a.files, "chat.html")
	delete(a.files, "widget.js")
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(a.files)) {
		fmt.Fprintf(sum, "%s %d\n", name, len(a.files[name]))
		sum.Write(a.files[name])
	}
	a.version = hex.EncodeToString(sum.Sum(nil))[:16]
	return a, nil
}

// asset serves a file of the page for good: its address changes with it. During
// a change of versions a page may ask a replica of the other one, and gets what
// there is, for now.
func (d *door) asset(c echo.Context) error {
	data, ok := d.assets.files[c.Param("name")]
	if !ok {
		return c.NoContent(http.StatusNotFound)
	}
	cache := "no-cache"
	if c.Param("version") == d.assets.version {
		cache = "public, max-age=31536000, immutable"
	}
	kind := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	return serve(c, kind[path.Ext(c.Param("name"))], cache, data)
}

// widget serves the script that sites embed.
func (d *door) widget(c echo.Context) error {
	c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	return serve(c, "text/javascript; charset=utf-8", "public, max-age=300", d.assets.widget)
}

// serve answers with data, or that the client has it already.
func serve(c echo.Context, kind, cache string, data []byte) error {
	sum := sha256.Sum256(data)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := c.Response().Header()
	h.Set("ETag", etag)
	h.Set(echo.HeaderCacheControl, cache)
	if c.Request().Header.Get("If-None-Match") == etag {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, kind, data)
}

// page serves the chat in the language asked for, else in the one that the
// client prefers.
func (d *door) page(c echo.Context) error {
	l := bot.Language(c.QueryParam("lang"))
	if !known(l) {
		l = bot.LanguageAccepted(c.Request().Header.Get("Accept-Language"))
	}
	other := bot.Ukrainian
	if l == other {
		other = bot.Russian
	}
	var out bytes.Buffer
	err := d.assets.page.Execute(&out, map[string]any{
		"Language": l, "Words": d.words[l], "Other": d.words[other], "OtherLanguage": other,
		"Names": map[string]string{"uk": d.words[bot.Ukrainian]["name"], "ru": d.words[bot.Russian]["name"]},
		"Bot":   d.name, "Sites": strings.Join(d.origins, " "), "Join": d.join != nil, "Assets": "/chat/assets/" + d.assets.version,
	})
	if err != nil {
		return fmt.Errorf("page of the web chat: %w", err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
		"img-src 'self' blob: https:; form-action 'none'; base-uri 'none'; frame-ancestors "+strings.Join(append([]string{"'self'"}, d.origins...), " "))
	h.Set(echo.HeaderVary, "Accept-Language")
	return serve(c, "text/html; charset=utf-8", "no-cache", out.Bytes())
}
