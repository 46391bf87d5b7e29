package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// A backup of either database comes back to either.
func TestBackupAndRestore(t *testing.T) {
	for _, from := range places() {
		t.Run(from.name, func(t *testing.T) {
			ctx := t.Context()
			url := from.url(t)
			src := storagetest.Open(t, url)
			stock(t, src)
			lease(t, src, "viber", "runs on") // the service is up
			dir := t.TempDir()
			file := filepath.Join(dir, "of today.db")
			ok(t, upkeep.Backup(ctx, url, file, storage.Options{}))
			info, err := os.Stat(file)
			ok(t, err)
			if info.Mode().Perm() != 0o600 {
				t.Errorf("rights %v", info.Mode())
			}
			if names := must[[]fs.DirEntry](t)(os.ReadDir(dir)); len(names) != 1 {
				t.Errorf("besides the backup there are %v", names)
			}
			if err := upkeep.Backup(ctx, url, file, storage.Options{}); !errors.Is(err, fs.ErrExist) {
				t.Errorf("written over: %v", err)
			}
			want := marked(everything(t, src))
			for _, to := range append(places(), bare()...) {
				t.Run("to "+to.name, func(t *testing.T) {
					b := to.url(t)
					must[[]upkeep.Copied](t)(upkeep.Copy(ctx, "sqlite:"+file, b, storage.Options{}, nil))
					dst := storagetest.Open(t, b)
					if diff := cmp.Diff(want, everything(t, dst)); diff != "" {
						t.Error("what came back differs:", diff)
					}
					goesOn(t, src, dst)
				})
			}
		})
	}
}

// What is written while a backup runs is in it whole or not at all.
func TestBackupIsOfOneMoment(t *testing.T) {
	for _, from := range places() {
		t.Run(from.name, func(t *testing.T) {
			url := from.url(t)
			src := storagetest.Open(t, url)
			stock(t, src)
			ctx, stop := context.WithCancel(t.Context())
			var writing sync.WaitGroup
			begun := make(chan struct{})
			written := 0
			writing.Go(func() {
				for i := 1; ctx.Err() == nil; i++ {
					err := src.InTx(ctx, func(tx *storage.Tx) error {
						// Two tables that are far from each other in a dump.
						if _, err := tx.Receive(ctx, []storage.Incoming{update("1", fmt.Sprint("m", i))}); err != nil {
							return err
						}
						return tx.AddUser(ctx, storage.User{ID: fmt.Sprint("m", i), Login: fmt.Sprint("m", i)})
					})
					if err != nil && ctx.Err() == nil {
						t.Error(err)
					}
					if i == 20 {
						close(begun)
					}
					written = i
				}
			})
			<-begun
			file := filepath.Join(t.TempDir(), "backup.db")
			ok(t, upkeep.Backup(ctx, url, file, storage.Options{}))
			stop()
			writing.Wait()
			b := storagetest.Open(t, "sqlite:"+file)
			updates := must[int](t)(b.Count(t.Context(), `SELECT count(*) FROM inbox WHERE id LIKE 'm%'`))
			users := must[int](t)(b.Count(t.Context(), `SELECT count(*) FROM users WHERE id LIKE 'm%'`))
			if updates != users || users < 20 || users > written {
				t.Errorf("%d of one, %d of the other, %d written in all", updates, users, written)
			}
		})
	}
}

// A backup that does not come to its end leaves nothing.
func TestBackupThatFails(t *testing.T) {
	for _, from := range places() {
		t.Run(from.name, func(t *testing.T) {
			url := from.url(t)
			s := storagetest.Open(t, url)
			stock(t, s)
			dir := t.TempDir()
			file := filepath.Join(dir, "backup.db")
			nothing := func(err error) {
				t.Helper()
				if err == nil {
					t.Error("no error")
				}
				if names := must[[]fs.DirEntry](t)(os.ReadDir(dir)); len(names) > 0 {
					t.Errorf("left %v", names)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			nothing(upkeep.Backup(ctx, url, file, storage.Options{}))
			must[int](t)(s.Exec(t.Context(), `UPDATE goose_db_version SET is_applied = FALSE`))
			nothing(upkeep.Backup(t.Context(), url, file, storage.Options{}))
			must[int](t)(s.Exec(t.Context(), `UPDATE goose_db_version SET is_applied = TRUE`)) // the next test gets this database
			nothing(upkeep.Backup(t.Context(), "sqlite:"+filepath.Join(dir, "typo.db"), file, storage.Options{}))
			if err := upkeep.Backup(t.Context(), url, filepath.Join(dir, "no", "folder"), storage.Options{}); err == nil {
				t.Error("no error")
			}
		})
	}
}
