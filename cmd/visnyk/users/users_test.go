package users

import (
	"strings"
	"testing"
)

// What an editor writes before the text is no part of a password: nobody could
// type it.
func TestPasswordOfAFile(t *testing.T) {
	for _, file := range []string{"long enough\n", "\ufefflong enough\r\n", "long enough"} {
		if got, err := readPassword(strings.NewReader(file)); got != "long enough" || err != nil {
			t.Errorf("%q is read as %q, %v", file, got, err)
		}
	}
}
