package config

import (
	"net"
	"net/netip"
	"strings"
)

// Address is where people find us, without a slash at its end: the public address
// or, without one, where we listen, which may be another place than the setting
// says.
func (c Config) Address(listen string) string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(listen)
	if a, bad := netip.ParseAddr(host); host == "" || err == nil && bad == nil && a.IsUnspecified() { // no address to go to
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
