package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	settings "visnyk/cmd/visnyk/config"
)

const goodToken = "123456:AAAA-bbbb_CCCC-dddd_EEEE"

func goodEnv(more ...string) []string {
	return append([]string{
		"HOME=/nowhere",
		"VISNYK_TELEGRAM_TOKEN=" + goodToken, "VISNYK_TELEGRAM_SECRET=hush-hush",
		"VISNYK_VIBER_TOKEN=445da6az1s345z78", "VISNYK_VIBER_SENDER_NAME=Ластівка",
	}, more...)
}

// nonsense is what each setting must not be.
func nonsense() map[string][]string {
	return map[string][]string{
		"VISNYK_LISTEN":           {"nonsense", "127.0.0.1:99999", "1"},
		"VISNYK_INTERNAL_LISTEN":  {"1", ":none"},
		"VISNYK_PUBLIC_URL":       {"http://example.com", "example.com", "ftp://example.com"},
		"VISNYK_DATABASE_URL":     {"mysql://x", "visnyk.db", "sqlite:", "sqlite:?mode=ro", "postgres://u:%zz@h/x"},
		"VISNYK_SECRET":           {"tooshort"},
		"VISNYK_TELEGRAM_TOKEN":   {"sesame", "123456:short"},
		"VISNYK_TELEGRAM_SECRET":  {"open sesame", strings.Repeat("x", 257)},
		"VISNYK_TELEGRAM_API_URL": {"ftp://x", "http://example.com"},
		"VISNYK_TELEGRAM_RATE":    {"many", "-1", "NaN", "Inf", "-Inf", "1e999", "1e-9", "30,5"},
		"VISNYK_VIBER_TOKEN":      {"open sesame"},
		"VISNYK_VIBER_SENDER_NAME": {
			strings.Repeat("x", 29), strings.Repeat("ї", 29),
		},
		"VISNYK_VIBER_API_URL":    {"ftp://x"},
		"VISNYK_VIBER_RATE":       {"-1", "a lot", "nan"},
		"VISNYK_EMBEDDINGS_URL":   {"http://example.com/v1", "https://u:p@example.com/v1", "llm"},
		"VISNYK_EMBEDDINGS_KEY":   {"open\nsesame", "open sesame"},
		"VISNYK_EMBEDDINGS_MODEL": {"", "bge m3"},
		"VISNYK_BOTS":             {"/nowhere/bots.yaml"},
		"VISNYK_CHAT_ORIGINS":     {"*", "http://shop.example"},
		"VISNYK_LOG_LEVEL":        {"loud"},
		"VISNYK_LOG_FORMAT":       {"xml"},
		"VISNYK_TIMEZONE":         {"Mars/Base", "+02:00"},
		"VISNYK_TRUSTED_PROXIES":  {"here", "10.0.0.1"},
	}
}

// refusal is what serve says to these settings, which it must not take.
func refusal(t *testing.T, env []string) string {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), []string{"serve"}, env, streams{In: strings.NewReader(""), Out: &out, Err: &out})
	if code != exitUsage {
		t.Fatalf("exit code %d, want %d: %s", code, exitUsage, out.String())
	}
	return out.String()
}

// names reports whether the refusal has a line about the setting.
func names(said, setting string) bool { return strings.Contains(said, "\n  "+setting+": ") }

// Every setting there is, set to each thing it must not be: alone it alone is
// named, and all of them together are named at once.
func TestEveryWrongSettingIsNamed(t *testing.T) {
	embedded := goodEnv("VISNYK_EMBEDDINGS_URL=https://example.com/v1", "VISNYK_EMBEDDINGS_MODEL=m")
	var all []string
	for f := range reflect.TypeFor[config]().Fields() {
		name := f.Tag.Get("env")
		if name == "" {
			continue
		}
		values := nonsense()[name]
		if len(values) == 0 {
			t.Errorf("nobody has tried nonsense in %s", name)
			continue
		}
		all = append(all, name+"="+values[0])
		for _, v := range values {
			said := refusal(t, append(embedded, name+"="+v))
			if !names(said, name) || strings.Count(said, "\n  ") != 1 {
				t.Errorf("%s=%q: %s", name, v, said)
			}
			if f.Tag.Get("secret") == "yes" && v != "" && strings.Contains(said, v) {
				t.Errorf("%s: the refusal shows the value: %s", name, said)
			}
		}
		if f.Tag.Get("secret") == "" {
			continue
		}
		without := slices.DeleteFunc(slices.Clone(embedded), func(s string) bool { return strings.HasPrefix(s, name+"=") })
		if said := refusal(t, append(without, name+"_FILE=/nowhere/secret")); !names(said, name+"_FILE") {
			t.Errorf("a file that is not there: %s", said)
		}
		if said := refusal(t, append(embedded, name+"=x", name+"_FILE=/nowhere/secret")); !strings.Contains(said, name+" and "+name+"_FILE are both set") {
			t.Errorf("twice: %s", said)
		}
	}
	said := refusal(t, append(embedded, append(all, "VISNYK_LISTN=:1")...))
	for _, setting := range append(all, "VISNYK_LISTN=") {
		if name, _, _ := strings.Cut(setting, "="); !names(said, name) {
			t.Errorf("%s is not named beside the others in:\n%s", name, said)
		}
	}
	if strings.Contains(said, "sesame") {
		t.Errorf("the refusal shows secrets:\n%s", said)
	}
}

// A port that somebody has is named by the setting that says it.
func TestBusyPortIsNamedBySetting(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, name := range []string{"VISNYK_LISTEN", "VISNYK_INTERNAL_LISTEN"} {
		env := goodEnv("VISNYK_DATABASE_URL=sqlite:"+filepath.Join(t.TempDir(), "x.db"), "VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0",
			name+"="+taken.Addr().String())
		var out bytes.Buffer
		if code := run(t.Context(), []string{"serve"}, env, streams{In: strings.NewReader(""), Out: &out, Err: &out}); code != exitFailed || !strings.Contains(out.String(), name+": ") {
			t.Errorf("exit code %d: %s", code, out.String())
		}
	}
}

func TestWebhookModeNeedsASecret(t *testing.T) { // S1
	polled := []string{"VISNYK_TELEGRAM_TOKEN=" + goodToken}
	if _, err := readConfig(polled); err != nil {
		t.Fatalf("a bot whose updates are fetched needs no secret, but: %v", err)
	}
	_, err := readConfig(append(polled, "VISNYK_PUBLIC_URL=https://bot.example.com"))
	var usage *settings.WrongError
	if !errors.As(err, &usage) || !strings.Contains(err.Error(), "VISNYK_TELEGRAM_SECRET") {
		t.Fatalf("error %v, want VISNYK_TELEGRAM_SECRET named", err)
	}
}

func TestSecretsComeFromFilesAndAreNeverShown(t *testing.T) { // S23
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(goodToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{
		"VISNYK_TELEGRAM_TOKEN_FILE=" + file, "VISNYK_TELEGRAM_SECRET=hush-hush",
		"VISNYK_DATABASE_URL=postgres://u:swordfish@127.0.0.1/x?sslmode=disable",
	}
	cfg, err := readConfig(env)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Bots[0].Token != goodToken {
		t.Fatalf("token %q", cfg.Bots[0].Token)
	}
	var out, errOut bytes.Buffer
	if code := run(context.Background(), []string{"config"}, env, streams{In: strings.NewReader(""), Out: &out, Err: &errOut}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	for _, secret := range []string{goodToken, "hush-hush", "swordfish"} {
		if strings.Contains(out.String()+errOut.String(), secret) {
			t.Errorf("config shows %q", secret)
		}
	}
	if _, err := readConfig(append(env, "VISNYK_TELEGRAM_TOKEN="+goodToken)); err == nil {
		t.Error("a secret given twice is taken")
	}
}

func TestBotsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bots.yaml")
	write := func(s string) []string {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"VISNYK_BOTS=" + file}
	}
	cfg, err := readConfig(write(`
- {name: shop, channel: telegram, token: "` + goodToken + `", secret: s, rate: 30}
- {name: partners, channel: viber, token: abc, sender_name: Ластівка, rate: 20}
`))
	if err != nil || len(cfg.Bots) != 2 || cfg.Bots[1].Name != "partners" {
		t.Fatalf("%+v, %v", cfg.Bots, err)
	}
	_, err = readConfig(write(`
- {name: shop, channel: telegram, token: x, secret: s}
- {name: shop, channel: pigeon}
`))
	for _, want := range []string{"bot 1 (shop): TOKEN", "bot 2 (shop): NAME", "CHANNEL"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
	if _, err = readConfig(write("- {name: shop, colour: red}")); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("error %v, want the unknown field named", err)
	}
	key := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(key, []byte("\ufeff"+goodToken+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err = readConfig(write("\ufeff- {name: shop, channel: telegram, token_file: '" + key + "', secret: s}"))
	if err != nil || len(cfg.Bots) != 1 || cfg.Bots[0].Token != goodToken {
		t.Errorf("a marked file: %+v, %v", cfg.Bots, err)
	}
	_, err = readConfig(write("- {name: shop, channel: viber, token: x,\n sender_name: \xcb\xe0\xf1}"))
	if err == nil || !strings.Contains(err.Error(), "line 2 is not UTF-8 at byte 15 (0xCB)") {
		t.Errorf("error %v, want the byte of another encoding named", err)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, exitUsage, "visnyk serve"},
		{[]string{"help"}, exitDone, "visnyk serve"},
		{[]string{"fly"}, exitUsage, `no command "fly"`},
		{[]string{"version"}, exitDone, "visnyk dev"},
		{[]string{"version", "now"}, exitUsage, "want 0 argument"},
		{[]string{"flows", "-format", "png"}, exitUsage, "want mermaid or dot"},
		{[]string{"flows"}, exitDone, "flowchart"},
		{[]string{"flows", "-format", "dot"}, exitDone, "digraph"},
		{[]string{"faq"}, exitUsage, "want faq import | export | check | wanted | offers | starter | eval"},
		{[]string{"faq", "-h"}, exitDone, "visnyk faq import"},
		{[]string{"user", "--help"}, exitDone, "visnyk user add -login L"},
		{[]string{"help", "webhook"}, exitDone, "visnyk webhook set | info"},
		{[]string{"backup", "-h"}, exitDone, "visnyk backup FILE"},
		{[]string{"webhook", "info"}, exitUsage, "no bot with a webhook is configured: set VISNYK_TELEGRAM_TOKEN"},
		{[]string{"webhook", "info", "-bot", "shop"}, exitUsage, `no bot "shop" is configured`},
		{[]string{"serve"}, exitUsage, "no bot is configured"},
	} {
		var out bytes.Buffer
		code := run(context.Background(), c.args, nil, streams{In: strings.NewReader(""), Out: &out, Err: &out})
		if code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: exit %d, want %d; says %q, want %q in it", c.args, code, c.code, out.String(), c.says)
		}
	}
}

// However a secret stands in the address of a database, it is not shown.
func TestAttackPasswordOfADatabaseIsShown(t *testing.T) {
	const secret = "swordfish"
	for _, url := range []string{
		"postgres://u:swordfish@127.0.0.1/x?sslmode=disable",
		"postgres://127.0.0.1/x?user=u&password=swordfish",
		"postgresql://127.0.0.1/x?PASSWORD=swordfish&sslmode=disable",
		"postgres://u@127.0.0.1/x?pass%77ord=swordfish",
		"postgres://127.0.0.1/x?sslkey=k&sslpassword=swordfish",
		"postgres://127.0.0.1/x?sslinline=true&sslkey=swordfish",
		"postgres://127.0.0.1/x?sslmode=disable;password=swordfish",
		"postgres://127.0.0.1/x?options=-c%20app.key%3Dswordfish",
		"postgres://127.0.0.1/x?swordfish",
		"postgres://u:1#swordfish@127.0.0.1/x", "postgres://u:1/swordfish@127.0.0.1/x", "postgres://u:1?swordfish@127.0.0.1/x",
		"postgres://127.0.0.1/host=h password=swordfish", "postgres:host=h password='swordfish'",
		"sqlite:x.db?key=swordfish", "sqlite:x.db?_pragma=key('swordfish')",
	} {
		var out, errOut bytes.Buffer
		run(t.Context(), []string{"config"}, goodEnv("VISNYK_DATABASE_URL="+url), streams{In: strings.NewReader(""), Out: &out, Err: &errOut})
		if said := out.String() + errOut.String(); strings.Contains(said, secret) {
			t.Errorf("config shows the secret of %s", url)
		}
	}
	var out bytes.Buffer
	const plain = "postgres://u:swordfish@db.example.com:5433/visnyk?sslmode=verify-full&password=swordfish&connect_timeout=5"
	run(t.Context(), []string{"config"}, goodEnv("VISNYK_DATABASE_URL="+plain), streams{In: strings.NewReader(""), Out: &out, Err: &out})
	for _, want := range []string{"u:xxxxx@db.example.com:5433/visnyk", "sslmode=verify-full", "password=xxxxx", "connect_timeout=5"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("config hides %q: %s", want, out.String())
		}
	}
}
