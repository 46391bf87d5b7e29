package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// demo is `visnyk demo` in a process of its own.
type demo struct {
	address string // of the page
	process *exec.Cmd
	binary  string
}

// startDemo builds the program, starts the demo and waits until it says where
// its page is.
func startDemo(ctx context.Context) (*demo, error) {
	dir, err := os.MkdirTemp("", "visnyk-screens-")
	if err != nil {
		return nil, err
	}
	d := &demo{binary: dir}
	program := dir + "/visnyk"
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/visnyk")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	d.process = exec.CommandContext(ctx, program, "demo", "-listen", "127.0.0.1:0")
	d.process.Stderr = os.Stderr
	out, err := d.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.process.Start(); err != nil {
		return nil, fmt.Errorf("start the demo: %w", err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "http://") {
			d.address = line
			return d, nil
		}
	}
	return nil, fmt.Errorf("the demo did not say where it is: %w", d.stop())
}

// stop ends the demo, as Ctrl-C does.
func (d *demo) stop() error {
	defer os.RemoveAll(d.binary)
	if err := d.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the demo: %w", err)
	}
	if err := d.process.Wait(); err != nil {
		return fmt.Errorf("the demo ended: %w", err)
	}
	return nil
}
