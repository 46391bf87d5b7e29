//go:build !linux && !darwin

package db

import "errors"

// diskFree is not known here, and nothing is kept in reserve.
func diskFree(string) (int64, error) { return 0, errors.ErrUnsupported }
