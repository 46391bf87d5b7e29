package console

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot/web"
)

// pagePolicy is the Content-Security-Policy of all pages: nothing inline, nothing
// of others, in nobody's frame.
func pagePolicy() string {
	p := web.OwnPage()
	p.Images += " blob:" // what is about to be sent
	p.Media = "'self'"
	p.Forms = "'self'"
	return p.String()
}

// setHeaders sets what every answer carries.
func (c *Console) setHeaders(v *Visit) {
	h := v.Response().Header()
	web.SecureHeaders(h)
	for name, value := range map[string]string{
		echo.HeaderXRequestID: v.request, echo.HeaderCacheControl: "no-store", echo.HeaderContentSecurityPolicy: pagePolicy(),
		// Without any referrer an older browser would name no origin with our own forms.
		echo.HeaderReferrerPolicy: "same-origin",
		echo.HeaderXFrameOptions:  "DENY", "X-Robots-Tag": "noindex", "Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=()",
	} {
		h.Set(name, value)
	}
	if c.secure {
		h.Set(echo.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// overrides are the headers by which a request asks to be taken for another method.
func overrides() []string {
	return []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}
}

// checkHeaders refuses what needs no look at who asks.
func (c *Console) checkHeaders(r *http.Request) error {
	for _, name := range overrides() {
		if r.Header.Get(name) != "" {
			return errMethod
		}
	}
	if c.cross.Check(r) != nil || c.foreignRead(r) {
		return errForeign
	}
	if web.Encoded(r.Header) {
		return web.ErrEncoded
	}
	return nil
}

// foreignRead reports whether a page of another site reads: it may lead people to
// ours, and never have the browser fetch it.
func (c *Console) foreignRead(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		site := r.Header.Get("Sec-Fetch-Site")
		return mode != "navigate" && (site == "cross-site" || site == "same-site")
	}
	if r.Header.Get("Origin") == "" {
		return false
	}
	asWrite := r.Clone(r.Context()) // the same question, of what is no write
	asWrite.Method = http.MethodPost
	return c.cross.Check(asWrite) != nil
}

// wantsPage reports whether the answer is for a person to read: a browser that goes
// to a page says so, a module of ours does not.
func wantsPage(r *http.Request) bool {
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" {
		return dest == "document" || dest == "iframe"
	}
	return !strings.Contains(r.Header.Get(echo.HeaderAccept), "json")
}
