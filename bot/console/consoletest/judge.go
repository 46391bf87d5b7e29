package consoletest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// silent ends the fault of an element that has no words.
const silent = " says nothing"

// judge looks at one page.
type judge struct {
	ids      map[string]int  // how often each stands
	labels   map[string]bool // the ids that a label names
	elements map[string]int
	faults   []string
}

func (j *judge) fault(format string, args ...any) {
	j.faults = append(j.faults, fmt.Sprintf(format, args...))
}

// collect finds the ids and the labels there are.
func (j *judge) collect(n *html.Node) {
	for n := range n.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			j.ids[id]++
		}
		if n.Data == "label" && words(n) != "" {
			j.labels[attr(n, "for")] = true
		}
	}
}

func (j *judge) look(doc *html.Node) {
	j.elements = map[string]int{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		j.elements[n.Data]++
		j.attributes(n)
		j.element(n)
	}
}

// attributes looks for what the policy forbids, and what leads nowhere.
func (j *judge) attributes(n *html.Node) {
	for _, a := range n.Attr {
		value := strings.ToLower(strings.TrimSpace(a.Val))
		switch {
		case a.Key == "style", strings.HasPrefix(a.Key, "on"):
			j.fault("<%s> has %s", n.Data, a.Key)
		case strings.ContainsAny(a.Key, `<"'`):
			j.fault("<%s> is broken at %s", n.Data, a.Key)
		case slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key):
			if strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") || strings.HasPrefix(value, "//") {
				j.fault("<%s> leads to %s", n.Data, a.Val)
			}
		case slices.Contains([]string{"aria-describedby", "aria-labelledby", "aria-controls"}, a.Key):
			for _, id := range strings.Fields(a.Val) {
				if j.ids[id] == 0 {
					j.fault("<%s> names the id %q, which there is not", n.Data, id)
				}
			}
		}
	}
}

// element looks at what an element must have.
func (j *judge) element(n *html.Node) {
	switch n.Data {
	case "x-hostile":
		j.fault("hostile words became an element")
	case "style":
		j.fault("there is a <style>")
	case "script":
		if attr(n, "src") == "" {
			j.fault("there is an inline script")
		}
	case "html":
		if attr(n, "lang") == "" {
			j.fault("the page has no language")
		}
	case "title", "h1", "h2", "a", "button", "summary", "option":
		if words(n) == "" && !j.named(n) {
			j.fault("<%s>%s", n.Data, silent)
		}
	case "img":
		if !has(n, "alt") {
			j.fault("<img> without alt")
		}
	case "svg":
		if attr(n, "aria-hidden") != "true" && !j.named(n) {
			j.fault("<svg> neither hidden nor named")
		}
	case "dialog":
		if !j.named(n) {
			j.fault("<dialog> without a name")
		}
	case "input", "select", "textarea":
		hidden := attr(n, "type") == "hidden"
		if !hidden && !j.labels[attr(n, "id")] && !j.named(n) && !within(n, "label") {
			j.fault("<%s name=%q> has no label", n.Data, attr(n, "name"))
		}
	case "form":
		j.form(n)
	}
}

// form looks at where a form leads.
func (j *judge) form(n *html.Node) {
	method := strings.ToLower(attr(n, "method"))
	if action := attr(n, "action"); method == "post" && !strings.HasPrefix(action, "/console/") && !strings.HasPrefix(action, "/setup/") {
		j.fault("a form is sent to %q", action)
	}
	for child := range n.Descendants() {
		if method != "post" && attr(child, "type") == "password" {
			j.fault("a password is sent in the address")
		}
	}
}

func (j *judge) named(n *html.Node) bool {
	return strings.TrimSpace(attr(n, "aria-label")) != "" || attr(n, "aria-labelledby") != ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func within(n *html.Node, name string) bool {
	for p := range n.Ancestors() {
		if p.Data == name {
			return true
		}
	}
	return false
}

// words returns what a reader hears of an element.
func words(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
		if child.Type == html.ElementNode {
			b.WriteString(attr(child, "aria-label") + attr(child, "alt"))
		}
	}
	return strings.TrimSpace(b.String())
}
