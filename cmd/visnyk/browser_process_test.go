package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// browserPatience bounds every wait on a page. A busy machine may take that
// long; nothing that works takes it on a quiet one.
const browserPatience = 2 * time.Minute

// chromium is one real browser. Everybody who visits a page has their own
// profile in it: cookies, storage, language, window.
type chromium struct {
	ctx    context.Context
	agent  string // how it names itself
	output *buffer
}

// startChromium starts a browser that ends with the test, with all of its
// processes, however the test ends.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path := chromiumPath()
	if path == "" {
		t.Fatal("no Chromium on PATH: run `make test-deps`, or install the package chromium")
	}
	b := &chromium{output: &buffer{}}
	home := t.TempDir()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		// Only our own pages are opened, and a container rarely lets an
		// ordinary user make a sandbox.
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		// An account of a test machine may have no home.
		chromedp.Env("HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home),
		// A frame of another site stays in the process of its page, so that one
		// connection sees both. What it may do is the same.
		chromedp.Flag("disable-features", "Translate,IsolateOrigins,site-per-process"),
		chromedp.Flag("disable-site-isolation-trials", true),
		chromedp.CombinedOutput(b.output),
	)
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	ctx, closeAll := chromedp.NewContext(allocator,
		chromedp.WithErrorf(b.says), chromedp.WithLogf(b.says))
	b.ctx = ctx
	t.Cleanup(func() {
		// Asked to close, it buries its own processes; what is left is killed.
		polite, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		_ = chromedp.Cancel(polite)
		closeAll()
		stop()
	})
	dead := time.AfterFunc(browserPatience, closeAll)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v\n%s", err, b.output)
	}
	v, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
	if err != nil || !dead.Stop() {
		t.Fatalf("Chromium does not answer: %v\n%s", err, b.output)
	}
	b.agent = v.UserAgent
	return b
}

// says keeps what the driver complains of.
func (b *chromium) says(format string, args ...any) { fmt.Fprintf(b.output, format+"\n", args...) }

// chromiumPath returns the first that is there; .ci/test-deps knows the same list.
func chromiumPath() string {
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// profile returns an empty set of cookies and storage until the test ends, behind
// the cable.
func (b *chromium) profile(t *testing.T, c *cable) cdp.BrowserContextID {
	t.Helper()
	made, err := chromedp.CallBrowser(b.ctx, target.CreateBrowserContext, target.CreateBrowserContextParams{
		DisposeOnDetach: new(true), ProxyServer: c.proxy.URL, ProxyBypassList: "<-loopback>",
	})
	if err != nil {
		t.Fatalf("new profile: %v\n%s", err, b.output)
	}
	id := made.BrowserContextID
	t.Cleanup(func() {
		_, err := chromedp.CallBrowser(b.ctx, target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: id})
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("close the profile: %v", err)
		}
	})
	return id
}
