package telegram_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks for goroutines that outlive their test: the library streams
// each request from one.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
