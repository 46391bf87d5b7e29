package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
)

// both plays the same at each messenger's door.
func both(play func(s *scene, path string)) func(*scene) {
	return func(s *scene) {
		for _, path := range []string{"/webhooks/telegram", "/webhooks/viber"} {
			play(s, path)
		}
	}
}

// auth names the header that makes a request at the path authentic.
func auth(path string) string {
	if path == "/webhooks/viber" {
		return viberSignature
	}
	return telegramSecretHeader
}

// genuine is a body that would be answered, were the request authentic.
func genuine(s *scene, path string) string {
	if path == "/webhooks/viber" {
		return s.viberMessage(`"type":"text","text":"меню"`)
	}
	return s.message(`"text":"меню"`)
}

// refused plays a request that is turned away and leaves nothing behind.
func refused(n int, name string, status int, change func(r *request)) edge {
	return edge{n, name, both(func(s *scene, path string) {
		r := request{path: path, body: genuine(s, path), header: map[string]string{}}
		change(&r)
		s.asks(r, status)
		s.became()
	})}
}

// garbage plays a body that is authentic and not understood: acknowledged, put
// aside, and never refused, for the messenger would bring the same bytes again.
func garbage(body, reason string) func(*scene) {
	return both(func(s *scene, path string) {
		s.asks(request{path: path, body: body}, http.StatusOK)
		got := s.updates()
		if last := got[len(got)-1]; !strings.HasPrefix(last, "parked ") || !strings.Contains(last, reason) {
			s.t.Errorf("%s: %q became %q", path, body, last)
		}
		s.became(got...)
	})
}

// unread plays an update that is strange inside and plainly somebody's: it is put
// aside as theirs, an operator is called, and they are answered as before.
func (s *scene) unread(deliver func()) {
	const figure = `visnyk_turns_parked_total\{bot="(?:telegram|viber)"\}`
	before := s.figure(figure)
	deliver()
	if t := s.tickets(1); t.Reason != bot.ReasonPoisoned {
		s.t.Errorf("the ticket says %q", t.Reason)
	}
	s.counts(figure, before)
	s.write("меню")
	s.hears("@menu.choose")
	got := s.updates()
	if len(got) != 2 || !strings.HasPrefix(got[0], "parked ") || !strings.Contains(got[0], "wrong type") || got[1] != "done" {
		s.t.Errorf("the updates became %q", got)
	}
	s.became(got...)
	if strings.Contains(s.logs.String(), "4815162342") {
		s.t.Error("the log shows what stood in it")
	}
}

// threshold are the rows that end at the door: nothing is stored.
func threshold() []edge {
	return []edge{
		refused(1, "GET", 405, func(r *request) { r.method, r.body = "GET", "" }),
		refused(1, "HEAD", 405, func(r *request) { r.method, r.body = "HEAD", "" }),
		refused(2, "no secret, no signature", 401, func(r *request) { r.header[auth(r.path)] = "" }),
		{3, "wrong secret or signature of the right length", both(func(s *scene, path string) {
			wrong := map[string]string{
				"/webhooks/telegram": "sandbuy", "/webhooks/viber": s.box.viber.Sign([]byte("other")),
			}[path]
			got := s.asks(request{path: path, body: genuine(s, path), header: map[string]string{auth(path): wrong}}, 401)
			for name, values := range got.header {
				if v := strings.Join(values, " "); strings.Contains(v, "sandbox") || strings.Contains(v, wrong) {
					s.t.Errorf("the answer shows a secret in %s: %s", name, v)
				}
			}
			s.became()
		})},
		{4, "signature with a prefix", func(s *scene) {
			body := genuine(s, "/webhooks/viber")
			s.asks(request{path: "/webhooks/viber", body: body, header: map[string]string{
				viberSignature: "sha256=" + s.box.viber.Sign([]byte(body)),
			}}, 401)
			s.became()
		}},
		{5, "body written anew by a proxy", func(s *scene) {
			const forged = `visnyk_updates_total\{bot="viber",result="forged"\}`
			before := s.figure(forged)
			body := genuine(s, "/webhooks/viber")
			s.asks(request{path: "/webhooks/viber", body: strings.ReplaceAll(body, `,"`, `, "`), header: map[string]string{
				viberSignature: s.box.viber.Sign([]byte(body)),
			}}, 401)
			s.became()
			s.counts(forged, before)
		}},
		refused(8, "gzip", 415, func(r *request) {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = io.WriteString(z, r.body)
			_ = z.Close()
			r.body, r.header["Content-Encoding"] = b.String(), "gzip"
		}),
		refused(9, "10 MB", 413, func(r *request) { r.body = strings.Repeat(" ", 10<<20) }),
		refused(9, "10 MB in chunks", 413, func(r *request) { r.body, r.chunked = strings.Repeat(" ", 10<<20), true }),
		{13, "empty body, not signed", func(s *scene) {
			s.asks(request{path: "/webhooks/viber", header: map[string]string{viberSignature: s.box.viber.Sign([]byte("x"))}}, 401)
			s.became()
		}},
		{23, "unknown bot", both(func(s *scene, path string) {
			s.asks(request{path: "/webhooks/nobody", body: genuine(s, path), header: map[string]string{
				telegramSecretHeader: "sandbox", viberSignature: s.box.viber.Sign(nil),
			}}, 404)
			s.became()
		})},
		{24, "the token in the path", func(s *scene) {
			for _, path := range []string{"/webhooks/" + s.box.telegram.Token(), "/webhooks/telegram/" + s.box.telegram.Token(), "/bot" + s.box.telegram.Token()} {
				s.asks(request{path: path, body: s.message(`"text":"меню"`), header: map[string]string{telegramSecretHeader: "sandbox"}}, 404)
			}
			s.became()
			for where, text := range map[string]string{"log": s.logs.String(), "figures": s.metrics()} {
				if strings.Contains(text, s.box.telegram.Token()) {
					s.t.Errorf("the %s shows the token", where)
				}
			}
		}},
	}
}

func doorEdges() []edge {
	return []edge{
		{4, "signature in upper case", func(s *scene) {
			s.onViber()
			body := s.viberMessage(`"type":"text","text":"меню"`)
			s.asks(request{path: "/webhooks/viber", body: body, header: map[string]string{
				viberSignature: strings.ToUpper(s.box.viber.Sign([]byte(body))),
			}}, 200)
			s.hears("@menu.choose")
		}},
		{6, "replayed body, Telegram", func(s *scene) {
			body := s.message(`"text":"меню"`)
			for range 3 {
				s.telegram(body)
			}
			s.hears("@menu.choose")
			s.became("done")
		}},
		{6, "replayed body, Viber", func(s *scene) {
			s.onViber()
			body := s.viberMessage(`"type":"text","text":"меню"`)
			for range 3 {
				s.viber(body)
			}
			s.hears("@menu.choose")
			s.became("done")
		}},
		{7, "the same at the same moment, Telegram", func(s *scene) {
			s.atOnce("/webhooks/telegram", s.message(`"text":"меню"`))
			s.hears("@menu.choose")
			s.became("done")
		}},
		{7, "the same at the same moment, Viber", func(s *scene) {
			s.onViber()
			s.atOnce("/webhooks/viber", s.viberMessage(`"type":"text","text":"меню"`))
			s.hears("@menu.choose")
			s.became("done")
		}},
		{11, "chunked", func(s *scene) {
			s.asks(request{body: s.message(`"text":"меню"`), chunked: true}, 200)
			s.hears("@menu.choose")
		}},
		{12, "text/plain", func(s *scene) {
			s.asks(request{body: s.message(`"text":"меню"`), header: map[string]string{"Content-Type": "text/plain"}}, 200)
			s.hears("@menu.choose")
		}},
		{12, "no content type", func(s *scene) {
			s.asks(request{body: s.message(`"text":"меню"`), header: map[string]string{"Content-Type": ""}}, 200)
			s.hears("@menu.choose")
		}},
		{13, "empty body", garbage("", "")},
		{14, "truncated JSON", garbage(`{"update_id":123,"event":"mess`, "not one JSON document")},
		{15, "null", garbage(`null`, "")},
		{15, "a list", garbage(`[]`, "")},
		{15, "a string", garbage(`"x"`, "")},
		{15, "an empty object", garbage(`{}`, "")},
		{15, "a number", garbage(`123`, "")},
		{15, "a text that is a number, Telegram", func(s *scene) {
			s.greets()
			s.begin()
			s.unread(func() { s.telegram(s.message(`"text":4815162342`)) })
		}},
		{15, "a text that is a number, Viber", func(s *scene) {
			s.onViber()
			s.greets()
			s.begin()
			s.unread(func() { s.viber(s.viberMessage(`"type":"text","text":4815162342`)) })
		}},
		{15, "a first word that is a number", func(s *scene) {
			s.telegram(s.message(`"text":4815162342`))
			if t := s.tickets(1); t.Reason != bot.ReasonPoisoned || t.Contact == "" {
				s.t.Errorf("ticket %+v", t)
			}
			s.became(s.updates()...)
		}},
		{16, "byte order mark", garbage("\ufeff"+`{"update_id":124,"event":"webhook"}`, "not one JSON document")},
		{16, "trailing garbage", garbage(`{"update_id":125,"event":"webhook"} x`, "not one JSON document")},
		{16, "two documents", garbage(`{"update_id":126}{"update_id":127}`, "not one JSON document")},
		{17, "invalid UTF-8, Telegram", func(s *scene) {
			s.speakText(func(text string) { s.telegram(s.message(`"text":"` + text + `"`)) }, "меню \xff\xfe тест", "меню \uFFFD\uFFFD тест")
		}},
		{17, "invalid UTF-8, Viber", func(s *scene) {
			s.onViber()
			s.speakText(func(text string) { s.viber(s.viberMessage(`"type":"text","text":"` + text + `"`)) }, "меню \xff\xfe тест", "меню \uFFFD\uFFFD тест")
		}},
		{18, "NUL, Telegram", func(s *scene) {
			s.speakText(func(text string) { s.telegram(s.message(`"text":"` + text + `"`)) }, `де\u0000 що`, "де що")
		}},
		{18, "NUL, Viber", func(s *scene) {
			s.onViber()
			s.speakText(func(text string) { s.viber(s.viberMessage(`"type":"text","text":"` + text + `"`)) }, `де\u0000 що`, "де що")
		}},
		{19, "lone surrogate, Telegram", func(s *scene) {
			s.speakText(func(text string) { s.telegram(s.message(`"text":"` + text + `"`)) }, `щось \ud83d тут`, "щось \uFFFD тут")
		}},
		{19, "lone surrogate, Viber", func(s *scene) {
			s.onViber()
			s.speakText(func(text string) { s.viber(s.viberMessage(`"type":"text","text":"` + text + `"`)) }, `щось \ud83d тут`, "щось \uFFFD тут")
		}},
		{20, "10,001 levels deep", garbage(`{"update_id":128,"event":"webhook","x":`+strings.Repeat("[", 10_001)+strings.Repeat("]", 10_001)+`}`, "not one JSON document")},
		{21, "two update ids", func(s *scene) {
			first, last := s.nextUpdate(), s.nextUpdate()
			body := func(a, b int64) string {
				return fmt.Sprintf(`{"update_id":%d,"update_id":%d,"message":{%s,"text":"меню"}}`, a, b, s.private(time.Now().Unix()))
			}
			s.telegram(body(first, last))
			s.telegram(body(s.nextUpdate(), last)) // the same update by the key that counts
			s.hears("@menu.choose")
			s.became("done")
			var id string
			s.get(&id, `SELECT id FROM inbox WHERE seq > $1`, s.begun)
			if id != fmt.Sprint(last) {
				s.t.Errorf("kept as %s, want the last one", id)
			}
		}},
		{21, "two texts", func(s *scene) {
			s.telegram(s.message(`"text":"оператор","text":"меню"`))
			s.hears("@menu.choose")
			s.history("typed меню", "say")
			s.tickets(0)
		}},
		{21, "two message tokens, two texts", func(s *scene) {
			s.onViber()
			last := s.token.Add(1)
			body := s.callback("message", fmt.Sprintf(`"message_token":%d,"sender":%s,"message":{"type":"text","text":"оператор","text":"меню"}`, last, s.sender()))
			s.viber(body)
			s.hears("@menu.choose")
			s.history("typed меню", "say")
			var id string
			s.get(&id, `SELECT id FROM inbox WHERE seq > $1 AND id NOT LIKE 'delivered/%'`, s.begun)
			if want := fmt.Sprintf("message/%d/", last); !strings.HasPrefix(id, want) {
				s.t.Errorf("kept as %s, want %s…", id, want)
			}
		}},
		{22, "unknown fields", func(s *scene) {
			s.telegram(s.message(`"text":"меню","future":{"a":[1,{"b":null}]},"another":true`))
			s.hears("@menu.choose")
			s.onViber()
			s.viber(s.viberMessage(`"type":"text","text":"меню","future":{"a":[1,{"b":null}]}`))
			s.hears("@menu.choose")
		}},
	}
}

// slowEdge comes last of all: what it waits for began with the world.
func slowEdge() []edge {
	return []edge{
		{10, "100 bytes announced, 10 sent, then silence", func(s *scene) {
			select {
			case end := <-s.slow:
				if end.err != nil || end.took > 30*time.Second || end.status != 408 && end.status != 400 {
					s.t.Errorf("cut after %v with %d, %v; want 408 or 400 after about 20 s", end.took, end.status, end.err)
				}
			case <-time.After(time.Minute):
				s.t.Error("the connection is still open")
			}
		}},
	}
}

// atOnce delivers the same body many times at the same moment; each is 200.
func (s *scene) atOnce(path, body string) {
	s.t.Helper()
	const copies = 16
	begin := make(chan struct{})
	var all sync.WaitGroup
	for range copies {
		all.Go(func() {
			<-begin
			if got, err := s.send(request{path: path, body: body}); err != nil || got.status != 200 {
				s.t.Errorf("answered %d, %v", got.status, err)
			}
		})
	}
	close(begin)
	all.Wait()
}

// speakText delivers a text that no database would take and wants it kept made
// harmless, the raw bytes kept as they came, and an answer.
func (s *scene) speakText(deliver func(text string), text, kept string) {
	s.t.Helper()
	deliver(text)
	s.hears("@welcome.briefly")
	s.history("typed "+kept, "say")
	var payload []byte
	s.get(&payload, `SELECT payload FROM inbox WHERE seq > $1 AND id NOT LIKE 'delivered/%'`, s.begun)
	if !bytes.Contains(payload, []byte(text)) {
		s.t.Errorf("the payload is not the bytes as they came: %q", payload)
	}
}

// slowEnd is how a request ended whose body never came whole.
type slowEnd struct {
	status int
	took   time.Duration
	err    error
}

// slowRequest announces 100 bytes, sends 10 and falls silent.
func slowRequest(address string) <-chan slowEnd {
	ended := make(chan slowEnd, 1)
	go func() {
		began := time.Now()
		conn, err := net.Dial("tcp", address)
		if err != nil {
			ended <- slowEnd{err: err}
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /webhooks/telegram HTTP/1.1\r\nHost: x\r\n%s: sandbox\r\nContent-Length: 100\r\n\r\n%s", telegramSecretHeader, `{"update_i`)
		_ = conn.SetReadDeadline(began.Add(30 * time.Second))
		answer, err := io.ReadAll(conn)
		end := slowEnd{took: time.Since(began), err: err}
		_, _ = fmt.Sscanf(string(answer), "HTTP/1.1 %d", &end.status)
		ended <- end
	}()
	return ended
}
