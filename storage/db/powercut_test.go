package db

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/jmoiron/sqlx"
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Whatever was answered, to who wrote or to who read, is there after a power cut at any
// moment, whatever the disk had kept to itself until then; and the file is whole.
func TestPowerCut(t *testing.T) {
	if wrong := cuts(t, (*recording).sync); wrong != "" {
		t.Error(wrong)
	}
	if cuts(t, func(*recording, *os.File) error { return nil }) == "" {
		t.Error("without a sync nothing is lost either: this shows nothing")
	}
}

// states is how many cuts are tried.
const states = 500

// cuts has some work done on a database whose log goes to the disk as sync says, and tells
// what would be wrong after a cut.
func cuts(t *testing.T, sync func(*recording, *os.File) error) (wrong string) {
	t.Helper()
	dir := t.TempDir()
	r := record(dir)
	answers := someWork(t, filepath.Join(dir, "visnyk.db"), r, func(f *os.File) error { return sync(r, f) })
	ops := r.stop()
	kept, random := platter{}, rand.New(rand.NewPCG(1, 2))
	for i := range states {
		at := (i + 1) * len(ops) / states
		for kept.n < at {
			kept.take(ops[kept.n])
		}
		cut := filepath.Join(dir, "cut.db")
		for path, content := range kept.afterCut(random, i%4) {
			if err := os.WriteFile(strings.Replace(path, "visnyk.db", "cut.db", 1), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		there, err := numbersIn(cut)
		if err != nil {
			return fmt.Sprintf("cut at operation %d: %v", at, err)
		}
		for _, a := range answers {
			if a.at <= at && !there[a.n] {
				return fmt.Sprintf("cut at operation %d: %d was answered at %d, and is lost", at, a.n, a.at)
			}
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(cut + suffix)
		}
	}
	if resets := kept.resets; resets < 3 {
		t.Errorf("the log began anew %d times: this shows nothing", resets)
	}
	return ""
}

// numbersIn reads a file as whoever comes after the cut.
func numbersIn(path string) (map[int64]bool, error) {
	d, err := sqlx.Open("sqlite", "file:"+path)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var whole string
	if err := d.Get(&whole, "PRAGMA integrity_check"); err != nil || whole != "ok" {
		return nil, fmt.Errorf("the file is broken: %s %w", whole, err)
	}
	var all []int64
	if err := d.Select(&all, allOf); err != nil && !strings.Contains(err.Error(), "no such table") {
		return nil, err
	}
	is := make(map[int64]bool, len(all))
	for _, n := range all {
		is[n] = true
	}
	return is, nil
}

// answered is a number of which somebody knows since an operation.
type answered struct {
	n  int64
	at int
}

// someWork writes numbers in every way, while others read them in every way, and the log is
// written into the file.
func someWork(t *testing.T, path string, r *recording, settle func(*os.File) error) []answered {
	t.Helper()
	d := openWith(t, path, settle)
	defer d.Close()
	var (
		mu      sync.Mutex
		answers []answered
		last    atomic.Int64
	)
	know := func(n int64) {
		mu.Lock()
		defer mu.Unlock()
		answers = append(answers, answered{n, r.len()})
	}
	ctx, text := t.Context(), strings.Repeat("слово ", 400)
	writers := map[string]func(n int64) error{
		"a transaction": func(n int64) error {
			return d.InTx(ctx, func(c Conn) error {
				_, err := c.Exec(ctx, addNumber, n, text)
				return err
			})
		},
		"a lone statement": func(n int64) error {
			_, err := d.Writer().Exec(ctx, addNumber, n, text)
			return err
		},
		"a lone statement that returns": func(n int64) error {
			var back []int64
			return d.Door().Select(ctx, &back, addNumber+` RETURNING n`, n, text)
		},
	}
	readers := map[string]func(*int64) error{
		"one row": func(n *int64) error { return d.Reader().Get(ctx, n, newest) },
		"rows": func(n *int64) error {
			var all []int64
			err := d.Reading().Select(ctx, &all, newest)
			*n = all[0]
			return err
		},
		"record by record": func(n *int64) error {
			type record struct {
				N int64 `db:"n"`
			}
			return Each(ctx, d.Reader(), func(r *record) { *n = r.N }, newest)
		},
		"row by row": func(n *int64) error {
			rows, err := d.Reader().Query(ctx, newest)
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			return rows.Scan(n)
		},
		"a moment": func(n *int64) error {
			return d.Snapshot(ctx, func(c Conn) error { return c.Get(ctx, n, newest) })
		},
	}
	for range 4 {
		var work, look sync.WaitGroup
		over := make(chan struct{})
		for name, write := range writers {
			for range 2 {
				work.Go(func() {
					for range 6 {
						n := last.Add(1)
						if err := write(n); err != nil {
							t.Error(name, err)
							return
						}
						know(n)
					}
				})
			}
		}
		for name, read := range readers {
			look.Go(func() {
				for {
					select {
					case <-over:
						return
					case <-time.After(time.Millisecond):
					}
					var n int64
					if err := read(&n); err != nil {
						t.Error(name, err)
						return
					}
					if n > 0 {
						know(n)
					}
				}
			})
		}
		work.Wait()
		close(over)
		look.Wait()
		for _, on := range []*pool{d.read, d.write} {
			if _, err := d.moveLog(ctx, on.db); err != nil {
				t.Error(err)
			}
		}
	}
	return answers
}

// operation is what was done to a file.
type operation struct {
	path   string
	off    int64
	data   []byte
	size   int64 // to which it is cut, unless data
	synced int   // all earlier than this one are on the disk; 0: it is no sync
	gone   bool  // the file is removed
}

// recording is what is done to the files of a folder, by SQLite and by us.
type recording struct {
	dir string
	mu  sync.Mutex
	ops []operation
}

func (r *recording) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ops)
}

func (r *recording) add(o operation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, o)
}

// sync is that of a file by us.
func (r *recording) sync(f *os.File) error {
	before := r.len()
	err := f.Sync()
	r.add(operation{path: f.Name(), synced: before})
	return err
}

func (r *recording) stop() []operation {
	recorded.Store(nil)
	return r.ops
}

// platter is what operations leave on a disk: what is surely there, and what is not yet.
type platter struct {
	n       int // operations
	sure    map[string][]byte
	pending map[string][]pending
	resets  int
}

type pending struct {
	n int
	operation
}

func (d *platter) take(o operation) {
	if d.sure == nil {
		d.sure, d.pending = map[string][]byte{}, map[string][]pending{}
	}
	switch {
	case o.gone:
		delete(d.sure, o.path)
		delete(d.pending, o.path)
	case o.synced == 0:
		if strings.HasSuffix(o.path, "-wal") && o.off == 0 && len(o.data) == 32 {
			d.resets++
		}
		d.pending[o.path] = append(d.pending[o.path], pending{d.n, o})
	default:
		waits := d.pending[o.path]
		for len(waits) > 0 && waits[0].n < o.synced {
			d.sure[o.path] = waits[0].apply(d.sure[o.path])
			waits = waits[1:]
		}
		d.pending[o.path] = waits
	}
	d.n++
}

func (o operation) apply(content []byte) []byte {
	if o.data == nil {
		return append(content, make([]byte, max(0, int(o.size)-len(content)))...)[:o.size]
	}
	end := int(o.off) + len(o.data)
	content = append(content, make([]byte, max(0, end-len(content)))...)
	copy(content[o.off:], o.data)
	return content
}

// afterCut gives the files as a cut leaves them: of what is pending there is nothing, what
// came first, or anything; and of a page perhaps some sectors.
func (d *platter) afterCut(random *rand.Rand, how int) map[string][]byte {
	files := map[string][]byte{}
	for _, path := range slices.Sorted(maps.Keys(d.pending)) {
		content, waits := bytes.Clone(d.sure[path]), d.pending[path]
		first := random.IntN(len(waits) + 1)
		for i, o := range waits {
			switch {
			case how == 0, how == 1 && i >= first, how > 1 && random.IntN(2) == 0:
				continue
			case how == 3 && len(o.data) > 512:
				o.data = o.data[:512*(1+random.IntN(len(o.data)/512))]
			}
			content = o.apply(content)
		}
		files[path] = content
	}
	return files
}

var (
	recorded atomic.Pointer[recording]
	// Those of the system, and ours in their place, for each that it has.
	usualFiles sqlite3.Tsqlite3_vfs
	ourFiles   sqlite3.Tsqlite3_vfs
	methods    sync.Map // of *sqlite3.Tsqlite3_io_methods by the usual ones
	paths      sync.Map // of open files
	usualOf    sync.Map // the usual methods by ours
)

// record begins to record what is done to the files of the folder.
func record(dir string) *recording {
	overFiles()
	r := &recording{dir: dir}
	recorded.Store(r)
	return r
}

// overFiles has SQLite go by us to the files that are opened from now on.
var overFiles = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	usualFiles = *at[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	ourFiles = usualFiles
	name, err := libc.CString("recorded")
	if err != nil {
		panic(err)
	}
	ourFiles.FzName = name
	ourFiles.FxOpen, ourFiles.FxDelete = address(openFile), address(deleteFile)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, uintptr(unsafe.Pointer(&ourFiles)), 1); rc != sqlite3.SQLITE_OK {
		panic("SQLite keeps its files")
	}
})

// function returns one of SQLite's as Go knows it.
func function[F any](address uintptr) F { return *(*F)(unsafe.Pointer(&address)) }

func openFile(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	rc := function[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](usualFiles.FxOpen)(tls, vfs, name, file, flags, out)
	if rc != sqlite3.SQLITE_OK || name == 0 {
		return rc
	}
	f := at[sqlite3.Tsqlite3_file](file)
	paths.Store(file, libc.GoString(name))
	ours, ok := methods.Load(f.FpMethods)
	if !ok {
		m := *at[sqlite3.Tsqlite3_io_methods](f.FpMethods)
		m.FxWrite, m.FxTruncate, m.FxSync = address(writeFile), address(truncateFile), address(syncFile)
		ours, _ = methods.LoadOrStore(f.FpMethods, &m)
		usualOf.Store(uintptr(unsafe.Pointer(ours.(*sqlite3.Tsqlite3_io_methods))), f.FpMethods)
	}
	f.FpMethods = uintptr(unsafe.Pointer(ours.(*sqlite3.Tsqlite3_io_methods)))
	return rc
}

func deleteFile(tls *libc.TLS, vfs, name uintptr, sync int32) int32 {
	rc := function[func(*libc.TLS, uintptr, uintptr, int32) int32](usualFiles.FxDelete)(tls, vfs, name, sync)
	if r, path := recorded.Load(), libc.GoString(name); r != nil && rc == sqlite3.SQLITE_OK && filepath.Dir(path) == r.dir {
		r.add(operation{path: path, gone: true})
	}
	return rc
}

// usual returns the usual methods of the file.
func usual(file uintptr) *sqlite3.Tsqlite3_io_methods {
	m, _ := usualOf.Load(at[sqlite3.Tsqlite3_file](file).FpMethods)
	return at[sqlite3.Tsqlite3_io_methods](m.(uintptr))
}

// noted adds what was done to the file.
func noted(file uintptr, rc int32, o operation) int32 {
	r := recorded.Load()
	path, _ := paths.Load(file)
	if o.path = path.(string); r != nil && rc == sqlite3.SQLITE_OK && filepath.Dir(o.path) == r.dir {
		r.add(o)
	}
	return rc
}

func writeFile(tls *libc.TLS, file, data uintptr, n int32, off int64) int32 {
	rc := function[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](usual(file).FxWrite)(tls, file, data, n, off)
	return noted(file, rc, operation{off: off, data: bytes.Clone(unsafe.Slice(at[byte](data), n))})
}

func truncateFile(tls *libc.TLS, file uintptr, size int64) int32 {
	rc := function[func(*libc.TLS, uintptr, int64) int32](usual(file).FxTruncate)(tls, file, size)
	return noted(file, rc, operation{size: size})
}

func syncFile(tls *libc.TLS, file uintptr, flags int32) int32 {
	before := 0
	if r := recorded.Load(); r != nil {
		before = r.len()
	}
	rc := function[func(*libc.TLS, uintptr, int32) int32](usual(file).FxSync)(tls, file, flags)
	return noted(file, rc, operation{synced: before})
}

// at returns what stands at an address of SQLite's.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }
