package main

import (
	"visnyk/cmd/visnyk/cli"
)

// What tests of commands are made of.
type streams = cli.Streams

const (
	exitDone   = cli.Done
	exitFailed = cli.Failed
	exitUsage  = cli.Usage
)
