//go:build unix && !linux

package storagetest

// inMemory returns "": only Linux has such a folder everywhere.
func inMemory() string { return "" }
