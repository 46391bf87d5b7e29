package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// inspect runs a check of testdata/browser with the values it names.
func inspect[T any](p *tab, check string, values map[string]any) T {
	p.t.Helper()
	var js strings.Builder
	js.WriteString("(() => {\n")
	for name, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			p.t.Fatal(err)
		}
		fmt.Fprintf(&js, "const %s = %s;\n", name, text)
	}
	for _, file := range []string{"common", check} {
		text, err := os.ReadFile("testdata/browser/" + file + ".js")
		if err != nil {
			p.t.Fatal(err)
		}
		js.Write(text)
	}
	js.WriteString("})()")
	v, err := tryValue[T](p, js.String())
	if err != nil {
		p.failf("%s: %v", check, err)
	}
	return v
}

// contrast returns the texts and fields that do not stand out enough.
func (p *tab) contrast() []string {
	p.t.Helper()
	return inspect[[]string](p, "contrast", nil)
}

// layout returns what does not fit the window, and what is too small to press.
func (p *tab) layout(width int64) []string {
	p.t.Helper()
	return inspect[[]string](p, "layout", map[string]any{"width": width})
}

// markup returns what is wrong with the page's bones in the language it should be
// in, and what the policy would forbid in it.
func (p *tab) markup(lang string) []string {
	p.t.Helper()
	document, _ := p.watch.document()
	return inspect[[]string](p, "markup", map[string]any{"lang": lang, "sent": p.body(document)})
}

// body returns what the server answered.
func (p *tab) body(a asset) string {
	p.t.Helper()
	return string(tell(p, network.GetResponseBody, network.GetResponseBodyParams{RequestID: a.id}).Body)
}

// names returns what a screen reader would meet without a name. Forms and regions
// are not here: without a name they are no landmarks by the standard, and
// browsers list them or not; the check of the bones reads the page itself.
func (p *tab) names() (faults []string) {
	p.t.Helper()
	nameless := []string{
		"button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "slider", "spinbutton",
		"tab", "menuitem", "option", "img", "image", "dialog", "log", "progressbar", "meter", "group",
	}
	nodes := tell(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	for _, n := range nodes {
		role := axText(n.Role)
		if n.Ignored || axText(n.Name) != "" || !slices.Contains(nameless, role) {
			continue
		}
		node := thing{role: role, node: n.BackendDOMNodeID}
		html, err := on[string](p, node, `function () { return this.outerHTML?.slice(0, 120) || '' }`)
		if err != nil { // gone meanwhile
			continue
		}
		if role == "group" && !strings.Contains(html, "role=") { // optgroup, details: named by what they hold
			continue
		}
		faults = append(faults, fmt.Sprintf("a %s without a name: %s", role, html))
	}
	if len(nodes) < 3 {
		faults = append(faults, "a screen reader finds nothing")
	}
	return faults
}

// step is where the keyboard is on a walk.
type step struct {
	At     int // which control; -1 outside the page, -2 in a frame
	Who    string
	Faults []string
}

// keyboard walks the page with the Tab key alone, and gives what it cannot
// reach, where it does not see where it is, and what holds it. Where a part was replaced
// meanwhile by what the page is told, it walks anew.
func (p *tab) keyboard() (faults []string) {
	p.t.Helper()
	for range 5 {
		faults = p.walk()
		if len(faults) == 0 || value[bool](p, `globalThis[Symbol.for('walk')].whole()`) {
			break
		}
	}
	return faults
}

func (p *tab) walk() (faults []string) {
	p.t.Helper()
	page := inspect[struct {
		Controls  []string
		Ordered   []bool
		MouseOnly []string
	}](p, "keyboard", nil)
	for _, who := range page.MouseOnly {
		faults = append(faults, who+" is for a mouse only")
	}
	reached := make([]bool, len(page.Controls))
	last, stuck := "", 0
	walked := []int{}
	for range 3*len(page.Controls) + 20 {
		if !slices.Contains(reached, false) {
			break
		}
		p.press('\t')
		at := value[step](p, `globalThis[Symbol.for('walk')]()`)
		if at.At >= 0 && !reached[at.At] {
			reached[at.At] = true
			walked = append(walked, at.At)
			faults = append(faults, at.Faults...)
		}
		if stuck++; at.Who != last || at.At == -2 {
			stuck = 0
		}
		parts := 3
		if stuck >= parts { // those of a day or a moment are walked one by one
			parts = value[int](p, `({ date: 6, 'datetime-local': 9 })[document.activeElement?.type] ?? 3`)
		}
		if stuck == parts && at.At >= 0 {
			faults = append(faults, at.Who+" does not let the keyboard go")
			p.do("leave", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
		}
		last = at.Who
	}
	for i, there := range reached {
		if !there {
			faults = append(faults, page.Controls[i]+" is out of the keyboard's reach")
		}
	}
	if !slices.IsSorted(walked) {
		order := make([]string, len(walked))
		for i, at := range walked {
			order[i] = page.Controls[at]
		}
		faults = append(faults, fmt.Sprintf("the keyboard jumps about: %q", order))
	}
	return faults
}
