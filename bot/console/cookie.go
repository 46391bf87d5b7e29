package console

import (
	"net"
	"net/http"
	"net/netip"
	"time"

	"visnyk/bot"
)

// The names of our cookies, without the prefix.
const (
	sessionName  = "visnyk"
	stepName     = "visnyk_step"     // of signing in, before there is a session
	deviceName   = "visnyk_device"   // by which guessing elsewhere keeps nobody out
	languageName = "visnyk_language" // of who is not signed in
)

// cookieName is how a cookie is called: with the prefix by which a browser lets no
// other host and no plain connection set it.
func (c *Console) cookieName(r *http.Request, name string) string {
	if c.plain(r) {
		return name
	}
	return "__Host-" + name
}

// plain reports whether the connection never leaves this machine, where there is
// no certificate. It believes no header: where the public address is https, or the
// peer is elsewhere, the cookie is for https alone.
func (c *Console) plain(r *http.Request) bool {
	if c.secure {
		return false
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if local == nil || err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	here, err := netip.ParseAddrPort(local.String())
	return err == nil && here.Addr().Unmap().IsLoopback()
}

// cookie returns the value of a cookie of ours; "" where there is none.
func (v *Visit) cookie(name string) string {
	found, err := v.Request().Cookie(v.console.cookieName(v.Request(), name))
	if err != nil {
		return ""
	}
	return found.Value
}

// setCookie sets a cookie that lasts so long; 0 is until the browser ends, a
// negative one is gone at once.
func (v *Visit) setCookie(name, value string, lasts time.Duration) {
	age := int(lasts.Seconds())
	if lasts < 0 {
		age = -1
	}
	http.SetCookie(v.Response(), &http.Cookie{
		Name: v.console.cookieName(v.Request(), name), Value: value, Path: "/", MaxAge: age,
		Secure: !v.console.plain(v.Request()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// strangersLanguage is that of who is not signed in: as they chose it, or as the
// browser asks.
func (v *Visit) strangersLanguage() bot.Language {
	if l := bot.Language(v.cookie(languageName)); l.Known() {
		return l
	}
	return bot.LanguageAccepted(v.Request().Header.Get("Accept-Language"))
}
