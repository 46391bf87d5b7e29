package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

// api speaks to the service's REST API with somebody's token.
type api struct{ address, token string }

// sheet is what the measurements read of a change, or a broadcast.
type sheet struct {
	Version   int    `json:"version"`
	State     string `json:"state"`
	Expanding bool   `json:"expanding"`
}

// do makes one call; version 0 names none.
func (a api) do(ctx context.Context, method, path string, version int, body any) (s sheet, err error) {
	err = a.call(ctx, method, path, version, body, &s)
	return s, err
}

// call makes one call and reads what it answers.
func (a api) call(ctx context.Context, method, path string, version int, body, answer any) (err error) {
	var doc []byte
	if body != nil {
		if doc, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+a.address+"/api/v1"+path, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if version > 0 {
		req.Header.Set("If-Match", fmt.Sprintf("\"%d\"", version))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s answered %s", method, path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}

// staff makes a user of the role in the database and returns their token.
func (b *bench) staff(ctx context.Context, database, role string) (token string, err error) {
	run := func(in string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, b.service, args...)
		cmd.Env = append(os.Environ(), "VISNYK_DATABASE_URL="+database, "VISNYK_LOG_LEVEL=error", "VISNYK_SECRET="+ownSecret)
		cmd.Stdin, cmd.Stderr = strings.NewReader(in), nil
		out, err := cmd.Output()
		return strings.TrimSpace(string(out)), err
	}
	if _, err := run("bench-bench-bench\n", "user", "add", "-login", role, "-role", role); err != nil {
		return "", fmt.Errorf("user add: %w", err)
	}
	token, err = run("", "token", "add", "-user", role, "-name", "bench")
	if err != nil {
		return "", fmt.Errorf("token add: %w", err)
	}
	return token, nil
}
