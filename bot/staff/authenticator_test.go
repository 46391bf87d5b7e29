package staff

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// authenticator is a program on somebody's phone, written after RFC 6238 and the Key
// URI Format and not after our own code: it knows what the picture says and no more.
type authenticator struct {
	issuer, account string
	key             []byte
}

// scan reads the picture's address as such programs do, by their own defaults: SHA-1,
// six digits, thirty seconds.
func scan(t *testing.T, uri string) authenticator {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" {
		t.Fatalf("no program reads %q: %v", uri, err)
	}
	label := strings.TrimPrefix(u.Path, "/")
	issuer, account, named := strings.Cut(label, ":")
	if !named || strings.Contains(account, ":") {
		t.Fatalf("the label %q names no issuer and account", label)
	}
	q := map[string]string{}
	for pair := range strings.SplitSeq(u.RawQuery, "&") { // some know no plus for a space
		name, value, _ := strings.Cut(pair, "=")
		if q[name], err = url.PathUnescape(value); err != nil {
			t.Fatal(err)
		}
	}
	for name := range q {
		if name != "secret" && name != "issuer" {
			t.Errorf("not every program knows %q", name)
		}
	}
	if q["issuer"] != issuer {
		t.Errorf("the label is of %q, the parameter of %q", issuer, q["issuer"])
	}
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(q["secret"])
	if err != nil || len(key) < 16 {
		t.Fatalf("the secret %q has %d bytes: %v", q["secret"], len(key), err)
	}
	return authenticator{issuer, strings.TrimSpace(account), key}
}

// code is what the program shows at the moment.
func (a authenticator) code(at time.Time, digits int) string {
	counter := at.Unix() / 30
	var message [8]byte
	for i := range message {
		message[7-i] = byte(counter >> (8 * i))
	}
	mac := hmac.New(sha1.New, a.key)
	mac.Write(message[:])
	hash := mac.Sum(nil)
	offset := hash[19] & 0xf
	number := int(hash[offset]&0x7f)<<24 | int(hash[offset+1])<<16 | int(hash[offset+2])<<8 | int(hash[offset+3])
	most := 1
	for range digits {
		most *= 10
	}
	return fmt.Sprintf("%0*d", digits, number%most)
}

// TestAuthenticators: the program itself shows the codes of the standard, and reads
// our addresses, whatever the issuer is called.
func TestAuthenticators(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{59: "94287082", 1111111109: "07081804", 20000000000: "65353130"} {
		if got := (authenticator{key: secret}).code(time.Unix(at, 0), 8); got != code {
			t.Errorf("at %d: %s, want %s", at, got, code)
		}
	}
	for issuer, shown := range map[string]string{
		"Visnyk": "Visnyk", "Теплоком & Ко": "Теплоком & Ко", "Ластівка: сервіс": "Ластівка сервіс", "a+b=c?d/e%20": "a+b=c?d/e%20", ":": "Visnyk",
	} {
		a := scan(t, factorURI(secret, issuer, "olena"))
		if a.issuer != shown || a.account != "olena" || string(a.key) != string(secret) {
			t.Errorf("%q is shown as %q of %q", issuer, a.account, a.issuer)
		}
	}
}
