package web

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// clientIP believes X-Forwarded-For from trusted peers only.
func clientIP(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		p = p.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// IP returns the address that the request comes from, as far as it can be known.
func (e *Entrance) IP(r *http.Request) string { return e.extract(r) }

// Client returns whom the request counts for: an address of IPv4, or of IPv6 the
// /64, for who has one address there has 2^64. It is "" where nobody can tell: a
// peer of our own network that forwards for others and is not trusted stands for
// everybody, and no cap of one address may fall on all.
func (e *Entrance) Client(r *http.Request) string {
	if e.hidden(r) {
		if e.warned.CompareAndSwap(false, true) {
			e.log.Warn("a proxy sends X-Forwarded-For and is not trusted, so addresses are not told apart and limits for one address are off: set VISNYK_TRUSTED_PROXIES to the proxy's address range",
				"peer", r.RemoteAddr)
		}
		return ""
	}
	return clientOf(e.extract(r))
}

// hidden reports whether the peer stands before others whom it may not name.
func (e *Entrance) hidden(r *http.Request) bool {
	if len(r.Header.Values(echo.HeaderXForwardedFor)) == 0 {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	peer, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	peer = peer.Unmap().WithZone("")
	for _, p := range e.trusted {
		if p.Contains(peer) {
			return false
		}
	}
	return peer.IsLoopback() || peer.IsPrivate() || peer.IsLinkLocalUnicast() || carrierNet().Contains(peer)
}

// carrierNet is the address space that carriers and clouds share (RFC 6598): no
// customer comes from it, load balancers do.
func carrierNet() netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10)
}

// clientOf is whom an address counts for.
func clientOf(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "?"
	}
	if a.Is4() {
		return ip
	}
	if a = a.Unmap(); a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p.String()
	}
	return a.String()
}
