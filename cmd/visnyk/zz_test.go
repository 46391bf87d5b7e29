package main

import (
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	s := stage(t)
	for _, f := range []string{"/tmp/probe.chat", "/tmp/probe-ru.chat"} {
		src, _ := os.ReadFile(f)
		out, err := s.Play(string(src))
		t.Log(out, err)
	}
}
