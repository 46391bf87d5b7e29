package console

import (
	"net/url"
	"path"
	"strings"
)

// nextMost bounds an address to go on to.
const nextMost = 1000

// checkedNext returns where to go on after the login: the address if it is a path
// of the console, written as a browser asks for it; else "". A browser takes
// "//host", "/\host" and tabs within for another site, and so nothing of the kind is
// let through: what is returned is built anew from what was read.
func checkedNext(address string) string {
	if len(address) > nextMost || strings.ContainsAny(address, "\\\x00\t\r\n ") {
		return ""
	}
	u, err := url.ParseRequestURI(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	if u.Path != Prefix && !strings.HasPrefix(u.Path, Prefix+"/") || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") {
		return ""
	}
	if strings.ContainsFunc(u.Path, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
		return ""
	}
	for _, door := range []string{"/login", "/logout"} { // they lead nowhere
		if u.Path == Prefix+door || strings.HasPrefix(u.Path, Prefix+door+"/") {
			return ""
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: u.Query().Encode()}).String()
}
