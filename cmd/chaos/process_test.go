package chaos

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	token  = "123456:chaos-chaos-chaos-chaos-chaos"
	secret = "chaos-secret"
)

// binary builds the service once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "visnyk-chaos-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "visnyk")
	out, err := exec.Command("go", "build", "-o", path, "visnyk/cmd/visnyk").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// process is one life of the service.
type process struct {
	cmd     *exec.Cmd
	address string
	ended   chan struct{}
}

// start runs the service on the database and waits until its door is open; with
// ready, until its database answers too.
func start(t *testing.T, databaseURL, apiURL, listen string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "serve")
	cmd.Env = append(os.Environ(),
		"VISNYK_LISTEN="+listen, "VISNYK_INTERNAL_LISTEN=127.0.0.1:0",
		"VISNYK_PUBLIC_URL=http://"+listen, "VISNYK_DATABASE_URL="+databaseURL, "VISNYK_LOG_FORMAT=json",
		"VISNYK_TELEGRAM_TOKEN="+token, "VISNYK_TELEGRAM_SECRET="+secret,
		"VISNYK_TELEGRAM_API_URL="+apiURL, "VISNYK_TELEGRAM_RATE=0",
		"VISNYK_SECRET=a secret for chaos alone",
	)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, address: listen, ended: make(chan struct{})}
	var tail log
	go func() {
		tail.read(stderr)
		_ = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("end of the service's log:\n%s", tail.String())
		}
	})
	p.await(t, "/readyz")
	return p
}

// await polls until the path answers 200.
func (p *process) await(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.ended:
			t.Fatal("the service ended by itself")
		case <-ctx.Done():
			t.Fatalf("no 200 from %s within a minute", path)
		case <-tick.C:
		}
		resp, err := http.Get("http://" + p.address + path)
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
}

// kill ends the process as a power cut would, and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.ended
}

// log keeps the last lines of a log.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		l.mu.Lock()
		l.lines = append(l.lines, lines.Text())
		if len(l.lines) > 60 {
			l.lines = l.lines[1:]
		}
		l.mu.Unlock()
	}
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}
