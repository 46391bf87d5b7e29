package parked

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// joinCode is a key to somebody's history, which is kept nowhere and shown to
// nobody; see flows.JoinPayload.
var joinCode = regexp.MustCompile(`join_[A-Za-z0-9_%-]+`)

// Body is what came, readable and harmless to a terminal and a page. Keys to
// somebody's history are left out.
func Body(payload []byte) string {
	var nice bytes.Buffer
	if json.Indent(&nice, payload, "", "  ") == nil {
		payload = nice.Bytes()
	}
	lines := strings.Split(joinCode.ReplaceAllString(string(payload), "join_xxxxx"), "\n")
	for i := range lines {
		lines[i] = Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// Visible writes what does not show, or turns the writing round, as its code.
// Bytes that are no text become codes too.
func Visible(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}
