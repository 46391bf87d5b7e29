package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// key is one of the keys behind VISNYK_SECRET, for one purpose.
type key struct {
	bytes []byte // nil without the secret
	id    string // names it where it was used, and tells nothing of it
}

// The purposes of keys.
const (
	auditMarks  = "visnyk audit marks v1"
	keptAnswers = "visnyk kept answers v1"
	factors     = "visnyk second factors v1"
)

// keyFor derives the key of a purpose.
func keyFor(secret []byte, purpose string) key {
	if len(secret) == 0 {
		return key{}
	}
	b, err := hkdf.Key(sha256.New, secret, nil, purpose, sha256.Size)
	if err != nil {
		panic(fmt.Sprintf("storage: derive a key: %v", err)) // only of a length that no hash gives
	}
	k := key{bytes: b}
	k.id = k.mac("the id of this key")[:16]
	return k
}

// mac signs a text.
func (k key) mac(text string) string {
	h := hmac.New(sha256.New, k.bytes)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// seal encrypts, for open with the same label alone.
func (k key) seal(plain []byte, label string) ([]byte, error) {
	box, err := k.box()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce) // never fails
	return box.Seal(nonce, nonce, plain, []byte(label)), nil
}

// open returns what was sealed.
func (k key) open(sealed []byte, label string) ([]byte, error) {
	box, err := k.box()
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, fmt.Errorf("%d bytes are nothing that was sealed", len(sealed))
	}
	return box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(label))
}

func (k key) box() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.bytes)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
