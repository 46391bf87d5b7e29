package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// signedIn adds somebody of the role and returns the cookie of their session.
func (s *world) signedIn(login string, role bot.Role) *http.Cookie {
	s.t.Helper()
	token := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%-32s", login))
	sum := sha256.Sum256([]byte(token))
	if err := s.service.store.Load().InTx(s.t.Context(), func(tx *storage.Tx) error {
		if err := tx.AddUser(s.t.Context(), storage.User{ID: login, Login: login, Role: role}); err != nil {
			return err
		}
		return tx.AddSession(s.t.Context(), hex.EncodeToString(sum[:]), login, "", "", "")
	}); err != nil {
		s.t.Fatal(err)
	}
	return &http.Cookie{Name: "visnyk", Value: token}
}

// TestOldFilesAreClosed: the photo of somebody who has needed nobody in the last 90
// days is for admins alone, as their talk is. Who reads broadcasts looks at their pictures
// here, and finds no customer's.
func TestOldFilesAreClosed(t *testing.T) { // S22, S47
	t.Parallel()
	database := storagetest.SQLiteURL(t)
	s := newWorld(t, database, sandboxOptions{})
	marko := s.box.telegram.Person(777, "Марко", "uk")
	marko.Start("")
	marko.Write("покличте людину")
	marko.SendPhoto(picture(t, 1000), "")
	file := s.sentFiles("777", 1)[0].ID
	cookies := map[string]*http.Cookie{"nobody": nil}
	for login, role := range map[string]bot.Role{"ivan": bot.Operator, "maria": bot.Marketer, "anna": bot.Approver, "adam": bot.Admin} {
		cookies[login] = s.signedIn(login, role)
	}
	gives := func(when string, want map[string]int) {
		t.Helper()
		for login, cookie := range cookies {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+"/media/"+file, nil)
			if err != nil {
				t.Fatal(err)
			}
			if cookie != nil {
				r.AddCookie(cookie)
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != want[login] {
				t.Errorf("%s %s gets %d, want %d", when, login, resp.StatusCode, want[login])
			}
		}
	}
	gives("while their ticket is open", map[string]int{"ivan": 200, "adam": 200, "maria": 404, "anna": 404, "nobody": 401})
	if _, err := look(t, database).Exec(`UPDATE tickets SET state = 'closed', closed_at = $1`, time.Now().Add(-91*24*time.Hour).UnixMicro()); err != nil {
		t.Fatal(err)
	}
	gives("91 days after it was closed", map[string]int{"ivan": 404, "adam": 200, "maria": 404, "anna": 404, "nobody": 401})
}
