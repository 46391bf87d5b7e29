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
const patience = 15 * time.Minute

// largest is how big a picture of the README may be, in bytes: everybody who clones
// the repository carries it.
const largest = 300 << 10

func main() {
	dir := flag.String("o", ".screenshots", "the directory for the README's pictures")
	all := flag.String("all", "", "another one for every page of the desk: each light, window and language; empty for none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dir, *all); err != nil {
		fmt.Fprintf(os.Stderr, "screens: %v\n", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, all string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := demonstrate(ctx, func(address string) error {
		for _, s := range scenes() {
			picture, err := s.play(ctx, address)
			if err == nil {
				err = writeSmall(dir, s.name, picture)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		return nil
	})
	keep := func(name string, picture []byte) error {
		if ours, shown := shown()[name]; shown {
			if err := writeSmall(dir, ours, picture); err != nil {
				return err
			}
		}
		if all == "" {
			return nil
		}
		return write(all, name, picture)
	}
	for _, s := range shifts() {
		if err == nil {
			err = demonstrate(ctx, func(address string) error { return s.photograph(ctx, address, keep) })
		}
	}
	return err
}

// demonstrate has f look at a demo that nobody has talked to.
func demonstrate(ctx context.Context, f func(address string) error) error {
	d, err := startDemo(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(d.address), d.stop())
}

// shown are the pictures of the desk that the README has, and their names there.
func shown() map[string]string {
	return map[string]string{"queue-uk-light-1440": "desk-queue", "ticket-ru-dark-1440": "desk-talk"}
}

// writeSmall writes a picture that is kept with the source.
func writeSmall(dir, name string, picture []byte) error {
	if len(picture) > largest {
		return fmt.Errorf("%s: %d bytes, at most %d", name, len(picture), largest)
	}
	return write(dir, name, picture)
}

func write(dir, name string, picture []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file := filepath.Join(dir, name+".png")
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s  %d kB\n", file, len(picture)>>10)
	return nil
}
