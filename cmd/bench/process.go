package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// side is a running process under measurement.
type side struct {
	cmd     *exec.Cmd
	address string
}

// start runs cmd and waits until the path at the address answers 200.
func start(ctx context.Context, cmd *exec.Cmd, address, path string) (*side, error) {
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &side{cmd, address}
	tick := time.NewTicker(2 * time.Millisecond) // (t) measures the wait
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for {
		select {
		case <-tick.C:
		case <-end:
			s.stop()
			return nil, errors.New("the process under measurement is not ready")
		case <-ctx.Done():
			s.stop()
			return nil, ctx.Err()
		}
		if resp, err := http.Get("http://" + address + path); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return s, nil
			}
		}
	}
}

func (s *side) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	_ = s.cmd.Wait()
}

// ticks is how many clock ticks Linux counts in a second of processor time.
const ticks = 100

// stat reads the fields of /proc/PID/stat that follow the command's name.
func stat(pid int) ([]string, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	_, rest, ok := strings.Cut(string(data), ") ")
	if !ok {
		return nil, fmt.Errorf("process %d: cannot read its stat", pid)
	}
	return strings.Fields(rest), nil
}

func parent(pid int) (int, error) {
	f, err := stat(pid)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(f[1])
}

// cpu is the processor time of the process and its children, living and reaped.
func cpu(pid int) time.Duration {
	total := spent(pid, 11, 12, 13, 14)
	all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is right
	for _, dir := range all {
		child, _ := strconv.Atoi(filepath.Base(dir))
		if p, err := parent(child); err == nil && p == pid {
			total += spent(child, 11, 12)
		}
	}
	return total
}

// ownCPU is the processor time of this process alone, in which the fakes run.
func ownCPU() time.Duration { return spent(os.Getpid(), 11, 12) }

// spent sums fields of a process's stat that count clock ticks.
func spent(pid int, fields ...int) time.Duration {
	f, err := stat(pid)
	if err != nil {
		return 0 // it has just ended; its time is its parent's now
	}
	var sum int64
	for _, i := range fields {
		n, _ := strconv.ParseInt(f[i], 10, 64)
		sum += n
	}
	return time.Duration(sum) * time.Second / ticks
}

// peak is the most memory the process held, in MiB, and resident what it holds now.
func peak(pid int) float64     { return memory(pid, "VmHWM:") }
func resident(pid int) float64 { return memory(pid, "VmRSS:") }

func memory(pid int, what string) float64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, what); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
