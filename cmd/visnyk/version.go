package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"visnyk/cmd/visnyk/cli"
)

// version is set by the linker in releases.
var version = "dev"

func runVersion(_ context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("version"), 0); err != nil {
		return err
	}
	commit := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	fmt.Fprintf(c.Out, "visnyk %s, commit %s, %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
