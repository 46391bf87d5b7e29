package telegram

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"

	"visnyk/bot"
)

// secretHeader carries the secret of setWebhook with every update.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// Admit implements bot.Channel. The digests are compared, not the secrets, so
// that the time tells nothing, not even the length.
func (c *Channel) Admit(r bot.Request) error {
	given := r.Header.Values(secretHeader)
	if c.secret == "" || len(given) != 1 {
		return bot.ErrForged
	}
	digest := sha256.Sum256([]byte(given[0]))
	if subtle.ConstantTimeCompare(digest[:], c.digest[:]) != 1 {
		return bot.ErrForged
	}
	return nil
}

// Accept implements bot.Channel. An update without an envelope comes back with
// its Defect and the hash of its bytes for an ID, so that a repeat of it is still
// recognised.
func (c *Channel) Accept(r bot.Request) ([]bot.Update, *bot.Reply, error) {
	if err := c.Admit(r); err != nil {
		return nil, nil, err
	}
	return []bot.Update{c.update(r.Body)}, nil, nil
}

// update reads the bytes of one update as far as its place in the inbox needs,
// and no further: what is strange inside is the turn's to find.
func (c *Channel) update(body []byte) bot.Update {
	u := bot.Update{Bot: c.name, Payload: body}
	e, err := readEnvelope(body)
	if err != nil {
		sum := sha256.Sum256(body)
		u.ID, u.Defect = "sha256:"+hex.EncodeToString(sum[:]), err.Error()
		return u
	}
	u.ID, u.Chat = strconv.FormatInt(e.id, 10), e.chat()
	return u
}
