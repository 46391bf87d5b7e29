package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// view is how somebody looks at pages.
type view struct {
	width, height int64  // of the window; 820×1180 when zero. Below 700 it is a phone
	lang          string // of the browser; uk when empty
	dark          bool
	calm          bool // asks for less movement
}

func (v view) filled() view {
	if v.width == 0 {
		v.width = 820
	}
	if v.height == 0 {
		v.height = 1180
	}
	if v.lang == "" {
		v.lang = "uk"
	}
	return v
}

func (v view) String() string {
	v = v.filled()
	return fmt.Sprintf("%s-%s-%d", v.lang, map[bool]string{false: "light", true: "dark"}[v.dark], v.width)
}

// guest is somebody with a browser of their own.
type guest struct {
	t       *testing.T
	b       *chromium
	profile cdp.BrowserContextID
	cable   *cable
	view    view
}

func (b *chromium) guest(t *testing.T, v view) *guest {
	t.Helper()
	c := newCable(t)
	return &guest{t, b, b.profile(t, c), c, v}
}

// keeps has the guest's downloads go into the directory.
func (g *guest) keeps(dir string) {
	g.t.Helper()
	_, err := chromedp.CallBrowser(g.b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: g.profile, DownloadPath: dir,
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

// open opens the address in a new tab.
func (g *guest) open(url string) *tab {
	g.t.Helper()
	p := g.blank()
	p.t.Cleanup(p.finish)
	p.to(url)
	return p
}

// blank opens an empty tab.
func (g *guest) blank() *tab {
	g.t.Helper()
	p := &tab{t: g.t, guest: g, watch: newWatch(), root: "document"}
	p.ctx, p.close = chromedp.NewContext(g.b.ctx, chromedp.WithExistingBrowserContext(g.profile), chromedp.WithListener(p.watch.see))
	slow := time.AfterFunc(browserPatience, p.close) // the tab lives as long as the context that opens it
	if err := chromedp.Do(p.ctx); err != nil {
		p.close()
		g.t.Fatalf("open a tab: %v\n%s", err, g.b.output)
	}
	slow.Stop()
	p.watch.frame = string(chromedp.FromContext(p.ctx).Target.TargetID)
	tell(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: policyListener, WorldName: "policy"})
	tell(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	tell(p, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Kyiv"})
	p.look(g.view)
	return p
}

// look changes how the owner looks at the tab from now on. A language shows
// after a reload.
func (p *tab) look(v view) {
	p.t.Helper()
	v = v.filled()
	phone := v.width < 700
	features := []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: map[bool]string{false: "light", true: "dark"}[v.dark]},
		{Name: "prefers-reduced-motion", Value: map[bool]string{false: "no-preference", true: "reduce"}[v.calm]},
	}
	tell(p, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: p.guest.b.agent, AcceptLanguage: v.lang})
	tell(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	tell(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: phone})
	tell(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: v.width, Height: v.height, DeviceScaleFactor: 1, Mobile: phone,
	})
}
