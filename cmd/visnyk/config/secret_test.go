package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSecretIsKeptBesideTheFile(t *testing.T) {
	database := filepath.Join(t.TempDir(), "visnyk.db")
	c := Config{DatabaseURL: "sqlite:" + database}
	first, err := c.SecretKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.SecretKey()
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
	if _, err := c.SecretKey(); err == nil {
		t.Error("an emptied secret is replaced in silence: every erase mark would be lost")
	}
}

func TestReplicasMustShareTheSecret(t *testing.T) {
	var wrong *WrongError
	if _, err := (Config{DatabaseURL: "postgres://u@127.0.0.1/x"}).SecretKey(); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	got, err := (Config{DatabaseURL: "postgres://u@127.0.0.1/x", Secret: "one for all of them"}).SecretKey()
	if err != nil || string(got) != "one for all of them" {
		t.Errorf("%q, %v", got, err)
	}
}
