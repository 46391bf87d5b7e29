// Command screens makes the README's pictures: it starts the demo, plays a short
// scene in a real Chromium, in each language, and writes down what is seen. It
// knows the demo by its page alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// patience bounds the whole run; a machine that compiles and draws slowly needs
// its time.
const patience = 5 * time.Minute

// largest is how big a picture may be, in bytes: everybody who clones the
// repository carries it.
const largest = 300 << 10

func main() {
	dir := flag.String("o", ".screenshots", "the directory to write to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dir); err != nil {
		fmt.Fprintf(os.Stderr, "screens: %v\n", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d, err := startDemo(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, s := range scenes() {
		picture, err := s.play(ctx, d.address)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if len(picture) > largest {
			return fmt.Errorf("%s: %d bytes, at most %d", s.name, len(picture), largest)
		}
		file := filepath.Join(dir, s.name+".png")
		if err := os.WriteFile(file, picture, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s  %d kB\n", file, len(picture)>>10)
	}
	return nil
}
