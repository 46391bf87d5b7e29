package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/flows"
)

// onPhone is a channel whose chat is opened on a phone of the sandbox.
type onPhone struct {
	bot.DeepLinker
	link func(bot, payload string) string
}

// DeepLink implements bot.DeepLinker.
func (p onPhone) DeepLink(_ context.Context, payload string) (string, error) {
	return p.link(p.Name(), payload), nil
}

// joinFrom returns join; nil where there is no messenger to go on in.
func (s *service) joinFrom() func(context.Context, bot.Address) (string, error) {
	if len(s.linkables()) == 0 {
		return nil
	}
	return s.join
}

// join returns the address where the person goes on in a messenger.
func (s *service) join(ctx context.Context, from bot.Address) (string, error) {
	if s.store.Load() == nil {
		return "", errNotReady
	}
	to := s.linkables()
	to = slices.DeleteFunc(to, func(ch bot.DeepLinker) bool { return ch.Name() == from.Bot })
	if len(to) == 0 {
		return "", errors.New("there is no messenger to go on in")
	}
	code, err := s.parts.api.Contacts.Invite(ctx, from)
	if err != nil {
		return "", err
	}
	return to[0].DeepLink(ctx, flows.JoinPayload(code))
}

// joinPath is the page for join links, up to the code.
const joinPath = "/join/"

// joinPage is where it stands for others; "" where our address is not known.
func joinPage(public string) string {
	if public == "" {
		return ""
	}
	return strings.TrimRight(public, "/") + joinPath
}

//go:embed join.html
var joinHTML string

//go:embed join.css
var joinCSS string

var joinCode = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// joinTexts are the keys of the page's words.
func joinTexts() []string {
	return []string{"joinpage.title", "joinpage.text", "joinpage.open", "joinpage.away"}
}

// joinWait bounds how long the page waits for messengers to tell their names.
const joinWait = 5 * time.Second

// mountJoin adds the page that offers the messengers to go on in. Opening it
// uses nothing up: previews of links open it too. It does not look at what the
// code is worth, which the messenger's chat will tell.
func (s *service) mountJoin(e *echo.Echo) {
	page := template.Must(template.New("join").Parse(joinHTML))
	show := func(c echo.Context) error {
		code := c.Param("code")
		if !joinCode.MatchString(code) {
			return echo.ErrNotFound
		}
		l := bot.LanguageAccepted(c.Request().Header.Get("Accept-Language"))
		view, err := s.joinView(c.Request().Context(), l, code)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := page.Execute(&out, view); err != nil {
			return fmt.Errorf("page of a join link: %w", err)
		}
		digest := sha256.Sum256([]byte(view.Style))
		policy := web.Policy{Styles: "'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'", Images: "data:"}.String()
		h := c.Response().Header()
		web.SecureHeaders(h)
		for name, value := range map[string]string{
			echo.HeaderContentSecurityPolicy: policy, echo.HeaderCacheControl: "no-store", echo.HeaderVary: "Accept-Language",
			"X-Robots-Tag": "noindex",
		} {
			h.Set(name, value)
		}
		status := http.StatusOK
		if len(view.Links) == 0 {
			status = http.StatusServiceUnavailable
		}
		return c.HTMLBlob(status, out.Bytes())
	}
	e.GET(joinPath+":code", show)
	e.HEAD(joinPath+":code", show)
}

// inPage is the address of a picture that stands in the page itself.
func inPage(kind string, data []byte) template.URL {
	return template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))
}

// joinIcon is the tab's, in our own colour.
const joinIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 7a4 4 0 014-4h16a4 4 0 014 4v11a4 4 0 01-4 4H14l-7 6v-6a4 4 0 01-3-4z" fill="` + bot.OwnColour + `"/></svg>`

// joinView is what the page shows.
type joinView struct {
	Language    bot.Language
	Style       template.CSS // ours, in the company's colour; the policy names it by its digest
	Company     string       // whose page it is; "" where nobody has said
	Logo, Icon  template.URL // pictures in the page itself; "" for no logo
	Title, Text string
	Links       []joinTo
}

type joinTo struct {
	Label string
	URL   template.URL // a messenger's own scheme is not one that a template lets through by itself
}

func (s *service) joinView(ctx context.Context, l bot.Language, code string) (joinView, error) {
	ctx, cancel := context.WithTimeout(ctx, joinWait)
	defer cancel()
	look := s.look(ctx)
	view := joinView{
		Language: l, Style: template.CSS(string(web.Modules()["tokens.css"]) + joinCSS + string(look.Style(":root"))),
		Company: s.companyName(ctx).In(l), Icon: inPage("image/svg+xml", look.Painted([]byte(joinIcon))),
	}
	if look.Logo != nil {
		view.Logo = inPage(look.Logo.Kind, look.Logo.Data)
	}
	var errs []error
	text := func(key string, data map[string]any) string {
		words, err := s.engine.Texts.Text(l, key, data, nil)
		errs = append(errs, err)
		return words
	}
	for _, ch := range s.linkables() {
		to, err := ch.DeepLink(ctx, flows.JoinPayload(code))
		if err != nil { // the others are still there
			s.log.Warn("the messenger does not tell where its chat is opened", "bot", ch.Name(), "err", err)
			continue
		}
		name := text(flows.ChannelText(s.engine.Channels[ch.Name()].Kind), nil)
		view.Links = append(view.Links, joinTo{text("joinpage.open", map[string]any{"Channel": name}), template.URL(to)})
	}
	view.Title, view.Text = text("joinpage.title", nil), text("joinpage.text", nil)
	if len(view.Links) == 0 {
		view.Text = text("joinpage.away", nil)
	}
	return view, errors.Join(errs...)
}
