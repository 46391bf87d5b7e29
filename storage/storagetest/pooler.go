package storagetest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// poolerSettings are of a PgBouncer before the shared cluster: the cluster's port, its own, and how
// long a session is lent.
const poolerSettings = `
[databases]
* = host=127.0.0.1 port=%d
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = trust
auth_file = users
pool_mode = %s
`

// Pooled returns the URL of a fresh database without any table, behind a real PgBouncer
// that lends its sessions in the mode: "session", "transaction" or "statement".
func Pooled(t testing.TB, mode string) string {
	t.Helper()
	direct := EmptyPostgresURL(t)
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // where nobody but root looks
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatal("storagetest: PgBouncer is not installed: run `make test-deps`")
	}
	shared.Lock()
	c := shared.cluster
	shared.Unlock()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	home := Folder(t)
	for name, text := range map[string]string{"settings": fmt.Sprintf(poolerSettings, c.port, port, mode), "users": `"postgres" ""`} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.as != nil {
			if err := errors.Join(os.Chown(home, int(c.as.Uid), int(c.as.Gid)), os.Chown(filepath.Join(home, name), int(c.as.Uid), int(c.as.Gid))); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.Command(program, "-q", "settings")
	cmd.Dir, cmd.SysProcAttr = home, attributes(c.as)
	var said strings.Builder
	cmd.Stderr = &said
	pooler, err := run(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = pooler.process.Signal(syscall.SIGKILL)
		<-pooler.done
	})
	late := time.After(startTimeout)
	for {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			break
		}
		select {
		case <-pooler.done:
			t.Fatal("storagetest: PgBouncer ended at once: ", said.String())
		case <-late:
			t.Fatal("storagetest: PgBouncer does not answer")
		case <-time.After(10 * time.Millisecond):
		}
	}
	return strings.Replace(direct, fmt.Sprintf(":%d/", c.port), fmt.Sprintf(":%d/", port), 1)
}
