package channeltest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf16"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Messengers of paper: small channels to messengers that the house does not
// serve, of other shapes than those it does. They show that the seam is wide
// enough, and the suite runs on them as on any other.

// mac is the HMAC-SHA256 of the pieces, in hex.
func mac(secret string, pieces ...[]byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	for _, p := range pieces {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// digest stands in for an id that is none.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// keyable reports whether s can be part of a key: a short word of printable ASCII.
func keyable(s string) bool {
	return s != "" && len(s) <= 100 && strings.Trim(s, asciiWord) == ""
}

const asciiWord = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=._:-"

// cleaned is a text that a database takes.
func cleaned(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// pressed writes what a button carries, and parsePress reads it.
func pressed(screen int, action string) string {
	return strconv.FormatInt(int64(screen), 36) + "~" + action
}

func parsePress(s string) (bot.Press, bool) {
	version, action, _ := strings.Cut(s, "~")
	screen, err := strconv.ParseInt(version, 36, 32)
	if err != nil || !actionable(action) || screen < 0 || pressed(int(screen), action) != s {
		return bot.Press{}, false
	}
	return bot.Press{Screen: int(screen), Action: action}, true
}

func actionable(s string) bool {
	return s != "" && len(s) <= bot.MaxAction && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._:-") == ""
}

// checkButtons finds what no messenger could show.
func checkButtons(m bot.Message) error {
	for _, row := range m.Buttons {
		for _, b := range row {
			does := 0
			for _, one := range []bool{b.Action != "", b.URL != "", b.Phone, b.Word} {
				if one {
					does++
				}
			}
			switch {
			case strings.TrimSpace(b.Label) == "":
				return errors.New("a button without a label")
			case does != 1:
				return errors.New("a button for nothing, or for two things")
			case b.URL != "" && !strings.HasPrefix(b.URL, "https://") && !strings.HasPrefix(b.URL, "http://"):
				return errors.New("a button with an address that is not http(s)")
			case b.Action != "" && (!actionable(b.Action) || m.Screen < 0):
				return errors.New("a button with an action that is none")
			}
		}
	}
	return nil
}

// line is a paragraph of its own.
func line(text string) markup.Block { return markup.Block{Spans: []markup.Span{{Text: text}}} }

// within reports whether a document fits so many units.
func within(most int) func(markup.Doc) bool {
	return func(d markup.Doc) bool { return units(d.Plain()) <= most }
}

// refusal is a send that failed, in words without a secret.
func refusal(o bot.Outcome, format string, args ...any) *bot.SendError {
	return &bot.SendError{Outcome: o, Err: fmt.Errorf(format, args...)}
}

// post makes one call of an API and gives what it answered. It tells a request
// that surely did not arrive from one that may have.
func post(ctx context.Context, client *http.Client, url, token string, body any) (status int, answer []byte, failed *bot.SendError) {
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, nil, refusal(bot.Malformed, "a body that is no JSON")
	}
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, refusal(bot.Halted, "the address of the API does not work")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		if wrote.Load() {
			return 0, nil, refusal(bot.Unknown, "no answer")
		}
		return 0, nil, refusal(bot.Later, "not sent")
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return 0, nil, refusal(bot.Unknown, "half an answer")
	}
	return resp.StatusCode, answer, nil
}
