package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// disk is the size of the file system that runs full: more than the reserve
// that the service keeps free.
const disk = "size=160m"

// healed is how long after there is room again all is well.
const healed = 5 * time.Second

// playFull fills the disk under SQLite's file while people write, and frees it
// again. Meanwhile nothing is acknowledged that is not stored, and /readyz says
// why nobody should ask; afterwards the service heals by itself within five
// seconds, and the file is whole.
func playFull(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 4*time.Minute)
	defer cancel()
	dir := p.smallDisk()
	database := "sqlite:" + filepath.Join(dir, "visnyk.db")
	p.seedArticles(database)
	address, tg := p.free(), p.fakeTelegram(telegramtest.Options{})
	pr := p.start(p.settings(database).onTelegram(tg.URL()), address)
	c := p.newCrowd(of(p.size, 80, 300, 1000), 10, address)
	written := make(chan error, 1)
	go func() { written <- c.stream(ctx, 3*time.Millisecond) }()
	p.until(ctx, "a part of the updates", 2*time.Millisecond, func() bool { return c.acked.Load() >= int64(c.total()/5) })

	filler := filepath.Join(dir, "filler")
	p.stuff(filler)
	p.until(ctx, "503 on a full disk", 2*time.Millisecond, func() bool {
		p.stuff(filler) // what a checkpoint has freed meanwhile
		return c.refused.Load() > 0
	})
	refused := c.refused.Load()
	p.until(ctx, "more of it", 10*time.Millisecond, func() bool {
		p.stuff(filler)
		return c.refused.Load() > refused+100
	})
	refused = c.refused.Load()
	p.until(ctx, "/readyz to say so", 50*time.Millisecond, func() bool {
		p.stuff(filler)
		return pr.ready() == http.StatusServiceUnavailable
	})
	c.firstAck.Store(0)
	p.must(os.Remove(filler))
	freed := time.Now()
	p.until(ctx, "the first acknowledgement", 2*time.Millisecond, func() bool { return c.firstAck.Load() > 0 })
	heals := time.UnixMicro(c.firstAck.Load()).Sub(freed)
	p.until(ctx, "/readyz to say that it is well", 20*time.Millisecond, func() bool { return pr.ready() == http.StatusOK })
	ready := time.Since(freed)
	c.finish(p, written)
	db := p.open(database)
	p.awaitEmpty(db, time.Minute)
	select {
	case <-pr.ended:
		p.Errorf("the service ended")
	default:
	}
	var whole string
	p.must(db.Get(&whole, `PRAGMA integrity_check`))
	p.Logf("answers_503=%d heals=%v (bound %v) ready=%v integrity=%s", refused, heals.Round(time.Millisecond), healed, ready.Round(time.Millisecond), whole)
	if whole != "ok" {
		p.Errorf("the file is not whole: %s", whole)
	}
	if worst := max(heals, ready); worst > healed {
		p.Errorf("well %v after there was room again, want within %v", worst, healed)
	}
	p.judge(db, tg, c)
}

// smallDisk mounts a file system of memory: on the spot where that is allowed,
// else in namespaces of its own, as any user may on most systems.
func (p *play) smallDisk() string {
	p.Helper()
	dir := p.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, disk)
	if err != nil {
		return p.disksKeeper(dir, err)
	}
	p.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			p.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// disksKeeper starts a process in a user and a mount namespace of its own, which
// mounts the small disk there and lives as long as the run. Others see the disk
// by way of that process.
func (p *play) disksKeeper(dir string, refused error) string {
	p.Helper()
	keeper := exec.Command("sh", "-c", `mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat`, "sh", disk, dir)
	keeper.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	var why bytes.Buffer
	keeper.Stderr = &why
	hold, err := keeper.StdinPipe() // cat ends with it, or with us
	p.must(err)
	says, err := keeper.StdoutPipe()
	p.must(err)
	line := ""
	if err = keeper.Start(); err == nil {
		p.Cleanup(func() { hold.Close(); _ = keeper.Wait() })
		line, _ = bufio.NewReader(says).ReadString('\n')
	}
	if err == nil && line != "mounted\n" {
		err = errors.New(strings.TrimSpace(why.String()))
	}
	if err != nil {
		p.Fatalf("a small disk cannot be mounted here (%v), nor in a namespace of its own (%v), and without one nothing is shown: "+
			"run it as root, or where users may make namespaces", refused, err)
	}
	return filepath.Join(fmt.Sprintf("/proc/%d/root", keeper.Process.Pid), dir)
}

// stuff makes the file as large as it gets.
func (p *play) stuff(file string) {
	p.Helper()
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if errors.Is(err, syscall.ENOSPC) {
		return
	}
	p.must(err)
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; block = block[:len(block)/2] {
		for err = nil; err == nil; {
			_, err = f.Write(block)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			p.must(err)
		}
	}
}
