package web

import (
	"net/http"
	"strings"
)

// SecureHeaders sets what every answer carries that a browser might be shown.
func SecureHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin") // a page that opened ours holds no handle to it
}

// DataPolicy is the Content-Security-Policy of what is no page.
const DataPolicy = "default-src 'none'; frame-ancestors 'none'"

// Policy is the Content-Security-Policy of a page: by default it loads nothing,
// sends nothing, and stands in nobody's frame. There are no inline scripts or
// styles. Each field lists sources, such as 'self'.
type Policy struct {
	Scripts, Styles, Connect, Images, Media, Frames, Forms, Ancestors string
}

// OwnPage is the policy of a page that lives from our own files and streams.
func OwnPage() Policy {
	return Policy{Scripts: "'self'", Styles: "'self'", Connect: "'self'", Images: "'self'"}
}

// String writes it as the header has it.
func (p Policy) String() string {
	out := []string{"default-src 'none'"}
	for _, d := range []struct {
		name, sources string
		always        bool // it does not follow default-src
	}{
		{"script-src", p.Scripts, false},
		{"style-src", p.Styles, false},
		{"connect-src", p.Connect, false},
		{"img-src", p.Images, false},
		{"media-src", p.Media, false},
		{"frame-src", p.Frames, false},
		{"form-action", p.Forms, true},
		{"base-uri", "", true},
		{"frame-ancestors", p.Ancestors, true},
	} {
		switch {
		case d.sources != "":
			out = append(out, d.name+" "+d.sources)
		case d.always:
			out = append(out, d.name+" 'none'")
		}
	}
	return strings.Join(out, "; ")
}
