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
func (c *Channel) Admit(h http.Header) error {
	_, err := signature(h)
	return err
}

// Accept implements bot.Channel. The update's ID is "event/token/user": Viber
// delivers one message_token twice when our answer is late, and uses the same
// token for the delivered and the seen receipt of a message, once per user of a
// broadcast. The user stands there as a hash, because logs name updates and must
// not name people. Without a usable token the ID is the hash of the body. No more
// than that is looked at here: what is strange inside is the turn's to find.
func (c *Channel) Accept(h http.Header, body []byte) (bot.Update, error) {
	sig, err := signature(h)
	if err != nil {
		return bot.Update{}, err
	}
	mac := hmac.New(sha256.New, []byte(c.token))
	mac.Write(body)
	if !hmac.Equal(sig, mac.Sum(nil)) {
		return bot.Update{}, fmt.Errorf("%w: wrong signature", bot.ErrForged)
	}
	u := bot.Update{Bot: c.name, Payload: body}
	cb, err := parse(body)
	if err != nil {
		u.ID, u.Defect = hashed(body), err.Error()
		return u, nil
	}
	if cb.Event == eventWebhook {
		return bot.Update{}, bot.ErrPing
	}
	u.Chat = cb.chat()
	u.ID = hashed(body)
	if cb.Token != "" && word(cb.Event) {
		sum := sha256.Sum256([]byte(u.Chat))
		u.ID = cb.Event + "/" + string(cb.Token) + "/" + hex.EncodeToString(sum[:8])
	}
	return u, nil
}

// signature gives the bytes of the one signature of h.
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
