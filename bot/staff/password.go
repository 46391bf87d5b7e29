package staff

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"visnyk/bot"
)

// cost is that of a password: the first choice of OWASP's cheat sheet for argon2id.
func cost() argon2id.Params {
	return argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// hashesAtOnce bounds them, so that guessing cannot take the machine.
const hashesAtOnce = 2

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

// hashWait is how long a password waits for its turn to be hashed.
const hashWait = 5 * time.Second

// hasher hashes passwords, few at once.
type hasher struct {
	cost  argon2id.Params
	slots chan struct{}
	wait  time.Duration
}

func newHasher() hasher { return hasher{cost(), make(chan struct{}, hashesAtOnce), hashWait} }

// enter waits for its turn and returns what leaves; ErrBusy when it has not come in
// time.
func (h hasher) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-h.slots }
	select {
	case h.slots <- struct{}{}:
		return leave, nil
	default:
	}
	late := time.NewTimer(h.wait)
	defer late.Stop()
	select {
	case h.slots <- struct{}{}:
		return leave, nil
	case <-late.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// make hashes a new password, in the usual notation that names its cost.
func (h hasher) make(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(password, &h.cost)
}

// nobodys is a hash that no password is known for, at our cost.
func (h hasher) nobodys() string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$", h.cost.Memory, h.cost.Iterations, h.cost.Parallelism) + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)
}

// fits reports whether the password is the hashed one. It works as long for a
// stored hash that nobody can read, such as that of nobody, or that was made at
// another cost, as for any other.
func (h hasher) fits(ctx context.Context, password, hashed string) (bool, error) {
	p, _, _, err := argon2id.DecodeHash(hashed)
	readable := err == nil && *p == h.cost
	if !readable {
		hashed = h.nobodys()
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	fits, err := argon2id.ComparePasswordAndHash(password, hashed)
	return fits && readable, err
}
