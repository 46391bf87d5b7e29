package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch keeps everything that went wrong on a page while nobody looked: words
// on the console, exceptions, breaches of the policy, requests that failed. It
// also knows what the page loaded.
type watch struct {
	mu       sync.Mutex
	troubles []string
	frame    string            // the main frame
	opened   network.RequestID // the document in it
	requests map[network.RequestID]*asset
	worlds   map[cdp.FrameID]string // where the scripts of a frame run
	expected []string               // troubles that must come
	allowed  []string               // troubles that may
	judged   bool                   // nothing counts any more
	adrift   bool                   // was offline on purpose: that the network fails is no trouble
}

// asset is one file that a page asked for.
type asset struct {
	id          network.RequestID
	method, url string
	kind        network.ResourceType
	loader      string
	headers     map[string]string // of the answer, names in lower case
	encoded     int               // body bytes on the wire
	decoded     int               // body bytes after decompression
	ended       bool
}

// policyListener runs before anything of the page, in a world of its own: the
// console is the one way out that Chromium keeps in order with everything else.
const policyListener = `document.addEventListener('securitypolicyviolation', e =>
	console.error('policy: ' + e.effectiveDirective + ' forbids ' + (e.blockedURI || 'inline') + ' ' + e.sample));`

func newWatch() *watch {
	return &watch{requests: map[network.RequestID]*asset{}, worlds: map[cdp.FrameID]string{}}
}

// see takes an event of the page. It is called in the order of the events.
func (w *watch) see(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		switch e.Type {
		case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert:
			w.trouble("console.%s: %s", e.Type, spoken(e.Args))
		}
	case *runtime.EventExecutionContextCreated:
		var about struct {
			FrameID   cdp.FrameID `json:"frameId"`
			IsDefault bool        `json:"isDefault"`
		}
		if json.Unmarshal(e.Context.AuxData, &about) == nil && about.IsDefault {
			w.worlds[about.FrameID] = e.Context.UniqueID
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description + string(x.Value)
		}
		w.trouble("exception: %s (%s:%d)", text, e.ExceptionDetails.URL, e.ExceptionDetails.LineNumber+1)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.trouble("log %s, %s: %s %s", e.Entry.Level, e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		w.requests[e.RequestID] = &asset{id: e.RequestID, method: e.Request.Method, url: e.Request.URL, kind: e.Type, loader: string(e.LoaderID)}
		if string(e.FrameID) == w.frame && string(e.RequestID) == string(e.LoaderID) {
			w.opened = e.RequestID
		}
	case *network.EventResponseReceived:
		if r := w.requests[e.RequestID]; r != nil {
			r.headers = map[string]string{}
			for name, value := range e.Response.Headers {
				r.headers[strings.ToLower(name)] = fmt.Sprint(value)
			}
			if e.Response.Status >= 400 {
				w.trouble("answer %d: %s %s", e.Response.Status, r.method, r.url)
			}
		}
	case *network.EventDataReceived:
		if r := w.requests[e.RequestID]; r != nil {
			r.decoded += int(e.DataLength)
		}
	case *network.EventLoadingFinished:
		if r := w.requests[e.RequestID]; r != nil {
			r.encoded, r.ended = int(e.EncodedDataLength), true
		}
	case *network.EventLoadingFailed:
		r := w.requests[e.RequestID]
		if r == nil {
			return
		}
		if r.ended = true; e.Canceled { // the page itself let go of it
			return
		}
		w.trouble("request failed, %s %s: %s %s", e.ErrorText, e.BlockedReason, r.method, r.url)
	}
}

func (w *watch) trouble(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if w.adrift && (strings.Contains(text, "net::ERR_") || strings.Contains(text, "Failed to fetch")) {
		return
	}
	w.troubles = append(w.troubles, text)
}

// spoken is what the arguments of a console call say.
func spoken(args []*runtime.RemoteObject) string {
	words := make([]string, len(args))
	for i, a := range args {
		if json.Unmarshal(a.Value, &words[i]) != nil { // no text
			words[i] = cmp.Or(string(a.Value), a.Description)
		}
	}
	return strings.Join(words, " ")
}

// forgive takes the troubles that contain the words off the list, and tells
// whether there were any.
func (w *watch) forgive(words string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := len(w.troubles)
	w.troubles = slices.DeleteFunc(w.troubles, func(t string) bool { return strings.Contains(t, words) })
	return len(w.troubles) < before
}

func (w *watch) faults() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.troubles)
}

func (w *watch) goAdrift() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.adrift = true
}

// flowing counts the requests of the page now shown for the address that have
// not ended.
func (w *watch) flowing(words string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.requests {
		if strings.Contains(r.url, words) && !r.ended && r.loader == string(w.opened) {
			n++
		}
	}
	return n
}

// world returns where the scripts of the frame run now; "" before they do.
func (w *watch) world(f cdp.FrameID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.worlds[f]
}

// document returns the request of the page now shown and the requests of what it
// loaded, itself among them.
func (w *watch) document() (document asset, files []asset) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, r := range w.requests {
		if r.loader == string(w.opened) {
			files = append(files, *r)
		}
		if id == w.opened {
			document = *r
		}
	}
	return document, files
}
