package storagetest

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// StartStandby makes a copy of the running cluster that follows it, on a port of its
// own. From then on each commit of the first waits until the standby has it safe, too.
func (c *Cluster) StartStandby(ctx context.Context) (*Cluster, error) {
	s := &Cluster{bin: c.bin, options: c.options, as: c.as}
	err := s.makeHome()
	if err == nil {
		s.port, err = freePort()
	}
	if err == nil {
		err = s.copyOf(c)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("storagetest: standby: %w", err), s.remove())
	}
	err = s.Start()
	for _, setting := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
		if err == nil {
			err = c.exec(ctx, "postgres", setting)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// copyOf copies the data of the running cluster, with a note whom to follow.
func (c *Cluster) copyOf(first *Cluster) error {
	cmd := exec.Command(filepath.Join(c.bin, "pg_basebackup"), "-h", "127.0.0.1", "-p", fmt.Sprint(first.port),
		"-U", "postgres", "-D", c.data(), "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = c.home, &syscall.SysProcAttr{Credential: c.as}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_basebackup: %w: %s", err, out)
	}
	return nil
}

// Promote makes a standby the one that writes, and returns when it does.
func (c *Cluster) Promote(ctx context.Context) error {
	return c.exec(ctx, "postgres", "SELECT pg_promote()")
}

// Freeze has the server stand still as its machine or its disk may: connections stay
// open, new ones are taken, and nobody is answered. Kill ends that.
func (c *Cluster) Freeze() error {
	for _, pid := range append(children(c.server.process.Pid), c.server.process.Pid) {
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil && err != syscall.ESRCH {
			return fmt.Errorf("storagetest: freeze PostgreSQL: %w", err)
		}
	}
	return nil
}

// EitherURL returns the URL of a database that is on whichever of the clusters writes.
func EitherURL(database string, clusters ...*Cluster) string {
	var hosts, ports []string
	for _, c := range clusters {
		hosts, ports = append(hosts, "127.0.0.1"), append(ports, fmt.Sprint(c.port))
	}
	return fmt.Sprintf("postgres://postgres@%s/%s?port=%s&sslmode=disable&target_session_attrs=primary",
		strings.Join(hosts, ","), database, strings.Join(ports, ","))
}
