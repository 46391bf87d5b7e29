package main

import (
	"net/http"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// Where the disk has less than is kept free, every door says so before anything
// is lost, and the figures show it.
func TestNoRoom(t *testing.T) {
	url := storagetest.SQLiteURL(t)
	if err := storagetest.Open(t, url).PutSetting(t.Context(), "disk.reserve", "1000000000"); err != nil { // a petabyte
		t.Fatal(err)
	}
	s := newWorld(t, url, sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	get := func(path string) int {
		t.Helper()
		res, err := http.Get("http://" + s.address + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if status := get("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readyz is %d", status)
	}
	if status := get("/livez"); status != http.StatusOK {
		t.Errorf("livez is %d", status)
	}
	if _, err := s.service.ReceiveNext(t.Context(), nil); err == nil {
		t.Error("an update is taken")
	}
	_, v := s.onWebchat(bot.Ukrainian)
	if err := v.Write(t.Context(), "привіт"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a visitor's words: %v", err)
	}
	if _, err := v.Upload(t.Context(), "f", "x", []byte("x")); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a visitor's file: %v", err)
	}
	families, err := s.service.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string]float64{}
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "visnyk_disk_") {
			figures[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	if free, kept := figures["visnyk_disk_free_bytes"], figures["visnyk_disk_reserve_bytes"]; free <= 0 || kept != 1e9*(1<<20) {
		t.Errorf("%v free, %v kept", free, kept)
	}
}
