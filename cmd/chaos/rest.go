package main

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// staff returns a token of a user with the role.
func (p *play) staff(s settings, login, role string) string {
	p.Helper()
	p.run(s, "a long enough secret\n", "user", "add", "-login", login, "-role", role)
	for line := range strings.Lines(p.run(s, "", "token", "add", "-user", login, "-name", "chaos")) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "visnyk_") {
			return line
		}
	}
	p.Fatalf("no token was made")
	return ""
}

// ask calls the REST API; the status is 0 when there was no answer.
func ask(ctx context.Context, client *http.Client, address, token, method, path, body string, headers ...string) (status int, answer string) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+address+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}
