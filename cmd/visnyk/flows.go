package main

import (
	"context"
	"fmt"
)

// runFlows draws the state machines.
func runFlows(_ context.Context, c call) error {
	f := c.flags("flows")
	format := f.String("format", "mermaid", "mermaid or dot")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	book, err := newBook()
	if err != nil {
		return err
	}
	switch *format {
	case "mermaid":
		_, err = fmt.Fprint(c.out, book.Mermaid())
	case "dot":
		_, err = fmt.Fprint(c.out, book.Dot())
	default:
		return usageError{fmt.Errorf("-format %q: want mermaid or dot", *format)}
	}
	return err
}
