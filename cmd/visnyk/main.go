// Command visnyk is the herald: a chat-bot service that tells a company's
// customers about changes and answers their questions. This package reads the
// configuration, wires the packages together and gives each command its file;
// it holds no rule of the service.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), streams{os.Stdin, os.Stdout, os.Stderr}))
}
