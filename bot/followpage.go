package bot

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// FollowPath is the path of the public pages of changes, up to the name of one.
const FollowPath = "/follow/"

// followSize is how many bytes of a digest name the page of a change that is not for
// everyone: nobody can try 2^128.
const followSize = 16

// FollowPages names the public pages of changes.
type FollowPages struct {
	public string // our address; "" where nobody can reach us
	key    []byte
}

// NewFollowPages makes the names of VISNYK_SECRET and VISNYK_PUBLIC_URL.
func NewFollowPages(secret []byte, publicURL string) *FollowPages {
	key, err := hkdf.Key(sha256.New, secret, nil, "visnyk follow v1", sha256.Size)
	if err != nil { // of a length that no hash has
		panic(err)
	}
	return &FollowPages{public: strings.TrimRight(publicURL, "/"), key: key}
}

// Name returns the name of the page of the change: its id, or where it is not for
// everyone, a code that nobody guesses.
func (f *FollowPages) Name(c Change) string {
	if c.Audience.Everyone() {
		return c.ID
	}
	h := hmac.New(sha256.New, f.key)
	h.Write([]byte(c.ID))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:followSize])
}

// Is reports whether the name is that of the page of the change.
func (f *FollowPages) Is(c Change, name string) bool {
	return hmac.Equal([]byte(f.Name(c)), []byte(name))
}

// URL returns the address of the page of the change; "" where nobody can reach us.
func (f *FollowPages) URL(c Change) string {
	if f == nil || f.public == "" {
		return ""
	}
	return f.public + FollowPath + f.Name(c)
}

// FollowPayload is what a deep link carries by which a chat opens with the change, which
// is followed from then on.
func FollowPayload(change string) string { return followPayload + change }

// ReadFollowPayload returns the change of the payload; false of any other.
func ReadFollowPayload(payload string) (change string, ok bool) {
	return strings.CutPrefix(payload, followPayload)
}

const followPayload = "follow-"
