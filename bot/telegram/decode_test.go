package telegram_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/bot/telegram"
)

var rewrite = flag.Bool("update", false, "rewrite the golden files")

const (
	testToken  = "100200300:TEST-token_0123456789"
	testSecret = "a-Secret_of_the_webhook"
)

// channel makes a channel that is never called.
func channel(t testing.TB) *telegram.Channel {
	t.Helper()
	c, err := telegram.New(telegram.Config{Token: testToken, Secret: testSecret, Username: "VisnykBot"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// signed is the header of an authentic request.
func signed() http.Header {
	return http.Header{"X-Telegram-Bot-Api-Secret-Token": {testSecret}}
}

// golden compares got with the file, or rewrites the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", filepath.Base(file), diff)
	}
}

// TestUpdates reads every update of testdata: what the inbox keeps of it, and
// the events it becomes.
func TestUpdates(t *testing.T) {
	files, err := filepath.Glob("testdata/updates/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no updates to read: %v", err)
	}
	c := channel(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kept := bytes.Clone(body)
			u, _ := accepted(t, c, signed(), body)
			if !bytes.Equal(kept, u.Payload) {
				t.Error("the payload is not the bytes as they came")
			}
			if u.Bot != "telegram" {
				t.Errorf("bot %q", u.Bot)
			}
			var out strings.Builder
			out.WriteString("id " + u.ID + "\nchat " + u.Chat + "\n")
			events, err := c.Decode(u)
			switch {
			case u.Defect != "":
				out.WriteString("defect " + u.Defect + "\n")
				if err == nil {
					t.Error("defective, and yet decoded")
				}
			case err != nil:
				out.WriteString("unread " + err.Error() + "\n")
				if u.Chat == "" {
					t.Error("not decoded, and nobody knows whose it is")
				}
			}
			if strings.HasPrefix(name, "defect_") != (u.Defect != "") || strings.HasPrefix(name, "unread_") != (err != nil && u.Defect == "") {
				t.Errorf("defect %q, decoding gives %v", u.Defect, err)
			}
			for _, e := range events {
				out.WriteString(pretty(t, e) + "\n")
			}
			golden(t, strings.TrimSuffix(file, ".json")+".golden", out.String())
		})
	}
}

func pretty(t *testing.T, e bot.Event) string {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// TestTheRestOfALongTextProbablyFollows: a text that fills a message was likely cut
// there, in UTF-16 units; a caption, a command to begin and an edit were not.
func TestTheRestOfALongTextProbablyFollows(t *testing.T) {
	c := channel(t)
	for name, test := range map[string]struct {
		update, field, text string
		full                bool
	}{
		"just short":  {"message", "text", strings.Repeat("ї", 3999), false},
		"long":        {"message", "text", strings.Repeat("ї", 4000), true},
		"two a sign":  {"message", "text", strings.Repeat("😀", 2048), true},
		"a caption":   {"message", `photo":[{"file_id":"f"}],"caption`, strings.Repeat("ї", 4096), false},
		"a beginning": {"message", "text", "/start " + strings.Repeat("x", 4050), false},
		"an edit":     {"edited_message", "text", strings.Repeat("ї", 4096), false},
	} {
		body := fmt.Sprintf(`{"update_id":1,%q:{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5},"%s":%q}}`, test.update, test.field, test.text)
		events, err := c.Decode(bot.Update{Bot: "telegram", Payload: []byte(body)})
		if err != nil || len(events) != 1 || events[0].Kind == bot.Ignored || events[0].Full != test.full {
			t.Errorf("%s: %v, want one event, the rest follows: %v", name, err, test.full)
		}
	}
}

// TestDecodeIsPure decodes twice and looks whether the bytes were left alone.
func TestDecodeIsPure(t *testing.T) {
	body, err := os.ReadFile("testdata/updates/id_folded.json")
	if err != nil {
		t.Fatal(err)
	}
	c := channel(t)
	u := bot.Update{Bot: "telegram", Payload: bytes.Clone(body)}
	first, err := c.Decode(u)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Decode(u)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("differs the second time:\n%s", diff)
	}
	if !bytes.Equal(body, u.Payload) {
		t.Error("the payload was changed")
	}
}

// TestDefectTellsNothing: why an update is put aside is shown to people who may
// not read chats.
func TestDefectTellsNothing(t *testing.T) {
	c := channel(t)
	for _, body := range []string{
		`{"update_id":"SENTINEL"}`,
		`{"update_id":1,"message":{"chat":{"id":"SENTINEL"}}}`,
		`{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"text":["SENTINEL"]}}`,
		`{"update_id":1,"message":"SENTINEL"}`,
		`{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":"SENTINEL"}}`,
		`{"update_id":1,"message":{"chat":SENTINEL}}`,
		`SENTINEL`,
	} {
		u, _ := accepted(t, c, signed(), []byte(body))
		if _, err := c.Decode(u); err == nil {
			t.Errorf("%s: decoded", body)
		} else if told := u.Defect + err.Error(); strings.Contains(told, "SENTINEL") {
			t.Errorf("%s: %s", body, told)
		}
	}
}

func TestDepth(t *testing.T) {
	c := channel(t)
	deep := func(n int) []byte {
		return []byte(`{"update_id":1,"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`)
	}
	if u, _ := accepted(t, c, signed(), deep(1000)); u.Defect != "" || u.ID != "1" {
		t.Errorf("1000 levels: %q, %s", u.Defect, u.ID)
	}
	if u, _ := accepted(t, c, signed(), deep(100_000)); u.Defect == "" {
		t.Error("100000 levels were read")
	}
}

// TestCost: the worst that fits an update must not cost more than a few
// megabytes.
func TestCost(t *testing.T) {
	c := channel(t)
	object := strings.Builder{}
	for i := range 128 {
		fmt.Fprintf(&object, `"k%03d":0,`, i)
	}
	head := `{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},`
	for name, body := range map[string]string{
		"deep":    `{"update_id":1,"message":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "}",
		"objects": head + `"x":[` + strings.Repeat("{"+object.String()+`"k000":0},`, 45) + `0]}}`,
		"sizes":   head + `"photo":[` + strings.Repeat("{},", 20_000) + `{}]}}`,
		"repeats": head + strings.Repeat(`"text":"a",`, 5_500) + `"text":"b"}}`,
		"fields":  head + strings.Repeat(`"Ї":0,`, 8_000) + `"text":"b"}}`,
		"large":   head + `"text":"` + strings.Repeat("a", 1<<20) + `"}}`,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		u, _ := accepted(t, c, signed(), []byte(body))
		_, _ = c.Decode(u)
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 4<<20 {
			t.Errorf("%s (defect %q): %d bytes", name, u.Defect, cost)
		}
	}
}
