package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"
)

// heaviest is what a page may weigh on the wire: itself, its style and its code.
const heaviest = 100_000

// weight returns the bytes of the page's own files as sent and as unpacked, and
// what is wrong with them.
func (p *tab) weight() (encoded, decoded int, faults []string) {
	p.t.Helper()
	_, files := p.watch.document()
	for _, f := range files {
		switch f.kind {
		case network.ResourceTypeDocument, network.ResourceTypeStylesheet, network.ResourceTypeScript, network.ResourceTypeFont, network.ResourceTypeImage:
			encoded += f.encoded
			decoded += f.decoded
		}
	}
	if encoded >= heaviest {
		faults = append(faults, fmt.Sprintf("the page weighs %d bytes on the wire, %d unpacked", encoded, decoded))
	}
	if encoded == 0 {
		faults = append(faults, "the page weighs nothing: nobody weighed it")
	}
	return encoded, decoded, faults
}

// policy returns what is wrong with the headers of the page.
func (p *tab) policy() []string {
	document, _ := p.watch.document()
	return policyFaults(document.headers)
}

func policyFaults(headers map[string]string) (faults []string) {
	text := headers["content-security-policy"]
	if text == "" {
		return []string{"no Content-Security-Policy"}
	}
	rules := map[string][]string{}
	for rule := range strings.SplitSeq(text, ";") {
		if words := strings.Fields(rule); len(words) > 0 {
			rules[strings.ToLower(words[0])] = words[1:]
		}
	}
	for _, what := range []string{"script-src", "style-src", "object-src", "base-uri", "form-action", "frame-ancestors"} {
		sources, named := rules[what]
		if !named && strings.HasSuffix(what, "-src") {
			sources, named = rules["default-src"]
		}
		if !named {
			faults = append(faults, "the policy leaves "+what+" open")
		}
		for _, s := range sources {
			loose := []string{"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "http:", "https:", "data:", "blob:"}
			if slices.Contains(loose, s) {
				faults = append(faults, fmt.Sprintf("the policy lets %s be %s", what, s))
			}
		}
	}
	if headers["x-content-type-options"] != "nosniff" {
		faults = append(faults, "no X-Content-Type-Options: nosniff")
	}
	if headers["referrer-policy"] == "" {
		faults = append(faults, "no Referrer-Policy")
	}
	if headers["cross-origin-opener-policy"] != "same-origin" {
		faults = append(faults, "no Cross-Origin-Opener-Policy: same-origin")
	}
	return faults
}
