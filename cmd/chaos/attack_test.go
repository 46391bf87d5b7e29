package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// attacks are what strangers, staff and faults were seen to do to the service.
// Each says in one line what was tried, what was reached and what the bound is,
// and fails beyond it.
func attacks() map[string]func(*play) {
	return map[string]func(*play){
		"half-sent bodies":          attackHalfSent,
		"trickled uploads":          attackTrickle,
		"unread downloads":          attackUnread,
		"large getUpdates":          attackLargePoll,
		"large rich messages":       attackLargeRich,
		"a wish taken for its end":  attackWish,
		"erase under load":          playErase,
		"parked words after erase":  attackParked,
		"lured join":                attackLured,
		"flood of join pages":       attackJoinPages,
		"flood of bad tokens":       attackBadTokens,
		"a date that poisons lists": attackDate,
		"sends inside short bans":   attackBans,
		"503 after ready":           attackReady,
		"SIGTERM during the start":  attackEarlyTerm,
		"a full disk":               playFull,
		"visitors who stay away":    attackVisitors,
		"formulas in an export":     attackFormulas,
		"approved unseen":           attackUnseen,
		"the audit written over":    attackAudit,
		"secrets in clear":          attackSecrets,
		"numbers in odd signs":      attackMasks,
	}
}

// TestAttack plays every attack on the service's own binary. With -v it prints
// what was reached.
func TestAttack(t *testing.T) {
	for name, attack := range attacks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attack(newPlay(t, shared, "sqlite", 1, short))
		})
	}
}

// bound fails when what was reached is more than it may be, and says both.
func bound[N int | int64 | float64 | time.Duration](p *play, what string, reached, most N) {
	p.Helper()
	p.Logf("%s: %v (bound %v)", what, reached, most)
	if reached > most {
		p.Errorf("%s: %v, want at most %v", what, reached, most)
	}
}

// stranger is the address that attacks come from; honest people have another.
const stranger = "127.0.0.2"

func dialer() *net.Dialer {
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(stranger)}, Timeout: 5 * time.Second}
}

// fromStranger returns a client with the stranger's address.
func fromStranger() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: dialer().DialContext, MaxIdleConnsPerHost: 64}}
}

// served is a service with a bot at Telegram, on a fresh database.
type served struct {
	*play
	database, address string
	settings          settings
	tg                *telegramtest.Server
	pr                *process
}

func (p *play) serve(o telegramtest.Options, more ...string) *served {
	p.Helper()
	s := &served{play: p, database: p.seededDatabase(), address: p.free(), tg: p.fakeTelegram(o)}
	s.settings = p.settings(s.database).onTelegram(s.tg.URL()).with(more...)
	s.pr = p.start(s.settings, s.address)
	return s
}

func (s *served) person(chat int) *phone {
	return &phone{play: s.play, tg: s.tg, address: s.address, chat: chat}
}

// hook posts an update as Telegram does, once, and gives the status; 0 when
// there was no answer.
func (s *served) hook(ctx context.Context, body string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+"/webhooks/telegram", strings.NewReader(body))
	s.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// count asks the database for a number.
func (s *served) count(query string, args ...any) (n int) {
	s.Helper()
	s.must(s.open(s.database).Get(&n, query, args...))
	return n
}

// halfway opens a connection from the stranger's address, sends the head of a
// request and what there is of its body, and gives the connection.
func halfway(ctx context.Context, address, head, body string) (net.Conn, error) {
	c, err := dialer().DialContext(ctx, "tcp", address)
	if err == nil {
		_, err = c.Write([]byte(head + "\r\n" + body))
	}
	return c, err
}

// firstLine waits for the first line of the answer, "" when there is none.
func firstLine(c net.Conn) string {
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

func headOf(method, path string, length int, headers ...string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: bot.example.com\r\nContent-Length: %d\r\n", method, path, length) +
		strings.Join(append(headers, ""), "\r\n")
}
