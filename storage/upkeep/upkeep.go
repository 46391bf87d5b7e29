// Package upkeep keeps a database whole and clean beside the line: backup and
// copy, verification, the removal of what is kept no longer, and of what erased
// people leave in tables and files. Long work goes in small steps with rests
// between them.
//
// It speaks SQL over tables, whatever their noun is; what a noun knows of itself
// it asks of storage. Tests of it that need whole lives of people stand with
// those of storage.
package upkeep

import "fmt"

// doing wraps err with what was being done; nil stays nil.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("storage: %s: %w", what, err)
}
