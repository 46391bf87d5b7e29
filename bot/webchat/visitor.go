package webchat

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"visnyk/bot"
)

// A visitor is whoever has a token: 128 random bits and a signature, so that
// nobody chooses their own. Only its hash, the chat's id, is kept anywhere: what
// is kept lets nobody be a visitor.
const (
	tokenRandom = 16 // bytes
	tokenMAC    = 16 // bytes
	chatLength  = 22 // characters of base64url: 132 bits
)

const bearer = "Bearer "

// mint makes the token of a new visitor.
func (c *Channel) mint() string {
	token := make([]byte, tokenRandom, tokenRandom+tokenMAC)
	rand.Read(token) // never fails
	return base64.RawURLEncoding.EncodeToString(append(token, c.mac(token)...))
}

func (c *Channel) mac(random []byte) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write([]byte("webchat token\x00" + c.name + "\x00"))
	h.Write(random)
	return h.Sum(nil)[:tokenMAC]
}

// visitor returns the chat of whoever asks; ErrForged without a token of ours.
func (c *Channel) visitor(h http.Header) (chat string, err error) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return "", fmt.Errorf("%w: %d tokens", bot.ErrForged, len(values))
	}
	text, ok := strings.CutPrefix(values[0], bearer)
	if !ok {
		return "", fmt.Errorf("%w: no bearer token", bot.ErrForged)
	}
	token, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(token) != tokenRandom+tokenMAC || strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("%w: not a token", bot.ErrForged)
	}
	if !hmac.Equal(token[tokenRandom:], c.mac(token[:tokenRandom])) {
		return "", fmt.Errorf("%w: not a token of ours", bot.ErrForged)
	}
	sum := sha256.Sum256(append([]byte("webchat chat\x00"), token...))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:chatLength], nil
}

// validChat reports whether s has the form of a chat's id.
func validChat(s string) bool { return len(s) == chatLength && validID(s) }

// Admit implements bot.Channel.
func (c *Channel) Admit(r bot.Request) error {
	_, err := c.visitor(r.Header)
	return err
}

// Accept implements bot.Channel. The update's ID is the chat and the id that the
// page gave to what its visitor did, so that it is one row however often the
// page sends it. Whatever stands in it, it is the visitor's: what has no such id
// has the hash of its bytes in place of it.
func (c *Channel) Accept(r bot.Request) ([]bot.Update, *bot.Reply, error) {
	chat, err := c.visitor(r.Header)
	if err != nil {
		return nil, nil, err
	}
	p, err := parse(r.Body)
	if err != nil {
		p.ID = fmt.Sprintf("sha256:%x", sha256.Sum256(r.Body))
	}
	return []bot.Update{{Bot: c.name, ID: chat + "/" + p.ID, Chat: chat, Payload: r.Body}}, nil, nil
}
