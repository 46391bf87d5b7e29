package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"visnyk/bot"
	"visnyk/storage"
)

// The cost of a password: the first choice of OWASP's cheat sheet for argon2id.
const (
	hashMemory  = 19 << 10 // KiB
	hashTime    = 2
	hashThreads = 1
	hashSalt    = 16 // bytes
	hashLength  = 32 // bytes
	hashesAtOne = 2  // so that guessing cannot take the machine
)

const (
	passwordMin = 12 // characters
	passwordMax = 256
)

func checkPassword(login, password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return bot.Invalid("password", bot.FaultNotText, nil)
	case n < passwordMin || n > passwordMax:
		return bot.Invalid("password", bot.FaultPasswordSize, bot.Data{"Min": passwordMin, "Max": passwordMax, "Has": n})
	case len(login) >= 4 && strings.Contains(strings.ToLower(password), login):
		return bot.Invalid("password", bot.FaultPasswordOwn, nil)
	case strings.Count(password, password[:1]) == len(password):
		return bot.Invalid("password", bot.FaultPasswordSame, nil)
	}
	return nil
}

// hasher hashes passwords, few at once.
type hasher struct{ slots chan struct{} }

func newHasher() hasher { return hasher{make(chan struct{}, hashesAtOne)} }

// sum gives the hash of a password; ErrBusy when enough of them are under way.
func (h hasher) sum(password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		return nil, ErrBusy
	}
	return argon2.IDKey([]byte(password), salt, hashTime, hashMemory, hashThreads, hashLength), nil
}

// make hashes a new password, in the usual notation that names its cost.
func (h hasher) make(password string) (string, error) {
	salt := make([]byte, hashSalt)
	rand.Read(salt) // never fails
	sum, err := h.sum(password, salt)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return hashHead() + b64(salt) + "$" + b64(sum), nil
}

func hashHead() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, hashMemory, hashTime, hashThreads)
}

// fits tells whether the password is the hashed one. It works as long for a
// stored hash that nobody can read, such as that of nobody, as for any other.
func (h hasher) fits(password, hashed string) (bool, error) {
	rest, _ := strings.CutPrefix(hashed, hashHead())
	salt64, sum64, _ := strings.Cut(rest, "$")
	salt, errSalt := base64.RawStdEncoding.DecodeString(salt64)
	want, errSum := base64.RawStdEncoding.DecodeString(sum64)
	readable := errSalt == nil && errSum == nil && len(salt) == hashSalt && len(want) == hashLength
	if !readable {
		salt, want = make([]byte, hashSalt), make([]byte, hashLength)
	}
	got, err := h.sum(password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && readable, nil
}

// SignIn tells who has the login and the password. ErrUnauthenticated, after the
// same time, whether the login, the password or the user is the reason; ErrBusy
// when too many are trying. It counts no failures: that is for the door to do.
func (s *Staff) SignIn(ctx context.Context, login, password string) (bot.Actor, error) {
	u, err := s.store.User(ctx, strings.ToLower(login))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.Actor{}, fmt.Errorf("sign in: %w", err)
	}
	ok, err := s.hash.fits(password, u.Password)
	if err != nil {
		return bot.Actor{}, err
	}
	if !ok || u.Disabled {
		return bot.Actor{}, ErrUnauthenticated
	}
	return bot.Actor{User: u.ID, Login: u.Login, Role: u.Role}, nil
}
