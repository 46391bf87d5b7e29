package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is one page in somebody's browser, or a part of it that one looks at.
// Whatever goes wrong on it unasked fails the test when it ends.
type tab struct {
	t     *testing.T
	guest *guest
	ctx   context.Context
	close context.CancelFunc
	watch *watch
	frame cdp.FrameID // whose document one looks at; "" for the page's own
	root  string      // an expression for the part of it
}

// tell sends one command of the protocol.
func tell[P, R any](p *tab, c cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := p.patiently()
	defer cancel()
	answer, err := chromedp.Call(ctx, c, params)
	if err != nil {
		p.failf("%s: %v", c.Method, err)
	}
	return answer
}

// value returns the value of an expression on the page, of a promise when it is
// one.
func value[T any](p *tab, js string) T {
	p.t.Helper()
	v, err := tryValue[T](p, js)
	if err != nil {
		p.failf("%v in\n%s", err, js)
	}
	return v
}

func tryValue[T any](p *tab, js string) (T, error) {
	ctx, cancel := p.patiently()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise, p.here))
}

// here has an expression mean the frame that one looks at.
func (p *tab) here(e *runtime.EvaluateParams) {
	if p.frame != "" {
		e.UniqueContextID = p.watch.world(p.frame)
	}
}

// in looks at the part of the page that the expression gives.
func (p *tab) in(js string) *tab {
	part := *p
	part.root = js
	return &part
}

// framed looks into the frame whose address contains the words, once it is there.
func (p *tab) framed(words string) *tab {
	p.t.Helper()
	part := *p
	part.root = "document"
	p.await("a frame with "+words, func() bool {
		p.t.Helper()
		for _, child := range tell(p, page.GetFrameTree, cdp.Empty{}).FrameTree.ChildFrames {
			if strings.Contains(child.Frame.URL, words) {
				part.frame = child.Frame.ID
			}
		}
		return part.frame != "" && p.watch.world(part.frame) != ""
	})
	return &part
}

func (p *tab) patiently() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, browserPatience)
}

// to goes to the address and waits until it is loaded.
func (p *tab) to(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

func (p *tab) reload() {
	p.t.Helper()
	p.do("reload", chromedp.Reload())
}

func (p *tab) do(what string, step chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.patiently()
	defer cancel()
	if err := chromedp.Do(ctx, step); err != nil {
		p.failf("%s: %v", what, err)
	}
}

// await asks until it holds.
func (p *tab) await(what string, holds func() bool) {
	p.t.Helper()
	await(p.t, what, func() bool {
		if err := p.ctx.Err(); err != nil {
			p.failf("the tab is gone while waiting for %s: %v", what, errors.Join(err, context.Cause(p.ctx)))
		}
		return holds()
	})
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	end := time.After(browserPatience)
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// awaits waits until the expression is true on the page: it is asked when
// something changes there, and now and then.
func (p *tab) awaits(what, js string) {
	p.t.Helper()
	p.await(what, func() bool {
		p.t.Helper()
		holds, err := tryValue[bool](p, `new Promise(done => {
			const holds = () => Boolean(`+js+`);
			if (holds()) return done(true);
			const end = answer => { changes.disconnect(); clearInterval(beat); clearTimeout(late); done(answer); };
			const changes = new MutationObserver(() => { if (holds()) end(true); });
			changes.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
			const beat = setInterval(() => { if (holds()) end(true); }, 200);
			const late = setTimeout(() => end(false), 2000);
		})`)
		if err != nil && !replaced(err) {
			p.failf("%v in\n%s", err, js)
		}
		return holds
	})
}

// replaced reports whether nobody answered because another page was on its way.
func replaced(err error) bool {
	for _, words := range []string{"context", "navigated", "collected"} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

// reads returns the text of the page as it is shown.
func (p *tab) reads() string {
	p.t.Helper()
	return value[string](p, `(e => e ? (e.body || e).innerText : '')(`+p.root+`)`)
}

// offline cuts the cable of the tab's owner, or mends it, and the page hears of
// it. What fails without an answer is no trouble from then on.
func (p *tab) offline(on bool) {
	p.t.Helper()
	p.watch.goAdrift()
	if on {
		p.guest.cable.sever()
	} else {
		p.guest.cable.mend()
	}
	tell(p, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: on, DownloadThroughput: -1, UploadThroughput: -1})
}

// expects says that a trouble with these words must come, and is none.
func (p *tab) expects(words string) { p.watch.expected = append(p.watch.expected, words) }

// allows says that a trouble with these words may come, and is none.
func (p *tab) allows(words string) { p.watch.allowed = append(p.watch.allowed, words) }

// troubles returns what went wrong so far.
func (p *tab) troubles() []string {
	p.t.Helper()
	value[int](p, "0") // what came before its answer is seen
	return p.watch.faults()
}

// finish judges what went wrong on the tab and closes it. A second time it does
// nothing.
func (p *tab) finish() {
	if p.watch.judged {
		return
	}
	p.watch.judged = true
	p.t = p.guest.t // whoever used it meanwhile may be over
	defer p.close()
	if err := p.ctx.Err(); err != nil {
		p.t.Errorf("the tab is gone: %v\n%s", errors.Join(err, context.Cause(p.ctx)), p.guest.b.output)
		return
	}
	_, _ = tryValue[int](p, "0")
	for _, words := range p.watch.expected {
		if !p.watch.forgive(words) {
			p.t.Errorf("%q was expected and did not happen", words)
		}
	}
	// «Come again» is a fair answer of a service on a machine that is busy with
	// other things; that nothing was lost by it the stories show.
	p.allows("answer 503")
	p.allows("a status of 503")
	for _, words := range p.watch.allowed {
		p.watch.forgive(words)
	}
	for _, trouble := range p.watch.faults() {
		p.t.Errorf("on the page: %s", trouble)
	}
	if p.t.Failed() {
		p.picture()
	}
}

// failf ends the test. The tab's end tells what the page looked like.
func (p *tab) failf(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf(format, args...)
}

var pictures = flag.String("pictures", "", "where the README's pictures of the stories are written; empty for nowhere")

// keeps writes the page down as a picture of the README, where somebody wants them.
func (p *tab) keeps(name string) {
	p.t.Helper()
	if *pictures == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*pictures, name+".png"), png, 0o644)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// picture keeps a screenshot for whoever reads the log, and logs the words.
func (p *tab) picture() {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second) // the test has failed already
	defer cancel()
	if words, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + '\n' + (document.body ? document.body.innerText : '')`)); err == nil {
		p.t.Logf("the page reads:\n%.4000s", words)
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("no screenshot: %v", err)
		return
	}
	dir, err := os.MkdirTemp("", "visnyk-page-")
	if err != nil {
		p.t.Logf("no screenshot: %v", err)
		return
	}
	file := filepath.Join(dir, "page.png")
	if err := os.WriteFile(file, png, 0o600); err != nil {
		p.t.Logf("no screenshot: %v", err)
		return
	}
	p.t.Logf("screenshot: %s", file)
}
