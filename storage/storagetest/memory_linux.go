package storagetest

import "syscall"

// inMemory returns a folder that no disk is waited for, where there is room for
// the databases of a test binary or two; "" where there is not.
func inMemory() string {
	const dir, room = "/dev/shm", 2 << 30
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil || st.Bavail*uint64(st.Bsize) < room {
		return ""
	}
	return dir
}
