package staff

import (
	"net/netip"
	"strings"
)

// Client is where a request comes from, as far as it can be known.
type Client struct {
	Address string // that it counts for, as web.Entrance.Client tells; "" where nobody can tell
	IP      string // its own; "" where nobody can tell
	Device  string // the browser's own cookie, as a Pass gave it
	Agent   string // the User-Agent
}

// words names the browser and its system as the owner of a session reads it. What
// is not one of these few is not kept.
func (c Client) words() string {
	browser, system := "", ""
	for _, b := range [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS", "Firefox"},
		{"CriOS", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	} {
		if strings.Contains(c.Agent, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, o := range [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	} {
		if strings.Contains(c.Agent, o[0]) {
			system = o[1]
			break
		}
	}
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system == "":
		return "?"
	}
	return browser + system
}

// network is the network that a session began in, so that its owner recognises it
// and nobody has their address: the first half of an address of IPv4 and more of
// IPv6.
func (c Client) network() string {
	a, err := netip.ParseAddr(c.IP)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, _ := a.Prefix(bits)
	return p.String()
}
