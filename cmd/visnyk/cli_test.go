package main

import (
	"visnyk/cmd/visnyk/cli"
	settings "visnyk/cmd/visnyk/config"
)

// What tests of commands are made of.
type streams = cli.Streams

const (
	exitDone   = cli.Done
	exitFailed = cli.Failed
	exitUsage  = cli.Usage
)

func readConfig(environ []string) (config, error) { return settings.Read(environ) }
