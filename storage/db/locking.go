package db

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite locks a connection anew for each value that is bound or read, which is a third of
// what it takes to read rows. For us it guards nothing: database/sql gives a connection to
// one goroutine at a time, and the driver, which forbids anything else, has no word for
// that. So here the lock of a connection is none, which SQLite calls multi-thread. What
// connections share is locked as ever, by Go's own lock: what stands before it in the driver,
// as for any of C's, takes longer than it does, and each page is looked for under one.

var ourLocks = sqlite3.Tsqlite3_mutex_methods{
	FxMutexInit:  address(func(*libc.TLS) int32 { return sqlite3.SQLITE_OK }),
	FxMutexEnd:   address(func(*libc.TLS) int32 { return sqlite3.SQLITE_OK }),
	FxMutexAlloc: address(newLock),
	FxMutexFree:  address(freeLock),
	FxMutexEnter: address(enterLock),
	FxMutexTry:   address(tryLock),
	FxMutexLeave: address(leaveLock),
}

var (
	staticLocks [sqlite3.SQLITE_MUTEX_STATIC_VFS3 + 1]sync.Mutex // by their kinds
	otherLocks  sync.Map                                         // by how SQLite knows them
)

// noLock stands for the lock of a connection. Nobody looks behind it.
const noLock uintptr = 1

// init does it before any database can be open.
func init() {
	tls := libc.NewTLS()
	defer tls.Close()
	methods := libc.Xmalloc(tls, 8)
	defer libc.Xfree(tls, methods)
	sqlite3.Xsqlite3_shutdown(tls) // it is told while it does not run
	if rc := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_MUTEX, libc.VaList(methods, uintptr(unsafe.Pointer(&ourLocks)))); rc != sqlite3.SQLITE_OK {
		panic("storage: SQLite keeps its locks")
	}
}

func newLock(_ *libc.TLS, kind int32) uintptr {
	switch kind {
	case sqlite3.SQLITE_MUTEX_RECURSIVE:
		return noLock
	case sqlite3.SQLITE_MUTEX_FAST:
		m := new(sync.Mutex)
		otherLocks.Store(address(m), m)
		return address(m)
	}
	return address(&staticLocks[kind])
}

func freeLock(_ *libc.TLS, lock uintptr) { otherLocks.Delete(lock) }

func enterLock(_ *libc.TLS, lock uintptr) {
	if lock != noLock {
		behind(lock).Lock()
	}
}

func tryLock(_ *libc.TLS, lock uintptr) int32 {
	if lock == noLock || behind(lock).TryLock() {
		return sqlite3.SQLITE_OK
	}
	return sqlite3.SQLITE_BUSY
}

func leaveLock(_ *libc.TLS, lock uintptr) {
	if lock != noLock {
		behind(lock).Unlock()
	}
}

// address returns a pointer, or a function that is no closure, as SQLite knows it.
func address[P any](p P) uintptr { return *(*uintptr)(unsafe.Pointer(&p)) }

// behind returns the lock that SQLite knows so.
func behind(lock uintptr) *sync.Mutex { return *(**sync.Mutex)(unsafe.Pointer(&lock)) }
