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
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/bot/web"
	"visnyk/flows"
	"visnyk/locales"
	"visnyk/storage"
)

// nextNewsText is what a card says of news to come.
const nextNewsText = "change.next"

//go:embed follow.html
var followHTML string

//go:embed follow.css
var followCSS string

// followTexts are the keys of the words of the public page of a change.
func followTexts() (keys []string) {
	for _, name := range []string{
		"news", "follow", "about", "open", "site", "from", "when", "until", "questions", "closed", "withdrawn", "wrong", "updated", "language",
	} {
		keys = append(keys, "followpage."+name)
	}
	return keys
}

// mountFollow adds the public page of a change: what of it is told to everyone it
// concerns, and the ways to hear of its roll-out. It asks nobody who they are and keeps
// nothing of them.
func (s *service) mountFollow(e *echo.Echo) {
	page := template.Must(template.New("follow").Parse(followHTML))
	show := func(c echo.Context) error {
		store := s.store.Load()
		if store == nil {
			web.RetryAfter(c.Response().Header(), time.Second)
			return echo.NewHTTPError(http.StatusServiceUnavailable)
		}
		sheet, err := s.followed(c.Request().Context(), store, c.Param("change"))
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return echo.ErrNotFound
		case err != nil:
			web.RetryAfter(c.Response().Header(), time.Second)
			return echo.NewHTTPError(http.StatusServiceUnavailable).SetInternal(err)
		}
		l := bot.Language(c.QueryParam("lang"))
		if !l.Known() {
			l = bot.LanguageAccepted(c.Request().Header.Get("Accept-Language"))
		}
		view, err := s.followView(c.Request().Context(), l, sheet)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := page.Execute(&out, view); err != nil {
			return fmt.Errorf("page of a change: %w", err)
		}
		digest := sha256.Sum256([]byte(view.Style))
		h := c.Response().Header()
		web.SecureHeaders(h)
		h.Set(echo.HeaderContentSecurityPolicy, web.Policy{Styles: "'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'", Images: "data:"}.String())
		h.Set(echo.HeaderVary, "Accept-Language")
		if view.Hidden {
			h.Set("X-Robots-Tag", "noindex")
		}
		return web.ServePage(c.Response(), c.Request(), out.Bytes())
	}
	e.GET(bot.FollowPath+":change", show)
	e.HEAD(bot.FollowPath+":change", show)
}

// followed returns the change whose page has the name: one that customers hear of, or once
// did. storage.ErrNotFound for every other name, whether there is such a change or not.
func (s *service) followed(ctx context.Context, store *storage.Store, name string) (storage.Sheet, error) {
	all, err := store.ToldSheets(ctx)
	if err != nil {
		return storage.Sheet{}, err
	}
	for _, sheet := range all {
		once := sheet.Public() || sheet.State == bot.ChangeWithdrawn && !sheet.Announced.IsZero()
		if once && s.followPages.Is(sheet.Change, name) {
			return sheet, nil
		}
	}
	return storage.Sheet{}, storage.ErrNotFound
}

// followView is what the page shows.
type followView struct {
	Language, Other bot.Language
	OtherName       string
	Hidden          bool         // search engines are not to know of it
	Style           template.CSS // ours, in the company's colour; the policy names it by its digest
	Company         string       // whose page it is; "" where nobody has said
	Logo, Icon      template.URL
	Words           map[string]string
	Title, Note     string
	Wrong, Summary  template.HTML
	Facts           []followFact
	Sides           []followSide
	News            []followNews // the newest first
	Next            string
	Links           []joinTo
	Updated         string
}

type followFact struct{ What, Says, URL string }

type followSide struct {
	Title string
	Text  template.HTML
}

type followNews struct {
	Moment, At string
	Text       template.HTML
}

// follower makes one page.
type follower struct {
	*service
	followView
	sheet storage.Sheet
	errs  []error
}

func (s *service) followView(ctx context.Context, l bot.Language, sheet storage.Sheet) (followView, error) {
	look := s.look(ctx)
	f := &follower{service: s, sheet: sheet, followView: followView{
		Language: l, Other: bot.Ukrainian, Hidden: !sheet.Audience.Everyone(), Title: sheet.Title.In(l),
		Style:   template.CSS(string(web.Modules()["tokens.css"]) + followCSS + string(look.Style(":root"))),
		Company: s.companyName(ctx).In(l), Icon: inPage("image/svg+xml", look.Painted([]byte(joinIcon))),
	}}
	if l == bot.Ukrainian {
		f.Other = bot.Russian
	}
	f.OtherName = f.say("followpage.language", f.Other, nil)
	if look.Logo != nil {
		f.Logo = inPage(look.Logo.Kind, look.Logo.Data)
	}
	f.Words = map[string]string{}
	for _, name := range []string{"news", "follow", "about", "wrong"} {
		f.Words[name] = f.text("followpage."+name, nil)
	}
	if sheet.State == bot.ChangeWithdrawn { // what it said is not so
		f.Note = f.text("followpage.withdrawn", nil)
		return f.followView, errors.Join(f.errs...)
	}
	f.tells()
	if !sheet.Announced.IsZero() {
		f.Updated = f.text("followpage.updated", map[string]any{"Date": f.day(sheet.Announced)})
	}
	if sheet.Told() {
		f.invites(ctx)
	}
	return f.followView, errors.Join(f.errs...)
}

// say is the text in a language, text in that of the page.
func (f *follower) say(key string, l bot.Language, data map[string]any) string {
	words, err := f.engine.Texts.Text(l, key, data, nil)
	f.errs = append(f.errs, err)
	return words
}

func (f *follower) text(key string, data map[string]any) string { return f.say(key, f.Language, data) }

func (f *follower) day(t time.Time) string { return locales.Fact(f.Language, t.In(f.cfg.Zone)) }

// tells fills in what of the change is told.
func (f *follower) tells() {
	c, l := f.sheet, f.Language
	if c.State == bot.ChangeClosed {
		f.Note = f.text("followpage.closed", nil)
	}
	f.Summary, f.Wrong = inHTML(c.Summary.In(l)), inHTML(c.Wrong.In(l))
	for _, side := range []struct {
		key  string
		text bot.Bilingual
	}{{"change.why", c.Reason}, {"change.what", c.Consequence}, {"change.gain", c.Benefit}, {"change.do", c.ToDo}, {"followpage.questions", c.Questions}} {
		if text := side.text.In(l); text != "" {
			f.Sides = append(f.Sides, followSide{f.text(side.key, nil), inHTML(text)})
		}
	}
	f.facts()
	for _, stage := range c.Stages {
		if at := stage.At.In(f.cfg.Zone); !at.After(time.Now()) {
			f.News = append(f.News, followNews{at.Format(time.RFC3339), f.day(at), inHTML(stage.Text.In(l))})
		}
	}
	slices.SortStableFunc(f.News, func(a, b followNews) int { return strings.Compare(b.Moment, a.Moment) })
	if c.Told() && c.NextNews.After(time.Now()) {
		f.Next = f.text(nextNewsText, map[string]any{"Next": f.day(c.NextNews)})
	}
}

// facts fills in the table of what the change is about.
func (f *follower) facts() {
	c, l := f.sheet, f.Language
	add := func(what, says, to string) { f.Facts = append(f.Facts, followFact{what, says, to}) }
	from := "followpage.from"
	if c.Kind == bot.Outage {
		from = "followpage.when"
	}
	add(f.text(from, nil), f.day(c.From), "")
	if !c.Until.IsZero() {
		add(f.text("followpage.until", nil), f.day(c.Until), "")
	}
	for _, d := range c.Dates {
		add(d.What.In(l), f.day(d.At), "")
	}
	for _, one := range c.Sums {
		add(one.What.In(l), one.Bilingual().In(l), "")
	}
	for _, p := range c.Places {
		add(p.What.In(l), p.Address.In(l), "")
	}
	for _, to := range c.Links {
		shown := to.URL
		if u, err := url.Parse(to.URL); err == nil {
			shown = strings.TrimSuffix(u.Host+u.Path, "/")
		}
		add(to.What.In(l), shown, to.URL)
	}
}

// invites offers the messengers, and the chat on our site, to hear of it there.
func (f *follower) invites(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, joinWait)
	defer cancel()
	payload := bot.FollowPayload(f.sheet.ID)
	for _, ch := range f.linkables() {
		to, err := ch.DeepLink(ctx, payload)
		if err != nil { // the others are still there
			f.log.Warn("the messenger does not tell where its chat is opened", "bot", ch.Name(), "err", err)
			continue
		}
		name := f.text(flows.ChannelText(f.engine.Channels[ch.Name()].Kind), nil)
		f.Links = append(f.Links, joinTo{f.text("followpage.open", map[string]any{"Channel": name}), template.URL(to)})
	}
	if f.chat != nil {
		f.Links = append(f.Links, joinTo{f.text("followpage.site", nil), template.URL("/chat?start=" + url.QueryEscape(payload) + "&lang=" + string(f.Language))})
	}
}

// inHTML shows a text of ours, which is the Markdown subset, as a page has it.
func inHTML(src string) template.HTML {
	var out strings.Builder
	for _, b := range markup.Parse(src) {
		out.WriteString("<p>" + template.HTMLEscapeString(b.Lead()))
		for _, sp := range b.Spans {
			text := strings.ReplaceAll(template.HTMLEscapeString(sp.Text), "\n", "<br>")
			for _, style := range []struct {
				is  bool
				tag string
			}{{sp.Code, "code"}, {sp.Strike, "s"}, {sp.Italic, "em"}, {sp.Bold, "strong"}} {
				if style.is {
					text = "<" + style.tag + ">" + text + "</" + style.tag + ">"
				}
			}
			if sp.Link != "" {
				text = `<a href="` + template.HTMLEscapeString(sp.Link) + `" rel="noreferrer">` + text + "</a>"
			}
			out.WriteString(text)
		}
		out.WriteString("</p>")
	}
	return template.HTML(out.String())
}
