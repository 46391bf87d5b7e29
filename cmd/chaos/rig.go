package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"

	"visnyk/storage/storagetest"
)

const leftovers = "visnyk-chaos-"

// rig is what all runs share: binaries of the service and a PostgreSQL with
// fsync on.
type rig struct {
	dir string

	mu       sync.Mutex
	cluster  *storagetest.Cluster
	made     int
	binaries map[string]func() (string, error) // by the patch
}

func newRig() (*rig, error) {
	dir, err := os.MkdirTemp("", leftovers)
	return &rig{dir: dir, binaries: map[string]func() (string, error){}}, err
}

func (r *rig) close() {
	if r.cluster != nil {
		_ = r.cluster.Close()
	}
	_ = os.RemoveAll(r.dir)
}

// patch is a change of one source file for one build; nothing of it is ever
// written into the tree. The file must hold the old text once.
type patch struct{ name, file, old, new string }

// service returns the binary of the service, built once; with patches, of a
// service changed by them.
func (r *rig) service(patches ...patch) (string, error) {
	name := "visnyk"
	for _, p := range patches {
		name += "-" + p.name
	}
	r.mu.Lock()
	build, known := r.binaries[name]
	if !known {
		build = sync.OnceValues(func() (string, error) { return r.build(name, patches) })
		r.binaries[name] = build
	}
	r.mu.Unlock()
	return build()
}

func (r *rig) build(name string, patches []patch) (string, error) {
	path := filepath.Join(r.dir, name)
	args := []string{"build", "-o", path}
	if len(patches) > 0 {
		overlay, err := r.overlay(name, patches)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	if out, err := exec.Command("go", append(args, "visnyk/cmd/visnyk")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}

// overlay writes changed copies and the file that tells the compiler of them.
func (r *rig) overlay(name string, patches []patch) (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	replace := map[string]string{}
	for i, p := range patches {
		file := filepath.Join(strings.TrimSpace(string(root)), p.file)
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(text), p.old); n != 1 {
			return "", fmt.Errorf("patch %s: %s holds the text %d times, want once", p.name, p.file, n)
		}
		copied := filepath.Join(r.dir, fmt.Sprintf("%s-%d.go", name, i))
		if err := os.WriteFile(copied, []byte(strings.Replace(string(text), p.old, p.new, 1)), 0o600); err != nil {
			return "", err
		}
		replace[file] = copied
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(r.dir, name+".json")
	return path, os.WriteFile(path, list, 0o600)
}

// postgres returns the shared cluster.
func (r *rig) postgres() (*storagetest.Cluster, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cluster != nil {
		return r.cluster, nil
	}
	c, err := storagetest.StartPostgres("", storagetest.ClusterOptions{Fsync: true})
	if err == nil {
		r.cluster = c
	}
	return c, err
}

// freshPostgres returns a database of the shared cluster without any table.
func (r *rig) freshPostgres(ctx context.Context) (string, error) {
	c, err := r.postgres()
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	r.made++
	name := fmt.Sprintf("chaos_%d", r.made)
	r.mu.Unlock()
	admin, err := sqlx.ConnectContext(ctx, "postgres", c.URL("postgres"))
	if err != nil {
		return "", err
	}
	defer admin.Close()
	_, err = admin.ExecContext(ctx, "CREATE DATABASE "+name)
	return c.URL(name), err
}
