package bot

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"net/url"
	"strings"
	"sync"
)

// TrackedLink is an address in a broadcast that is followed through us, so that it is
// counted. It leads where it was approved to lead and nowhere else.
type TrackedLink struct {
	ID        int64
	Broadcast string
	URL       string
}

// TrackedLinkOf returns the link of the broadcast to the address: the same for the same two.
func TrackedLinkOf(broadcast, address string) TrackedLink {
	sum := sha256.Sum256([]byte("link\x00" + broadcast + "\x00" + address))
	return TrackedLink{ID: int64(binary.BigEndian.Uint64(sum[:8]) >> 1), Broadcast: broadcast, URL: address}
}

// Genuine reports whether the link leads where its id says, and by http.
func (l TrackedLink) Genuine() bool {
	to, err := url.Parse(l.URL)
	return err == nil && (to.Scheme == "https" || to.Scheme == "http") && to.Host != "" && l == TrackedLinkOf(l.Broadcast, l.URL)
}

// LinkPath is where tracked links stand, up to the token.
const LinkPath = "/r/"

// Tracker makes the addresses of tracked links, one for each recipient, and reads them.
// What an address holds is the link and the recipient, sealed: nothing is kept of it,
// however many recipients there are, nobody else can make one, and it tells nobody
// who they are, nor whether two are of the same person.
type Tracker struct {
	seal, hide sync.Pool // of hashes with our keys: a link to each of many is two
	public     string    // our own address, without a slash at its end
}

// NewTracker makes them of VISNYK_SECRET and VISNYK_PUBLIC_URL.
func NewTracker(secret []byte, publicURL string) *Tracker {
	l := &Tracker{public: strings.TrimRight(publicURL, "/")}
	key := func(purpose string) []byte {
		key, err := hkdf.Key(sha256.New, secret, nil, purpose, sha256.Size)
		if err != nil { // of a length that no hash has
			panic(err)
		}
		return key
	}
	seal, hide := key("visnyk links v1"), key("visnyk links hide v1")
	l.seal.New = func() any { return hmac.New(sha256.New, seal) }
	l.hide.New = func() any { return hmac.New(sha512.New, hide) }
	return l
}

const (
	linkIDSize  = 8
	linkMACSize = 12 // nobody can try 2^96
)

// Of returns the address by which the contact follows the link; the link's own where
// nobody can reach us.
func (l *Tracker) Of(link TrackedLink, contact string) string {
	if l == nil || l.public == "" {
		return link.URL
	}
	return l.public + LinkPath + l.Token(link.ID, contact)
}

// Token returns what stands behind LinkPath.
func (l *Tracker) Token(link int64, contact string) string {
	head := binary.BigEndian.AppendUint64(nil, uint64(link))
	who := packContact(contact)
	mac := l.mac(head, who)
	return base64.RawURLEncoding.EncodeToString(append(append(head, mac...), l.hidden(head, mac, who)...))
}

// Read returns whose token it is and of which link; ok is false for what we did not
// make.
func (l *Tracker) Read(token string) (link int64, contact string, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) <= linkIDSize+linkMACSize || len(b) > linkIDSize+linkMACSize+sha512.Size {
		return 0, "", false
	}
	head, mac := b[:linkIDSize], b[linkIDSize:linkIDSize+linkMACSize]
	who := l.hidden(head, mac, b[linkIDSize+linkMACSize:])
	if !hmac.Equal(mac, l.mac(head, who)) {
		return 0, "", false
	}
	return int64(binary.BigEndian.Uint64(head)), unpackContact(who), true
}

// sum hashes two texts with one of the hashes.
func sum(of *sync.Pool, one, two []byte) []byte {
	h := of.Get().(hash.Hash)
	defer of.Put(h)
	h.Reset()
	h.Write(one)
	h.Write(two)
	return h.Sum(nil)
}

// mac proves that we have made a token of the two.
func (l *Tracker) mac(head, who []byte) []byte {
	return sum(&l.seal, head, who)[:linkMACSize]
}

// hidden makes of the recipient what nobody else reads, and of that the recipient. The
// mac differs with them, so no two recipients are hidden by the same.
func (l *Tracker) hidden(head, mac, who []byte) []byte {
	stream := sum(&l.hide, head, mac)
	out := make([]byte, len(who))
	for i := range who {
		out[i] = who[i] ^ stream[i]
	}
	return out
}

// The forms of a contact's id within a token.
const (
	packedText = iota
	packedUUID
)

// packContact writes the id of a contact, which is a UUID, as shortly as that can be.
func packContact(id string) []byte {
	raw, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if packed := append([]byte{packedUUID}, raw...); err == nil && len(raw) == 16 && unpackContact(packed) == id {
		return packed
	}
	return append([]byte{packedText}, id[:min(len(id), sha512.Size-1)]...)
}

func unpackContact(b []byte) string {
	if b[0] == packedText {
		return string(b[1:])
	}
	s := hex.EncodeToString(b[1:])
	if len(s) != 32 {
		return s
	}
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
