package bot

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestTracker(t *testing.T) {
	l, other := NewTracker([]byte("0123456789abcdef"), "https://bot.example/"), NewTracker([]byte("0123456789abcdeg"), "https://bot.example")
	link := TrackedLinkOf("b1", "https://shop.example/sale?a=1")
	for _, contact := range []string{"0193f9d2-7d4e-7a3b-9c1d-2f6e8a5b4c3d", "0193F9D2-7D4E-7A3B-9C1D-2F6E8A5B4C3D", "crm-1", "x"} {
		address := l.Of(link, contact)
		token, ok := strings.CutPrefix(address, "https://bot.example/r/")
		if !ok || len(contact) > 4 && strings.Contains(address, contact) {
			t.Fatalf("address %s", address)
		}
		if id, who, ok := l.Read(token); !ok || id != link.ID || who != contact {
			t.Errorf("%s: read %d %q %v", contact, id, who, ok)
		}
		if _, _, ok := other.Read(token); ok {
			t.Error("another secret reads it")
		}
		// Nothing of it can be changed, nor put together with another's.
		raw, _ := base64.RawURLEncoding.DecodeString(token)
		for i := range raw {
			forged := append([]byte{}, raw...)
			forged[i] ^= 1
			if _, _, ok := l.Read(base64.RawURLEncoding.EncodeToString(forged)); ok {
				t.Errorf("byte %d can be changed", i)
			}
		}
		for _, cut := range []string{"", token[:10], token[:len(token)-2], token + "A", token + "=", "=" + token, strings.Repeat("A", 500)} {
			if _, _, ok := l.Read(cut); ok {
				t.Errorf("%q is read", cut)
			}
		}
	}
	two := l.Token(TrackedLinkOf("b1", "https://evil.example/").ID, "crm-1")
	one := l.Token(link.ID, "crm-1")
	a, _ := base64.RawURLEncoding.DecodeString(one)
	b, _ := base64.RawURLEncoding.DecodeString(two)
	if _, _, ok := l.Read(base64.RawURLEncoding.EncodeToString(append(b[:8:8], a[8:]...))); ok {
		t.Error("a token goes with another link")
	}
	if got := NewTracker([]byte("0123456789abcdef"), "").Of(link, "x"); got != link.URL {
		t.Errorf("without an address of ours: %s", got)
	}
}

func TestLinkLeadsWhereItsIDSays(t *testing.T) {
	link := TrackedLinkOf("b1", "https://shop.example/")
	if !link.Genuine() || link != TrackedLinkOf("b1", "https://shop.example/") || link.ID == TrackedLinkOf("b2", "https://shop.example/").ID {
		t.Error("a link is not its own")
	}
	for _, to := range []string{"https://evil.example/", "//evil.example", "javascript:alert(1)", "", "https:///x"} {
		forged := link
		forged.URL = to
		if forged.Genuine() {
			t.Errorf("it leads to %q", to)
		}
		if strings.HasPrefix(to, "https://e") {
			continue
		}
		if TrackedLinkOf("b1", to).Genuine() {
			t.Errorf("%q can be led to", to)
		}
	}
}
