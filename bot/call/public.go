package call

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrPrivate says that an address is not one on the open net, so nobody is called
// there for a stranger.
var ErrPrivate = errors.New("the address is not one on the open net")

// httpsPort is the only one that strangers' addresses may name.
const httpsPort = 443

// Public returns a way to hosts that strangers name: to port 443 of addresses on
// the open net alone, which is looked at when the connection is made, so that no
// name leads elsewhere a moment later. besides, unless it is "", is a further
// place, as host:port, on this machine. Proxies of the environment are not used:
// they would go where we do not.
func Public(idle int, besides string) http.RoundTripper {
	t := Transport(idle).(*http.Transport)
	t.Proxy = nil
	also, _ := netip.ParseAddrPort(besides) // none where it is no address
	dialer := &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error { return dialable(address, also) },
	}
	t.DialContext = dialer.DialContext
	return t
}

// dialable looks at the address that a connection is about to be made to.
func dialable(address string, also netip.AddrPort) error {
	to, err := netip.ParseAddrPort(address)
	switch {
	case err != nil:
		return ErrPrivate
	case also.IsValid() && also.Addr().IsLoopback() && to == also:
		return nil
	case to.Port() != httpsPort || !Open(to.Addr()):
		return ErrPrivate
	}
	return nil
}

// closed are networks that are nobody's on the open net, or lead into others:
// those that net/netip has no word for.
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // of providers, and of clouds
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2001::/23"), // Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // addresses of IPv4 inside
}

// unicast is all that IPv6 has on the open net.
var unicast = netip.MustParsePrefix("2000::/3")

// Open reports whether an address is one on the open net.
func Open(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Zone() != "" || ip.Is6() && !unicast.Contains(ip) {
		return false
	}
	for _, p := range closed {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
