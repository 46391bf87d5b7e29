package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/storage/storagetest"
)

// TestEachMessageIsAnswered: every line of a file is answered as that of a newcomer,
// in the language it is in.
func TestEachMessageIsAnswered(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "messages.txt")
	if err := os.WriteFile(file, []byte("не пишіть мені більше\n\nru\tas some note\tпозовите человека\nuk\tнапишіть мені знов\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	env := []string{"VISNYK_DATABASE_URL=" + storagetest.SQLiteURL(t)}
	if code := run(t.Context(), []string{"migrate"}, env, streams{In: strings.NewReader(""), Out: &said, Err: &said}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	if code := run(t.Context(), []string{"chat", "-lang", "uk", "-each", file}, env, streams{In: strings.NewReader(""), Out: &out, Err: &said}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	rest := out.String()
	for _, want := range []string{"1 uk > не пишіть", "Більше не надсилатимемо", "2 ru > позовите", "оператор", "3 uk > напишіть", "[1 "} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %q in its place:\n%s", want, out.String())
		}
		rest = after
	}
}
