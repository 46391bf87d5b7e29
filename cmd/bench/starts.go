package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// startRounds is how often the service starts on each database.
const startRounds = 9

// starts measures the way from the start of the process to the first 200 of /readyz, on
// a database that is up to date and has articles, and how large the binary is that the
// Dockerfile makes.
func (b *bench) starts(ctx context.Context, _ options) error {
	shipped := filepath.Join(b.dir, "shipped")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "timetzdata", "-ldflags", "-s -w", "-o", shipped, "visnyk/cmd/visnyk")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the service: %w\n%s", err, out)
	}
	binary, err := os.Stat(shipped)
	if err != nil {
		return err
	}
	url, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	tg, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer tg.Close()
	fmt.Printf("\n(t) the binary: %.1f MB; from the start to the first 200, %d times, medians (min–max)\n\n", float64(binary.Size())/1e6, startRounds)
	fmt.Println("| database | ms | CPU ms | MiB |")
	fmt.Println("|---|---|---|---|")
	for _, d := range []struct{ name, url string }{{"PostgreSQL", url}, {"SQLite", b.sqliteURL()}} {
		if err := company(ctx, d.url); err != nil {
			return err
		}
		var waits, spends, holds []float64
		for range startRounds {
			began := time.Now()
			s, err := startBinary(ctx, shipped, d.url, tg.URL(), 0)
			if err != nil {
				return err
			}
			waits = append(waits, milliseconds(time.Since(began)))
			spends = append(spends, milliseconds(cpu(s.cmd.Process.Pid)))
			holds = append(holds, resident(s.cmd.Process.Pid))
			s.stop()
		}
		fmt.Printf("| %s | %s | %s | %s |\n", d.name, spread(waits, "%.0f"), spread(spends, "%.0f"), spread(holds, "%.0f"))
	}
	return nil
}
