package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSecretIsKeptBesideTheFile(t *testing.T) {
	database := filepath.Join(t.TempDir(), "visnyk.db")
	c := config{DatabaseURL: "sqlite:" + database}
	first, err := c.secret()
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.secret()
	if err != nil || string(again) != string(first) || len(first) < shortestSecret {
		t.Errorf("%d characters, then %d: %v", len(first), len(again), err)
	}
	info, err := os.Stat(database + ".secret")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(database+".secret", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.secret(); err == nil {
		t.Error("an emptied secret is replaced in silence: every erase mark would be lost")
	}
}

func TestReplicasMustShareTheSecret(t *testing.T) {
	var wrong usageError
	if _, err := (config{DatabaseURL: "postgres://u@127.0.0.1/x"}).secret(); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	got, err := (config{DatabaseURL: "postgres://u@127.0.0.1/x", Secret: "one for all of them"}).secret()
	if err != nil || string(got) != "one for all of them" {
		t.Errorf("%q, %v", got, err)
	}
}
