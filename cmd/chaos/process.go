package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	token  = "123456:chaos-chaos-chaos-chaos-chaos"
	secret = "chaos-secret"
)

// settings are the environment of one replica.
type settings map[string]string

// settings returns those that every run has; more of them come by with.
func (p *play) settings(database string) settings {
	return settings{
		"VISNYK_DATABASE_URL": database, "VISNYK_LOG_FORMAT": "json",
		"VISNYK_INTERNAL_LISTEN": "127.0.0.1:0", "VISNYK_SECRET": "a secret for chaos alone",
	}
}

// onTelegram adds a bot at a fake Telegram, without a limit of ours.
func (s settings) onTelegram(url string) settings {
	return s.with("VISNYK_TELEGRAM_TOKEN", token, "VISNYK_TELEGRAM_SECRET", secret, "VISNYK_TELEGRAM_API_URL", url, "VISNYK_TELEGRAM_RATE", "0")
}

// onViber adds a bot at a fake Viber.
func (s settings) onViber(url, token string) settings {
	return s.with("VISNYK_VIBER_TOKEN", token, "VISNYK_VIBER_SENDER_NAME", "Chaos", "VISNYK_VIBER_API_URL", url, "VISNYK_VIBER_RATE", "0")
}

func (s settings) with(pairs ...string) settings {
	more := maps.Clone(s)
	for i := 0; i+1 < len(pairs); i += 2 {
		more[pairs[i]] = pairs[i+1]
	}
	return more
}

// environ returns the settings after what this process has, but for GOGC: the
// service's memory is measured as its users run it.
func (s settings) environ() []string {
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "GOGC=") })
	for _, name := range slices.Sorted(maps.Keys(s)) {
		env = append(env, name+"="+s[name])
	}
	return env
}

// free returns a loopback address that nobody listens on.
func (p *play) free() string {
	p.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	p.must(err)
	defer l.Close()
	return l.Addr().String()
}

// process is one life of the service.
type process struct {
	cmd     *exec.Cmd
	address string
	ended   chan struct{}
	log     *log
}

// start runs the service and waits until it is ready.
func (p *play) start(s settings, listen string) *process {
	p.Helper()
	pr := p.launch(s, listen)
	pr.await(p, "/readyz")
	return pr
}

// launch runs the service.
func (p *play) launch(s settings, listen string) *process {
	p.Helper()
	path, err := p.rig.service(p.patches...)
	p.must(err)
	cmd := exec.Command(path, "serve")
	if _, set := s["VISNYK_PUBLIC_URL"]; !set {
		s = s.with("VISNYK_PUBLIC_URL", "http://"+listen)
	}
	cmd.Env = s.with("VISNYK_LISTEN", listen).environ()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := cmd.StderrPipe()
	p.must(err)
	pr := &process{cmd: cmd, address: listen, ended: make(chan struct{}), log: &log{}}
	started := make(chan error, 1)
	go func() {
		// The system ends the child with the thread that made it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			pr.log.read(stderr)
			_ = cmd.Wait()
			close(pr.ended)
		}
	}()
	p.must(<-started)
	p.Cleanup(func() {
		pr.kill()
		if p.Failed() {
			p.Logf("end of the service's log:\n%s", pr.log.String())
		}
	})
	return pr
}

// run has the service's binary do one of its other commands.
func (p *play) run(s settings, input string, args ...string) string {
	p.Helper()
	out, err := p.try(s, input, args...)
	if err != nil {
		p.Fatalf("visnyk %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

// try is run, for what may be refused.
func (p *play) try(s settings, input string, args ...string) (said string, err error) {
	p.Helper()
	path, err := p.rig.service(p.patches...)
	p.must(err)
	cmd := exec.CommandContext(p.Context(), path, args...)
	cmd.Env, cmd.Stdin = s.environ(), strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// await polls until the path answers 200.
func (pr *process) await(t T, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-pr.ended:
			t.Fatalf("the service ended by itself")
		case <-ctx.Done():
			t.Fatalf("no 200 from %s within a minute", path)
		case <-tick.C:
		}
		resp, err := http.Get("http://" + pr.address + path)
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
}

// ready returns what /readyz answers; 0 where nothing does.
func (pr *process) ready() int {
	resp, err := http.Get("http://" + pr.address + "/readyz")
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// kill ends the process as a power cut would, and waits until it is gone.
func (pr *process) kill() {
	_ = pr.cmd.Process.Signal(syscall.SIGKILL)
	<-pr.ended
}

// memory returns what the process holds now and held at most, in MiB.
func (pr *process) memory() (now, most float64) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pr.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(data)) {
		name, rest, _ := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if len(fields) == 0 {
			continue
		}
		kb, _ := strconv.ParseFloat(fields[0], 64)
		switch name {
		case "VmRSS":
			now = kb / 1024
		case "VmHWM":
			most = kb / 1024
		}
	}
	return now, most
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
