package db

import (
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite locks a connection anew for each value that is bound or read, which is a third of
// what it takes to read rows. For us it guards nothing: database/sql gives a connection to
// one goroutine at a time, and the driver, which forbids anything else, has no word for
// that. So here the lock of a connection is none, which SQLite calls multi-thread; what
// connections share is locked as ever.

var (
	usualLocks sqlite3.Tsqlite3_mutex_methods
	ourLocks   sqlite3.Tsqlite3_mutex_methods
)

// noLock stands for the lock of a connection. Nobody looks behind it.
const noLock uintptr = 1

// init does it before any database can be open.
func init() {
	tls := libc.NewTLS()
	defer tls.Close()
	values := libc.Xmalloc(tls, 8)
	defer libc.Xfree(tls, values)
	configure := func(what int32, methods *sqlite3.Tsqlite3_mutex_methods) {
		if rc := sqlite3.Xsqlite3_config(tls, what, libc.VaList(values, uintptr(unsafe.Pointer(methods)))); rc != sqlite3.SQLITE_OK {
			panic("storage: SQLite keeps its locks")
		}
	}
	// It knows which locks it has once it has begun, and tells it while it does not run.
	sqlite3.Xsqlite3_initialize(tls)
	sqlite3.Xsqlite3_shutdown(tls)
	configure(sqlite3.SQLITE_CONFIG_GETMUTEX, &usualLocks)
	ourLocks = usualLocks
	ourLocks.FxMutexAlloc = address(newLock)
	ourLocks.FxMutexFree = address(freeLock)
	ourLocks.FxMutexEnter = address(enterLock)
	ourLocks.FxMutexTry = address(tryLock)
	ourLocks.FxMutexLeave = address(leaveLock)
	configure(sqlite3.SQLITE_CONFIG_MUTEX, &ourLocks)
}

func newLock(tls *libc.TLS, kind int32) uintptr {
	if kind == sqlite3.SQLITE_MUTEX_RECURSIVE {
		return noLock
	}
	return function[func(*libc.TLS, int32) uintptr](usualLocks.FxMutexAlloc)(tls, kind)
}

func freeLock(tls *libc.TLS, lock uintptr) {
	if lock != noLock {
		function[func(*libc.TLS, uintptr)](usualLocks.FxMutexFree)(tls, lock)
	}
}

func enterLock(tls *libc.TLS, lock uintptr) {
	if lock != noLock {
		function[func(*libc.TLS, uintptr)](usualLocks.FxMutexEnter)(tls, lock)
	}
}

func tryLock(tls *libc.TLS, lock uintptr) int32 {
	if lock == noLock {
		return sqlite3.SQLITE_OK
	}
	return function[func(*libc.TLS, uintptr) int32](usualLocks.FxMutexTry)(tls, lock)
}

func leaveLock(tls *libc.TLS, lock uintptr) {
	if lock != noLock {
		function[func(*libc.TLS, uintptr)](usualLocks.FxMutexLeave)(tls, lock)
	}
}

// address returns a function that is no closure as SQLite knows it, and function one of
// SQLite's as Go does.
func address[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

func function[F any](address uintptr) F { return *(*F)(unsafe.Pointer(&address)) }
