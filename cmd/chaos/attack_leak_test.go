package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"visnyk/bot/embed/embedtest"
	"visnyk/bot/telegram/telegramtest"
)

// attackFormulas has people whose names are formulas behind the signs by which
// spreadsheets divide a line, and reads the export as those do.
func attackFormulas(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	names := []string{
		`=1+1`, `Іван;=1+1`, `Іван,=1+1`, "Іван\t=1+1", `Іван;"=1+1`, `Іван; @SUM(1)`, `Іван;-1+1`, `Іван;+1`, `Іван;＝1+1`,
		`Іван",=1+1,"`, `=cmd|' /C calc'!A0`, "Іван\r\n=1+1",
	}
	for i, name := range names {
		chat := 9000 + i
		if status := s.hook(ctx, fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":%s,"language_code":"uk"},"text":"кавун"}}`,
			chat, time.Now().Unix(), chat, chat, quoted(name))); status != http.StatusOK {
			p.Fatalf("the name %q is answered %d", name, status)
		}
	}
	p.awaitEmpty(p.open(s.database), 20*time.Second)
	text := p.run(s.settings, "", "contacts", "export")
	if n := strings.Count(text, "Іван"); n < len(names)-2 {
		p.Errorf("the export has %d of the names", n)
	}
	runs := map[string]bool{}
	for _, by := range ",;\t" {
		for _, cell := range cells(text, by) {
			if cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(strings.TrimLeft(cell, ` "`))[0]) {
				runs[cell] = true
			}
		}
	}
	p.Logf("%d names that are formulas behind ; , tab quotes and line ends, read by separators of comma, semicolon and tab", len(names))
	bound(p, "cells that a spreadsheet runs", len(runs), 0)
	for cell := range runs {
		p.Errorf("it runs %.60q", cell)
	}
}

func quoted(s string) []byte {
	text, _ := json.Marshal(s) // a string
	return text
}

// cells returns what stands in the cells for a reader that heeds quotes, and for
// one that does not.
func cells(text string, by rune) (all []string) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = by, true, -1
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		all = append(all, row...)
	}
	for line := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '\n' || c == '\r' }) {
		all = append(all, strings.Split(line, string(by))...)
	}
	keep := all[:0]
	for _, cell := range all {
		if strings.Trim(cell, ` "`) != "" {
			keep = append(keep, cell)
		}
	}
	return keep
}

// attackSecrets looks for a password in what `config` shows, and for a join code
// in the file of the database.
func attackSecrets(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	shown := 0
	for _, url := range []string{
		"postgres://127.0.0.1/x?user=u&password=swordfish", "postgres://u@127.0.0.1/x?pass%77ord=swordfish",
		"postgres://u:swordfish@127.0.0.1/x?sslmode=disable", "postgres://127.0.0.1/x?sslkey=k&sslpassword=swordfish",
		"postgres://u:1#swordfish@127.0.0.1/x", "sqlite:x.db?_pragma=key('swordfish')",
	} {
		said, _ := p.try(s.settings.with("VISNYK_DATABASE_URL", url), "", "config") // some are refused, and that says what they are
		if strings.Contains(said, "swordfish") {
			shown++
			p.Errorf("config shows the password of %s", url)
		}
	}
	p.Logf("config of six URLs with a password")
	bound(p, "shown", shown, 0)

	s.person(8001).write(ctx, words()[0])
	var person string
	p.must(p.open(s.database).Get(&person, `SELECT contact FROM conversations WHERE chat = '8001'`))
	token := p.staff(s.settings, "olena", "admin")
	link := func() string {
		status, answer := ask(ctx, http.DefaultClient, s.address, token, http.MethodPost, "/contacts/"+person+"/link", "", "Idempotency-Key", "k")
		var made struct{ URL string }
		if json.Unmarshal([]byte(answer), &made); status != http.StatusOK || made.URL == "" {
			p.Fatalf("a link is answered %d: %.200s", status, answer)
		}
		return made.URL
	}
	url := link()
	if again := link(); again != url {
		p.Errorf("a repeat with its key gives another link")
	}
	code := url[strings.LastIndexAny(url, "/=")+1:]
	s.pr.kill() // so that the log is there to be looked at too
	found := 0
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(strings.TrimPrefix(s.database, "sqlite:") + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			p.Fatalf("%v", err)
		}
		found += bytes.Count(data, []byte(code))
	}
	p.Logf("a join link whose answer is kept for repeats")
	bound(p, "times that its code stands in the file and its log", found, 0)
}

// attackMasks has people write numbers and addresses in odd ways, and looks for
// them at the embeddings endpoint and among the kept questions.
func attackMasks(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	model := embedtest.Start(p, embedtest.Options{Key: "k", Model: "m", Concepts: [][]string{{"кавун"}}})
	s := p.serve(telegramtest.Options{}, "VISNYK_EMBEDDINGS_URL", model.URL(), "VISNYK_EMBEDDINGS_KEY", "k", "VISNYK_EMBEDDINGS_MODEL", "m")
	// One who comes later asks in a chat of their own: a talk that leads nowhere ends with a human.
	chat := 9500
	says := func(text string) {
		chat++
		s.person(chat).write(ctx, text)
	}
	p.until(ctx, "questions to go to the endpoint", 100*time.Millisecond, func() bool {
		says("котики сфінкси взимку")
		return model.Asked("котики сфінкси взимку")
	})
	secrets := []string{
		"067‑123‑45‑67", "067–123—45−67", "067․123․45․67", "+38 (067) 123·45·67", "067/123/45/67", "0 6 7 1 2 3 4 5 6 7",
		"4149_4993_1234_5678", "4149\u00a04993\u202f1234\u20095678", "4149*4993*1234*5678", "０６７１２３４５６７",
		"t.me/oksana_k", "oksana (at) example (dot) com", "oksana@example.com", "@oksana_k", "https://example.com/oksana_k",
	}
	for i, secret := range secrets {
		says(fmt.Sprintf("котики сфінкси %c зимують %s", 'а'+i, secret))
	}
	p.awaitEmpty(p.open(s.database), 20*time.Second)
	var texts []string
	for _, request := range model.Requests() {
		texts = append(texts, request...)
	}
	asked := strings.Count(strings.Join(texts, "\n"), "зимують")
	var kept []string
	p.must(p.open(s.database).Select(&kept, `SELECT text FROM questions`))
	leaked := 0
	for _, text := range append(texts, kept...) {
		if tells(text) {
			leaked++
			p.Errorf("it left as %q", text)
		}
	}
	p.Logf("%d questions with numbers and addresses in odd signs: %d asked of the endpoint, %d kept", len(secrets), asked, len(kept))
	bound(p, "of them with the number or the address", leaked, 0)
	if asked < len(secrets)/2 || len(kept) < len(secrets)/2 {
		p.Errorf("hardly anything was asked or kept, which shows nothing")
	}
}

var (
	notDigits = regexp.MustCompile(`\D+`)
	wide      = strings.NewReplacer("０", "0", "６", "6", "７", "7", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5")
)

// tells finds a number or an address of the secrets in the text.
func tells(text string) bool {
	digits := notDigits.ReplaceAllString(wide.Replace(text), "")
	return strings.Contains(text, "oksana") || strings.Contains(digits, "12345") || strings.Contains(digits, "414949")
}
