package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFAQEval(t *testing.T) {
	const data = "../../flows/faq/search/testdata/water/"
	out := filepath.Join(t.TempDir(), "predictions.jsonl")
	foreign := filepath.Join(t.TempDir(), "queries.json")
	if err := os.WriteFile(foreign, []byte("[\n{\"id\":\"1\",\"text\":\"\xf6\xb3\xed\xe0\"}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	database, kb := filepath.Join(dir, "v.db"), filepath.Join(dir, "kb.json")
	article := `[{"id":"a","question":{"uk":"Як?","ru":"Как?"},"answer":{"uk":"Так.","ru":"Так."},"aliases":{"uk":[],"ru":[]}}]`
	if err := os.WriteFile(kb, []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	faqCall(t, database, "import", "-approve", kb)
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"measures", []string{"faq", "eval", "-kb", data + "kb.json", "-queries", data + "queries.json", "-out", out}, exitDone, "helpful at <= 2 % false answers"},
		{"explains", []string{"faq", "eval", "-kb", data + "kb.json", "-explain", "де", "ваш", "центр"}, exitDone, "1. office-where"},
		{"measures what is in the database", []string{"faq", "eval", "-queries", data + "queries.json"}, exitDone, "1 article; a message takes"},
		{"wants messages", []string{"faq", "eval", "-kb", data + "kb.json"}, exitUsage, "-queries FILE"},
		{"names a byte of another encoding", []string{"faq", "eval", "-kb", data + "kb.json", "-queries", foreign}, exitFailed, "queries: line 2 is not UTF-8 at byte 19 (0xF6)"},
		{"names a missing file", []string{"faq", "eval", "-kb", data + "none.json", "-queries", data + "queries.json"}, exitFailed, "none.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said bytes.Buffer
			if code := run(t.Context(), c.args, []string{"VISNYK_DATABASE_URL=sqlite:" + database}, streams{In: strings.NewReader(""), Out: &said, Err: &said}); code != c.code {
				t.Errorf("code %d, want %d", code, c.code)
			}
			if !strings.Contains(said.String(), c.says) {
				t.Errorf("%q is not in:\n%s", c.says, said.String())
			}
		})
	}
	written, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(written), "\n"); lines != 502 || !strings.HasPrefix(string(written), `{"id":"w0001","top":["`) {
		t.Errorf("%d lines written, beginning %.60s", lines, written)
	}
}
