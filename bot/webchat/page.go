package webchat

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"strings"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

//go:embed assets
var embedded embed.FS

// assets are the page, the widget, and the files that the page loads.
type assets struct {
	*web.Assets
	page   *template.Template
	icon   []byte
	widget []byte // all but its colour

	painted atomic.Pointer[painted]
}

// painted is the widget in the colour of a look.
type painted struct {
	address string // of the look
	*web.Asset
}

func newAssets(words map[bot.Language]map[string]string) (a *assets, err error) {
	a = &assets{}
	files := web.Files(embedded, "assets")
	if a.page, err = template.New("chat").Parse(string(files["chat.html"])); err != nil {
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
	files["words.js"] = append(append([]byte("export default "), json...), ";\n"...)
	a.widget, a.icon = bytes.Replace(files["widget.js"], []byte("WORDS"), json, 1), files["icon.svg"]
	delete(files, "chat.html")
	delete(files, "widget.js")
	maps.Copy(files, web.Modules())
	a.Assets = web.NewAssets("/chat/assets", files)
	return a, nil
}

// widget serves the script that sites embed.
func (d *door) widget(c echo.Context) error {
	c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	return d.assets.widgetIn(d.look(c.Request().Context())).Serve(c.Response(), c.Request(), "public, max-age=300")
}

// widgetIn returns the widget in the colour of the look.
func (a *assets) widgetIn(look bot.Look) *web.Asset {
	w := a.painted.Load()
	if w == nil || w.address != look.Address() {
		ring := look.Painted([]byte(":host { --ring: " + bot.OwnColour + "; }")) // on white, whatever the site's look
		style := encode(string(look.Style(":host")) + string(ring))
		w = &painted{look.Address(), web.NewAsset("widget.js", bytes.Replace(a.widget, []byte("STYLE"), style, 1))}
		a.painted.Store(w)
	}
	return w.Asset
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
	names, look := d.companies(c.Request().Context()), d.look(c.Request().Context())
	title := names.In(l)
	if title == "" {
		title = d.words[l]["title"]
	}
	icon := d.assets.Base() + "/icon.svg"
	if name := iconName(look); name != "" {
		icon = lookPath + name
	}
	var out bytes.Buffer
	err := d.assets.page.Execute(&out, map[string]any{
		"Language": l, "Words": d.words[l], "Other": d.words[other], "OtherLanguage": other,
		"Title": title, "Companies": map[string]string{"uk": names.UK, "ru": names.RU},
		"Names": map[string]string{"uk": d.words[bot.Ukrainian]["name"], "ru": d.words[bot.Russian]["name"]},
		"Bot":   d.name, "Sites": strings.Join(d.origins, " "), "Join": d.join != nil, "Assets": d.assets.Base(),
		"Style": look.Address(), "Logo": look.Logo, "Icon": icon,
	})
	if err != nil {
		return fmt.Errorf("page of the web chat: %w", err)
	}
	policy := web.OwnPage()
	policy.Images += " blob: https:"
	policy.Ancestors = strings.Join(append([]string{"'self'"}, d.origins...), " ")
	h := c.Response().Header()
	h.Set(echo.HeaderContentSecurityPolicy, policy.String())
	h.Set(echo.HeaderVary, "Accept-Language")
	return web.ServePage(c.Response(), c.Request(), out.Bytes())
}

// companies is whose chat it is, in each language; empty where nobody has said.
func (c *Channel) companies(ctx context.Context) bot.Bilingual {
	if c.company == nil {
		return bot.Bilingual{}
	}
	return c.company(ctx)
}
