package main

import (
	"context"
	"fmt"

	"visnyk/cmd/visnyk/cli"
)

// runFlows draws the state machines.
func runFlows(_ context.Context, c cli.Call) error {
	f := c.Flags("flows")
	format := f.String("format", "mermaid", "mermaid or dot")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	book, err := newBook()
	if err != nil {
		return err
	}
	switch *format {
	case "mermaid":
		_, err = fmt.Fprint(c.Out, book.Mermaid())
	case "dot":
		_, err = fmt.Fprint(c.Out, book.Dot())
	default:
		return cli.Usagef("-format %q: want mermaid or dot", *format)
	}
	return err
}
