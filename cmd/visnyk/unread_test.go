package main

import (
	"fmt"
	"net"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// fromSystem is how much memory the process has of the system, in bytes.
func fromSystem() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}

// Five hundred who ask for a large file and never read it cost little memory,
// though they come from everywhere, so that only the bound on all of them holds.
func TestUnreadDownloadsTakeLittleMemory(t *testing.T) {
	const crowd, most = 500, 64 << 20
	limits := unhurried()
	limits.DownloadsOfVisitor, limits.DownloadsOfClient = crowd, crowd
	unread := func(t *testing.T, s *world) {
		_, her := s.onWebchat("uk")
		if _, err := her.Upload(t.Context(), "f", "x.bin", make([]byte, 10<<20)); err != nil {
			t.Fatal(err)
		}
		defer debug.SetGCPercent(debug.SetGCPercent(lateMost)) // as serve does at most
		debug.FreeOSMemory()
		before := fromSystem()
		for range crowd {
			c, err := net.Dial("tcp", s.address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, "GET /chat/files/f HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n", her.Token())
		}
		// All are served as far as they ever will be when the seats have been full
		// for a while.
		peak, full := int64(0), 0
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for end := time.Now().Add(patience); full < 50; <-tick.C {
			if peak = max(peak, fromSystem()); s.service.chat.(interface{ Downloads() int }).Downloads() == 32 {
				full++
			}
			if time.Now().After(end) {
				t.Fatalf("only %d files go out", s.service.chat.(interface{ Downloads() int }).Downloads())
			}
		}
		t.Logf("%d MiB before, %d MiB more at most", before>>20, (peak-before)>>20)
		if grown := peak - before; grown > most {
			t.Errorf("%d MiB more", grown>>20)
		}
	}
	for name, url := range databases() { // one after the other: the memory is the process's
		t.Run(name, func(t *testing.T) { unread(t, newWorld(t, url(t), chatting(limits))) })
	}
}
