package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// messenger is a Telegram that takes whatever is sent and remembers, for each chat, when
// it heard in this round and the first button it was ever given. It costs the machine as
// little as it can, in a process of its own, so that what it costs is told apart;
// strictness is the tests' work.
type messenger struct {
	mu    sync.Mutex
	chats map[int64]*chatNote
	heard map[int64][]uint32 // marks of the texts each chat was shown, in order
	sends int
}

// chatNote is what one chat knows: times are Unix time in µs, 0 for never.
type chatNote struct {
	At     int64  `json:"at,omitempty"`
	Button string `json:"button,omitempty"`
}

// lightMessenger serves the Bot API at /bot…, and to the bench: POST /round begins a
// round, GET /round tells how many chats heard in it and how many messages came in all,
// GET /chats what each chat knows, GET /heard the marks of all texts each was shown.
func lightMessenger(address string) error {
	m := &messenger{chats: map[int64]*chatNote{}, heard: map[int64][]uint32{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /round", func(http.ResponseWriter, *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, c := range m.chats {
			c.At = 0
		}
	})
	mux.HandleFunc("GET /round", func(w http.ResponseWriter, _ *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		a := answered{Sends: m.sends}
		for _, c := range m.chats {
			if c.At > 0 {
				a.Chats++
			}
		}
		_ = json.NewEncoder(w).Encode(a)
	})
	mux.HandleFunc("GET /chats", func(w http.ResponseWriter, _ *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		_ = json.NewEncoder(w).Encode(m.chats)
	})
	mux.HandleFunc("GET /heard", func(w http.ResponseWriter, _ *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		_ = json.NewEncoder(w).Encode(m.heard)
	})
	mux.HandleFunc("POST /", m.take)
	return http.ListenAndServe(address, mux)
}

// take answers any method of the Bot API, and notes what shows a message.
func (m *messenger) take(w http.ResponseWriter, r *http.Request) {
	b := room.Get().(*bytes.Buffer)
	defer room.Put(b)
	b.Reset()
	if _, err := io.Copy(b, r.Body); err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, method, _ := strings.Cut(r.URL.Path[1:], "/")
	if method != "sendMessage" && method != "editMessageText" {
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
		return
	}
	n := m.note(number(b.Bytes(), "chat_id"), b.Bytes())
	fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":1,"type":"private"}}}`, n)
}

// note remembers that a chat was shown a message, and returns how many were in all.
func (m *messenger) note(chat int64, message []byte) int {
	now, mark := time.Now().UnixMicro(), crc32.ChecksumIEEE(text(message))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard[chat] = append(m.heard[chat], mark)
	c := m.chats[chat]
	if c == nil {
		c = &chatNote{}
		m.chats[chat] = c
	}
	if c.At == 0 {
		c.At = now
	}
	if c.Button == "" {
		c.Button = after(message, `"callback_data":"`)
	}
	m.sends++
	return m.sends
}

// number reads what stands first after the name of a field, be it of JSON or of a form.
func number(message []byte, field string) (n int64) {
	_, rest, _ := bytes.Cut(message, []byte(field))
	begun := false
	for _, c := range rest {
		if c >= '0' && c <= '9' {
			begun, n = true, 10*n+int64(c-'0')
		} else if begun {
			break
		}
	}
	return n
}

// text is what a message says, as it is written in JSON.
func text(message []byte) []byte {
	_, rest, _ := bytes.Cut(message, []byte(`"text":"`))
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return rest[:i]
		}
	}
	return rest
}

// after reads the text of JSON that begins there, "" where nothing does.
func after(message []byte, begin string) string {
	_, rest, ok := bytes.Cut(message, []byte(begin))
	if !ok {
		return ""
	}
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(text)
}

// answered is how many chats heard in this round, and how many messages came in all.
type answered struct {
	Chats int `json:"chats"`
	Sends int `json:"sends"`
}

// ask has the messenger answer the bench.
func ask(ctx context.Context, s *side, method, path string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if answer == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}

// everyone waits until n chats heard in this round and nobody hears anything for a
// moment, lest what comes late be taken for an answer of the next round.
func everyone(ctx context.Context, s *side, n int) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for before := -1; ; {
		var a answered
		if err := ask(ctx, s, http.MethodGet, "/round", &a); err != nil {
			return err
		}
		if a.Chats >= n && a.Sends == before {
			return nil
		}
		before = a.Sends
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d were answered: %w", a.Chats, n, ctx.Err())
		case <-tick.C:
		}
	}
}
