package staff

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"visnyk/bot"
)

// The second factor is a one-time password by time, RFC 6238, as every
// authenticator program makes it: SHA-1, six digits, every thirty seconds.
const (
	factorSecret = 20 // bytes
	factorStep   = 30 * time.Second
	factorDigits = 6
	factorSlack  = 1 // steps that a clock may be off by, in either direction
)

// NeedsFactor reports whether a role must have a second factor: those who approve,
// send or administer.
func NeedsFactor(r bot.Role) bool {
	return r == bot.Marketer || r == bot.Approver || r == bot.Admin
}

func newFactor() []byte {
	secret := make([]byte, factorSecret)
	rand.Read(secret) // never fails
	return secret
}

// factorText is the secret as a person types it into a program.
func factorText(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// factorURI is the address that authenticator programs read from a picture. A colon
// parts the issuer from the account, so neither has one.
func factorURI(secret []byte, issuer, login string) string {
	issuer = cmp.Or(strings.TrimSpace(strings.ReplaceAll(issuer, ":", "")), "Visnyk")
	q := url.Values{"secret": {factorText(secret)}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// codeAt is the code of a step, of so many digits.
func codeAt(secret []byte, step int64, digits int) string {
	h := hmac.New(sha1.New, secret)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := h.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) & (1<<31 - 1)
	most := uint32(1)
	for range digits {
		most *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%most)
}

// stepOf returns the step that the code is of, among those around now that come
// after the last one taken: a code counts once. 0 where it is of none.
func stepOf(secret []byte, code string, last int64, now time.Time) int64 {
	found := int64(0)
	at := now.Unix() / int64(factorStep/time.Second)
	for step := at - factorSlack; step <= at+factorSlack; step++ {
		if step > last && subtle.ConstantTimeCompare([]byte(codeAt(secret, step, factorDigits)), []byte(code)) == 1 && found == 0 {
			found = step
		}
	}
	return found
}
