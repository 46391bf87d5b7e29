//go:build !unix

package db

import (
	"errors"
	"fmt"
	"io"
)

func lockFile(path string) (io.Closer, error) {
	return nil, fmt.Errorf("lock %s: %w", path, errors.ErrUnsupported)
}
