// Command visnyk is the herald: a chat-bot service that tells a company's
// customers about changes and answers their questions. This package reads the
// configuration, wires the packages together and gives each command its file;
// it holds no rule of the service.
package main

import (
	"context"
	"os"

	"visnyk/cmd/visnyk/cli"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
