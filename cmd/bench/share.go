package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// A share is what part of one processor a process of (r) may use: so much of a period,
// which is short, lest a process that has used up its part stands still for long.
const (
	shareOf  = 3_000  // µs
	shareAll = 10_000 // µs
)

// shares keeps processes to their share by control groups of Linux, of whichever kind
// this machine has.
type shares struct {
	root string // where groups are made; "" where this user may make none
	made []string
}

// newShares finds out what there is.
func newShares() *shares {
	for _, root := range []string{"/sys/fs/cgroup/cpu", "/sys/fs/cgroup"} {
		s := &shares{root: root}
		if _, err := s.group(); err == nil {
			return s
		}
		s.close()
	}
	return &shares{}
}

// says tells in the table's heading what each service is kept to.
func (s *shares) says() string {
	if s.root == "" {
		return "one processor of Go's each, for there is no control group to be made here: what the machine has is the ratio's bound too"
	}
	return fmt.Sprintf("%d %% of a processor each, one of Go's", 100*shareOf/shareAll)
}

// group makes a group with the share.
func (s *shares) group() (dir string, err error) {
	dir = filepath.Join(s.root, fmt.Sprintf("visnyk-bench-%d-%d", os.Getpid(), len(s.made)))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	s.made = append(s.made, dir)
	if set(dir, "cpu.max", fmt.Sprint(shareOf, shareAll)) == nil {
		return dir, nil
	}
	if err = set(dir, "cpu.cfs_period_us", fmt.Sprint(shareAll)); err == nil {
		err = set(dir, "cpu.cfs_quota_us", fmt.Sprint(shareOf))
	}
	return dir, err
}

// keep has a process use its share and no more.
func (s *shares) keep(p *side) error {
	if s.root == "" {
		return nil
	}
	dir, err := s.group()
	if err != nil {
		return err
	}
	return set(dir, "cgroup.procs", fmt.Sprint(p.cmd.Process.Pid))
}

// close removes the groups; their processes have ended.
func (s *shares) close() {
	for _, dir := range s.made {
		_ = os.Remove(dir)
	}
}

// set writes what is there already, as the files of a control group are.
func set(dir, name, value string) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
