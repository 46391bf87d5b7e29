package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"

	"visnyk/storage"
)

const (
	headerKey      = "Idempotency-Key"
	headerReplayed = "Idempotency-Replayed"
	headerMatch    = "If-Match"
)

// once runs a write, and with an Idempotency-Key only once, however often it is
// sent: storage.WriteOnce commits the write and its answer together. A write
// that was refused has done nothing, so its key stays free. With a key and
// without, the answer is made before the commit: one that cannot be made undoes
// the write.
func (a *API) once(ctx context.Context, q *request, r route) (answer, error) {
	// An erasure gives room; nothing else is begun where there is none.
	if err := q.parts.Store.Room(ctx); err != nil && r.method != http.MethodDelete {
		return answer{}, err
	}
	keys := q.echo.Request().Header.Values(headerKey)
	if len(keys) == 0 {
		var ans answer
		err := q.parts.Store.Together(ctx, func(ctx context.Context) (err error) {
			if ans, err = r.run(a, ctx, q); err == nil {
				err = ans.encode()
			}
			return err
		})
		return ans, err
	}
	if len(keys) > 1 || !printable(keys[0]) {
		return answer{}, problemParameter("An Idempotency-Key is one header of 1 to 255 printable ASCII characters; a UUID is a good one.")
	}
	kept, replayed, err := q.parts.Store.WriteOnce(ctx, keyHash(q, keys[0]), fingerprint(q, keys[0]),
		func(ctx context.Context) (storage.Answer, error) {
			ans, err := r.run(a, ctx, q)
			if err == nil {
				err = ans.encode()
			}
			return storage.Answer{
				Status: ans.status, ETag: ans.etag, Location: ans.location, Body: ans.raw, Secret: r.secret,
			}, err
		})
	if err != nil {
		return answer{}, err
	}
	if replayed {
		q.header.Set(headerReplayed, "true")
	}
	ans := answer{status: kept.Status, etag: kept.ETag, location: kept.Location}
	if len(kept.Body) > 0 {
		ans.raw = kept.Body
	}
	return ans, nil
}

func printable(key string) bool {
	for _, b := range []byte(key) {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return len(key) >= 1 && len(key) <= 255
}

// keyHash names the key of this user, among all keys of all users.
func keyHash(q *request, key string) string {
	sum := sha256.Sum256([]byte(q.actor.User + "\x00" + key))
	return hex.EncodeToString(sum[:])
}

// fingerprint tells this request from others with the same key. It is keyed by
// the key, which is stored nowhere, so that what people are called cannot be
// guessed from it.
func fingerprint(q *request, key string) string {
	r := q.echo.Request()
	h := hmac.New(sha256.New, []byte(key))
	for _, part := range []string{r.Method, r.URL.EscapedPath(), r.Header.Get(headerMatch), string(q.body)} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}
