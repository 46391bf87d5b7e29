package storagetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

const leftoverPrefix = "visnyk-test-"

// Folder returns a folder that is the test's own until it ends, in memory where
// the system has room there: thousands of commits are no test of its disk.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := folder(inMemory())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what is left, the next run removes
	return dir
}

// folder makes a folder in root, "" for the system's usual place. It bears our
// process id, so that what a killed test binary left behind is found and removed.
func folder(root string) (string, error) {
	removeLeftovers()
	dir, err := os.MkdirTemp(root, fmt.Sprintf("%s%d-", leftoverPrefix, os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("storagetest: %w", err)
	}
	return dir, nil
}

// removeLeftovers removes the folders of processes that are gone, once.
var removeLeftovers = sync.OnceFunc(func() {
	var dirs []string
	for _, root := range []string{os.TempDir(), inMemory()} {
		found, _ := filepath.Glob(filepath.Join(root, leftoverPrefix+"*")) // the pattern is right
		dirs = append(dirs, found...)
	}
	for _, dir := range dirs {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), leftoverPrefix), "-")
		pid, err := strconv.Atoi(owner)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir) // the next run tries again
		}
	}
})
