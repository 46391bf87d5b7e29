package viber

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"visnyk/bot"
)

// signatureHeader carries the HMAC-SHA256 of the raw body under the token.
const signatureHeader = "X-Viber-Content-Signature"

// Admit implements bot.Channel: a request without exactly one signature of the
// right shape could not be authentic with any body.
func (c *Channel) Admit(r bot.Request) error {
	_, err := signature(r.Header)
	return err
}

// Accept implements bot.Channel. The update's ID is "event/token/user": Viber
// delivers one message_token twice when our answer is late, and uses the same
// token for the delivered and the seen receipt of a message, once per user of a
// broadcast. The user stands there as a hash, because logs name updates and must
// not name people. Without a usable token the ID is the hash of the body. No more
// than that is looked at here: what is strange inside is the turn's to find.
//
// The event of set_webhook is answered and not stored. Who opens the chat for
// the first time is greeted in the answer.
func (c *Channel) Accept(r bot.Request) ([]bot.Update, *bot.Reply, error) {
	sig, err := signature(r.Header)
	if err != nil {
		return nil, nil, err
	}
	mac := hmac.New(sha256.New, []byte(c.token))
	mac.Write(r.Body)
	if !hmac.Equal(sig, mac.Sum(nil)) {
		return nil, nil, fmt.Errorf("%w: wrong signature", bot.ErrForged)
	}
	cb, err := parse(r.Body)
	switch {
	case err != nil:
		return []bot.Update{{Bot: c.name, ID: hashed(r.Body), Payload: r.Body, Defect: err.Error()}}, nil, nil
	case cb.Event == eventWebhook:
		return nil, nil, nil
	}
	return []bot.Update{{Bot: c.name, ID: cb.key(r.Body), Chat: cb.chat(), Payload: r.Body}}, c.greet(cb), nil
}

// key returns the id of the update that came as body.
func (cb callback) key(body []byte) string {
	if cb.Token != "" && word(string(cb.Event)) {
		sum := sha256.Sum256([]byte(cb.chat()))
		return string(cb.Event) + "/" + string(cb.Token) + "/" + hex.EncodeToString(sum[:8])
	}
	return hashed(body)
}

// signature returns the bytes of the one signature of h.
func signature(h http.Header) ([]byte, error) {
	values := h.Values(signatureHeader)
	if len(values) != 1 {
		return nil, fmt.Errorf("%w: %d signatures", bot.ErrForged, len(values))
	}
	sig, err := hex.DecodeString(values[0])
	if err != nil || len(sig) != sha256.Size {
		return nil, fmt.Errorf("%w: the signature is not a SHA-256 in hex", bot.ErrForged)
	}
	return sig, nil
}

func hashed(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}
