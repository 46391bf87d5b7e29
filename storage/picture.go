package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"visnyk/bot"
)

// Pictures is where the files hold what broadcasts show: nobody's chat, so no person takes
// them along. All broadcasts have one, because a copy shows what the first does.
func Pictures() bot.Address { return bot.Address{Bot: "~broadcast", Chat: "~"} }

// FileDigest returns a kept file and the SHA-256 of its bytes, in hex; ErrNotFound when
// there is none of that id at the address.
func (s *Store) FileDigest(ctx context.Context, at bot.Address, id string) (bot.KeptFile, string, error) {
	f, body, err := s.openFile(ctx, id, func(r keptRecord) bool { return r.Bot == at.Bot && r.Chat == at.Chat })
	if err != nil {
		return f, "", err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, body); err != nil {
		return f, "", doing("read a file", err)
	}
	return f, hex.EncodeToString(sum.Sum(nil)), nil
}

const pictureShown = `
SELECT id, name, type, size, key FROM files WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'kept' AND outgoing AND used_at <> 0`

// picture returns a picture of a broadcast that has begun: before that it is nobody's.
func (c conn) picture(ctx context.Context, id string) (File, error) {
	return c.fileBy(ctx, pictureShown, Pictures(), id)
}

// UnkeptFile says in words for people why a file of more than most bytes, or any other, was
// not kept: a *bot.RefusedError. What is none of that stays as it is.
func UnkeptFile(err error, most int64) error {
	switch {
	case errors.Is(err, ErrTooLarge):
		return bot.Refused("media", bot.FaultMediaLarge, bot.Data{"Max": most >> 20})
	case errors.Is(err, ErrFilesFull), errors.Is(err, ErrNoRoom):
		return bot.Refused("media", bot.FaultMediaRoom, nil)
	case errors.Is(err, ErrEmptyFile):
		return bot.Refused("media", bot.FaultMediaEmpty, nil)
	}
	return err
}
