package bot

import (
	"errors"
	"fmt"
)

// ErrNoVersion: whoever replaces or moves content says which version they mean.
var ErrNoVersion = errors.New("no version is named")

// StaleError says that the content has moved on since the version that is meant.
type StaleError struct {
	Meant, Now int
}

// Error implements error.
func (e *StaleError) Error() string {
	return fmt.Sprintf("version %d is meant, and it is version %d now", e.Meant, e.Now)
}

// CheckVersion returns a *StaleError unless the version that is meant is the one
// there is.
func CheckVersion(meant, now int) error {
	if meant != now {
		return &StaleError{Meant: meant, Now: now}
	}
	return nil
}
