package call

import (
	"net/url"
	"testing"
)

func TestSafe(t *testing.T) {
	for address, want := range map[string]bool{
		"https://api.example.com/": true, "http://localhost:8080": true, "http://127.0.0.9": true, "http://[::1]:1/x": true,
		"http://api.example.com": false, "http://10.0.0.1": false, "http://localhost.example.com": false, "ftp://localhost": false,
		"https://": false, "localhost": false, "": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := Safe(u); got != want {
			t.Errorf("%q is safe: %v", address, got)
		}
	}
}
