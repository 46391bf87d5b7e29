package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
)

// ClusterOptions say how a cluster runs. The zero value is for tests.
type ClusterOptions struct {
	// Fsync makes commits outlive a power cut, at the price of speed.
	Fsync bool
}

// Cluster is a PostgreSQL server of our own, on loopback and on a socket in
// its folder. It dies with this process.
type Cluster struct {
	bin     string // the folder of PostgreSQL's programs
	home    string // data and socket
	made    bool   // home is ours to remove
	port    int
	options ClusterOptions
	as      *syscall.Credential // nil: as ourselves
	seed    string              // statements that write what the migrations wrote
	server  *server
}

type server struct {
	process *os.Process
	done    chan struct{} // closed when the process has ended
}

const startTimeout = 30 * time.Second

// StartPostgres makes a cluster in dir ("" for a temporary folder, which Close
// removes) and starts it. dir must be empty or not exist, and reachable for
// others: as root the server runs as a user without rights.
func StartPostgres(dir string, o ClusterOptions) (*Cluster, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, home: dir, options: o}
	if os.Getuid() == 0 {
		if c.as, err = unprivileged(); err != nil {
			return nil, fmt.Errorf("storagetest: %w", err)
		}
	}
	if err := c.makeHome(); err != nil {
		return nil, fmt.Errorf("storagetest: %w", err)
	}
	if err := c.initdb(); err != nil {
		return nil, errors.Join(fmt.Errorf("storagetest: %w", err), c.remove())
	}
	if c.port, err = freePort(); err != nil {
		return nil, errors.Join(fmt.Errorf("storagetest: %w", err), c.remove())
	}
	if err := c.Start(); err != nil {
		return nil, errors.Join(err, c.remove())
	}
	return c, nil
}

// findPrograms returns the folder of initdb and postgres.
func findPrograms() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is right
	if len(found) == 0 {
		return "", errors.New("storagetest: PostgreSQL is not installed: run `make test-deps`")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // 0 sorts first
	return n
}

// unprivileged finds a user for the server, which refuses to run as root.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("no user postgres or nobody to run PostgreSQL as")
}

// makeHome makes the folder.
func (c *Cluster) makeHome() error {
	if c.home == "" {
		root := ""
		if !c.options.Fsync {
			root = inMemory()
		}
		home, err := folder(root)
		if err != nil {
			return err
		}
		c.home, c.made = home, true
	} else if err := os.MkdirAll(c.home, 0o700); err != nil {
		return err
	}
	if c.as == nil {
		return nil
	}
	return os.Chown(c.home, int(c.as.Uid), int(c.as.Gid))
}

func (c *Cluster) data() string { return filepath.Join(c.home, "data") }

func (c *Cluster) initdb() error {
	cmd := exec.Command(filepath.Join(c.bin, "initdb"), "-D", c.data(), "-U", "postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	cmd.Dir = c.home
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// freePort returns a port that was free a moment ago; the server keeps it.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// URL returns the URL of a database of the cluster.
func (c *Cluster) URL(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

// Start starts the server on the data and the port it had, and waits until it
// answers SQL.
func (c *Cluster) Start() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		err := c.start(ctx)
		if err == nil {
			return nil
		}
		// After Kill the server's children take a moment to notice, and it
		// does not start beside them.
		select {
		case <-ctx.Done():
			text, _ := os.ReadFile(filepath.Join(c.home, "log")) // only to say more
			return fmt.Errorf("storagetest: start PostgreSQL: %w\n%s", err, text)
		case <-look.C:
		}
	}
}

func (c *Cluster) start(ctx context.Context) error {
	args := []string{
		"-D", c.data(), "-p", strconv.Itoa(c.port), "-k", c.home,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
	}
	if !c.options.Fsync {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_wal_size=256MB")
	}
	logs, err := os.OpenFile(filepath.Join(c.home, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer logs.Close()
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), args...)
	cmd.Dir = c.home
	cmd.Stdout, cmd.Stderr = logs, logs
	cmd.SysProcAttr = attributes(c.as)
	if c.server, err = run(cmd); err != nil {
		return err
	}
	if err := c.awaitReady(ctx); err != nil {
		return errors.Join(err, c.Kill())
	}
	return nil
}

// run starts the command on a thread that lives as long as it: the system ends
// the child with the thread that made it.
func run(cmd *exec.Cmd) (*server, error) {
	started := make(chan error, 1)
	s := &server{done: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		s.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(s.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return s, nil
}

func (c *Cluster) awaitReady(ctx context.Context) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		err := c.exec(ctx, "postgres", "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-c.server.done:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return err
		case <-look.C:
		}
	}
}

// exec runs a statement on a database of the cluster.
func (c *Cluster) exec(ctx context.Context, database, query string) error {
	connector, err := pq.NewConnector(c.URL(database))
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	_, err = db.ExecContext(ctx, query)
	return err
}

// Stop ends the server in good order: what runs is rolled back. Start starts
// it again.
func (c *Cluster) Stop() error { return c.end(syscall.SIGINT) }

// Kill ends the server at once with all it is doing, as a crash would. Start
// starts it again.
func (c *Cluster) Kill() error {
	if c.server == nil {
		return nil
	}
	// Sessions would outlive their server for a moment, and even commit.
	sessions := children(c.server.process.Pid)
	err := c.end(syscall.SIGKILL)
	for _, pid := range sessions {
		if kill := syscall.Kill(pid, syscall.SIGKILL); kill != nil && kill != syscall.ESRCH {
			err = errors.Join(err, fmt.Errorf("storagetest: stop PostgreSQL: %w", kill))
		}
	}
	return err
}

// children lists the processes that the process started; none where the
// system does not tell.
func children(pid int) []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	var pids []int
	for _, field := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(field); err == nil {
			pids = append(pids, child)
		}
	}
	return pids
}

// Close stops the server for good and removes a temporary folder.
func (c *Cluster) Close() error { return errors.Join(c.Stop(), c.remove()) }

func (c *Cluster) end(s syscall.Signal) error {
	if c.server == nil {
		return nil
	}
	err := c.server.process.Signal(s)
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("storagetest: stop PostgreSQL: %w", err)
	}
	select {
	case <-c.server.done:
	case <-time.After(startTimeout):
		return errors.New("storagetest: PostgreSQL does not stop")
	}
	c.server = nil
	return nil
}

func (c *Cluster) remove() error {
	if !c.made {
		return nil
	}
	return os.RemoveAll(c.home)
}
