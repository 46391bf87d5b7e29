package link

import (
	_ "embed"
	"net/http"
	"strings"
	"sync"
)

//go:embed previews.txt
var previewList string

// previewers are the parts of User-Agents that name no person.
var previewers = sync.OnceValue(func() (parts []string) {
	for line := range strings.Lines(previewList) {
		if part, _, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
			parts = append(parts, part)
		}
	}
	return parts
})

// preview reports whether a program looks, and no person: it says so itself, asks for
// the head alone, or fetches what nobody has pressed yet.
func preview(r *http.Request) bool {
	if r.Method != http.MethodGet {
		return true
	}
	h := r.Header
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if strings.Contains(strings.ToLower(h.Get(name)), "prefetch") || strings.Contains(strings.ToLower(h.Get(name)), "preview") {
			return true
		}
	}
	agent := strings.ToLower(r.UserAgent())
	for _, part := range previewers() {
		if strings.Contains(agent, part) {
			return true
		}
	}
	return false
}
