package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage/storagetest"
)

// balancer stands before replicas, as one of a company does: who connects gets the
// first that answers.
type balancer struct {
	net.Listener
	replicas []string
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &balancer{Listener: l}
}

// run passes connections on until the listener is closed. A replica that dies takes
// its own with it.
func (b *balancer) run() {
	for {
		in, err := b.Accept()
		if err != nil {
			return
		}
		go func() {
			defer in.Close()
			for _, at := range b.replicas {
				out, err := net.Dial("tcp", at)
				if err != nil {
					continue
				}
				go func() { defer out.Close(); _, _ = io.Copy(out, in) }()
				_, _ = io.Copy(in, out)
				return
			}
		}()
	}
}

// replicaDies: an operator's browser is connected to one of two replicas on PostgreSQL,
// which is killed while they write. Their page hears of the customer's next line by the
// other, and what they have typed is there and sent once.
func replicaDies(t *testing.T, b *chromium) {
	database := storagetest.PostgresURL(t)
	store := storagetest.Open(t, database)
	const password = "довгий пароль для всіх"
	if err := staff.New(store).AddUser(t.Context(), bot.System(), "olena", bot.Operator, password); err != nil {
		t.Fatal(err)
	}
	phones, door := telegramtest.Start(t, telegramtest.Options{Strict: true, AllowHTTP: true}), newBalancer(t)
	at := "http://" + door.Addr().String()
	if _, err := http.PostForm(phones.URL()+"/bot"+phones.Token()+"/setWebhook", url.Values{"url": {at + "/webhooks/telegram"}, "secret_token": {"sandbox"}}); err != nil {
		t.Fatal(err)
	}
	listens := regexp.MustCompile(`msg=ready listen=(\S+)`)
	replica := func() program {
		p := launch(t, []string{
			"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_DATABASE_URL=" + database, "VISNYK_PUBLIC_URL=" + at,
			"VISNYK_SECRET=a secret for tests alone", "VISNYK_TELEGRAM_TOKEN=" + phones.Token(), "VISNYK_TELEGRAM_SECRET=sandbox",
			"VISNYK_TELEGRAM_API_URL=" + phones.URL(),
		}, "serve")
		p.until("it to be ready", func() bool { return listens.MatchString(p.logs.String()) })
		door.replicas = append([]string{listens.FindStringSubmatch(p.logs.String())[1]}, door.replicas...)
		return p
	}
	replica() // the first has the bot's lease: how another takes that over is a story of its own
	dies := replica()
	go door.run()

	person := phones.Person(783004771966, "Марко", "uk")
	person.Write("/start")
	person.Write("покличте людину")
	o := &operator{tab: b.guest(t, view{width: 1440, height: 900, lang: "uk"}).open(at + "/console/login?next=%2Fconsole%2Fdesk"), login: "olena", lang: bot.Ukrainian, phrases: newPhrases(t)}
	o.fill("textbox", o.says("console.login.login"), o.login)
	o.fill("textbox", o.says("console.login.password"), password)
	o.press('\r')
	o.queue()
	o.opens()
	o.click("button", o.says("ticket.take"))
	o.writable()
	o.fill("textbox", o.says("ticket.reply"), "Перевірила: у Вас")
	o.awaits("the draft to be kept", fmt.Sprintf(`document.getElementById('saved').textContent === %q`, o.says("ticket.saved")))
	value[int](o.tab, `(window.loaded = 1)`)
	o.watch.goAdrift()

	const reply = "Перевірила: у Вас усе гаразд"
	o.fill("textbox", o.says("ticket.reply"), reply)
	_ = dies.Process.Kill()
	_ = dies.Wait()
	began := time.Now()
	person.Write("Ви ще тут?")
	o.reads("Ви ще тут?")
	t.Logf("with the replica killed, the page heard of the customer's next line after %v", time.Since(began).Round(time.Millisecond))
	o.awaits("what was typed to be kept", fmt.Sprintf(
		`document.getElementById('text').value === %q && document.getElementById('saved').textContent === %q && window.loaded === 1`, reply, o.says("ticket.saved")))
	o.allows("409") // what was typed last may come to be kept when it has been sent
	o.replies(reply)
	if _, err := phones.WaitText(t.Context(), person.ID, reply); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range phones.Messages(person.ID) {
		all = append(all, m.Text)
	}
	if n := strings.Count(strings.Join(all, "\n"), "Перевірила"); n != 1 {
		t.Errorf("said %d times: %q", n, all)
	}
}
