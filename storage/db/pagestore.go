package db

import (
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	sqlitePage = 4096 // bytes of a page of the file

	// storedPages is how many pages the connections of the process keep together. Who
	// needs one more takes that which nobody has needed for longest.
	storedPages = 1_000
)

// storePages has SQLite keep its pages side by side in one piece of memory. Each by
// itself would take twice as much: a page and what is known of it are a little more than
// a power of two, and its allocator goes on to the next. Where a database was opened
// before without us, all stays as it was. At the end SQLite has begun, which nobody may
// do beside another: see locking.go.
var storePages = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	values, known := libc.Xmalloc(tls, 3*8), libc.Xcalloc(tls, 1, 8)
	defer libc.Xfree(tls, values)
	defer libc.Xfree(tls, known)
	sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PCACHE_HDRSZ, libc.VaList(values, known))
	size := sqlitePage + libc.AtomicLoadNInt32(known, 0)
	store := libc.Xmalloc(tls, libc.Tsize_t(size)*storedPages)
	if sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PAGECACHE, libc.VaList(values, store, size, int32(storedPages))) != sqlite3.SQLITE_OK {
		libc.Xfree(tls, store)
	}
	sqlite3.Xsqlite3_initialize(tls)
})
