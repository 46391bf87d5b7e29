package console

import (
	"net/url"
	"path"
	"strings"
)

// nextMost bounds an address to go on to.
const nextMost = 1000

// ownPath returns an address that stands in a form or a query if it is a path of
// the console, written anew from what was read; else "". A browser takes "//host",
// "/\host" and what has tabs in it for another site, so nothing of the kind is let
// through.
func ownPath(address string) string {
	if len(address) > nextMost || strings.ContainsAny(address, "\\ ") || strings.ContainsFunc(address, unprintable) {
		return ""
	}
	u, err := url.ParseRequestURI(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	if u.Path != Prefix && !strings.HasPrefix(u.Path, Prefix+"/") && !strings.HasPrefix(u.Path, "/setup/") ||
		path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") || strings.ContainsRune(u.Path, '\\') || strings.ContainsFunc(u.Path, unprintable) {
		return ""
	}
	return (&url.URL{Path: u.Path, RawQuery: u.Query().Encode()}).String()
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f }

// checkedNext returns where to go on after the login: a path of the console that is
// no part of the door; else "".
func checkedNext(address string) string {
	own := ownPath(address)
	at, _, _ := strings.Cut(own, "?")
	for _, door := range []string{"/login", "/logout", "/language", "/invite", "/reset"} {
		if at == Prefix+door || strings.HasPrefix(at, Prefix+door+"/") {
			return ""
		}
	}
	if strings.TrimSuffix(at, "/") == Prefix || strings.HasPrefix(at, "/setup/") {
		return ""
	}
	return own
}

// orHome is where one goes without a better place.
func orHome(next string) string {
	if next == "" {
		return Prefix
	}
	return next
}

// AsQuery writes names and their values, those that have one, as the query of an
// address, from "?" on; "" where none has one.
func AsQuery(namesAndValues ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] != "" {
			q.Set(namesAndValues[i], namesAndValues[i+1])
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// seeOther is no fault: it leads to another page, below Prefix.
type seeOther struct{ path string }

// Error implements error.
func (e *seeOther) Error() string { return "see " + e.path }
