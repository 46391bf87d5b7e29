package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// shortestSecret is the fewest characters that VISNYK_SECRET may have.
const shortestSecret = 16

// SecretKey returns the key behind VISNYK_SECRET. Beside a SQLite file it is made
// and kept where nobody has set it; replicas on PostgreSQL must share one, so
// there it has to be set: a *WrongError when it is not.
func (c Config) SecretKey() ([]byte, error) {
	if c.Secret != "" {
		return []byte(c.Secret), nil
	}
	file, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:")
	if !ok {
		return nil, &WrongError{fmt.Errorf(
			"VISNYK_SECRET: set it to at least %d characters of your own, the same for every replica; it signs the audit, and the marks that keep erased people from being imported again", shortestSecret)}
	}
	key, err := keptSecret(file + ".secret")
	if err != nil {
		return nil, fmt.Errorf("VISNYK_SECRET is not set, and its file beside the database: %w", err)
	}
	return key, nil
}

// ExistingSecretKey returns the key if there is one, and makes none: for whoever only
// looks.
func (c Config) ExistingSecretKey() ([]byte, error) {
	file, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:")
	if c.Secret == "" && ok {
		if _, err := os.Stat(file + ".secret"); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	if c.Secret == "" && !ok {
		return nil, nil
	}
	return c.SecretKey()
}

// keptSecret reads the secret in the file, or makes both.
func keptSecret(file string) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		kept, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if text := strings.TrimSpace(string(kept)); len(text) >= shortestSecret {
			return []byte(text), nil
		}
		return nil, fmt.Errorf("%s holds no secret: put the old one back, or remove the file if nobody was ever erased", file)
	}
	if err != nil {
		return nil, err
	}
	text := make([]byte, 64)
	random := make([]byte, 32)
	rand.Read(random) // never fails
	hex.Encode(text, random)
	_, err = f.Write(append(text, '\n'))
	return text, errors.Join(err, f.Sync(), f.Close())
}
