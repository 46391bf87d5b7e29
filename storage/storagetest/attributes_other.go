//go:build unix && !linux

package storagetest

import "syscall"

// attributes make the server run as the user. Only Linux can also end it with
// this process.
func attributes(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: as, Setpgid: true}
}
