package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
)

// What one person writes and is called, and what must show nowhere else.
const (
	writtenWords = "таємниця4815162342"
	writtenName  = "Канарейкіна"
	writtenPhone = "380671112233"
)

// TestNothingLeaks runs into every fault a messenger can come up with, and then
// looks for the tokens, the secret, and people's words, names and phones in the
// log, in the figures and in every row that tells of an error.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *world) {
		house := &theatre{world: w, db: look(t, w.cfg.DatabaseURL)}
		hits, trapped := trap(t)
		tg, vb := w.box.telegram, w.box.viber
		page := fmt.Sprintf("<html>%s/bot%s/sendMessage?text=%s&secret=sandbox %s</html>", tg.URL(), tg.Token(), writtenWords, vb.Token())
		quoting := fmt.Sprintf("Bad Request: the text %q is wrong, see /bot%s/sendMessage", writtenWords, tg.Token())

		var people []*scene
		for _, fault := range []telegramtest.Fault{
			telegramtest.Redirect(trapped + "/bot" + tg.Token()), telegramtest.Cut(), telegramtest.BadGateway(), telegramtest.Internal(),
			telegramtest.Say(500, "text/html", page), telegramtest.Say(400, "text/html", page), telegramtest.Say(200, "text/html", page),
			telegramtest.Say(200, "application/json", `{"ok":true,"result":`), telegramtest.Say(200, "application/json", ""),
			telegramtest.Say(403, "application/json", page), telegramtest.Refuse(400, quoting), telegramtest.Refuse(400, "Bad Request: "+tg.Token()),
			telegramtest.Refuse(403, "Forbidden: "+tg.Token()), telegramtest.TooMany(1), telegramtest.Migrated(-100123),
		} {
			s := house.scene(t)
			tg.Script(s.id, fault)
			people = append(people, s)
		}
		for _, fault := range []vibertest.Fault{
			vibertest.Redirect(trapped), vibertest.CutAfterAccept(),
			{Cut: true},
			vibertest.HTML(), vibertest.HTTP(500, page), vibertest.HTTP(400, page),
			vibertest.HTTP(200, page), vibertest.HTTP(200, "{"+page), vibertest.HTTP(200, ""), vibertest.Refuse(3), vibertest.Refuse(6), vibertest.Refuse(99),
			vibertest.HTTP(200, fmt.Sprintf(`{"status":3,"status_message":%q}`, page)), vibertest.FailLater("keyboard is not valid"),
		} {
			s := house.scene(t)
			s.onViber()
			vb.NextSend(s.user, fault)
			people = append(people, s)
		}
		for _, s := range people {
			s.speaks(writtenName, "uk", bot.Ukrainian)
			s.write(writtenWords)
			s.write("Мій номер " + writtenPhone)
		}
		// At the door: forged, broken, misaddressed.
		s := house.scene(t)
		words := s.message(`"text":"` + writtenWords + `"`)
		for _, r := range []request{
			{body: words, header: map[string]string{telegramSecretHeader: tg.Token()}},
			{body: words + words},
			{body: strings.Replace(words, `"text":"`, `"text":5,"x":"`, 1)},
			{path: "/webhooks/" + tg.Token(), body: words},
			{path: "/" + vb.Token() + "/" + writtenWords, body: words},
			{path: "/webhooks/viber", body: "{" + words},
			{path: "/webhooks/viber", body: words, header: map[string]string{viberSignature: vb.Token()}},
			{body: strings.Repeat(words, 2000)},
			{method: http.MethodGet, path: "/webhooks/telegram?token=" + tg.Token()},
		} {
			if _, err := s.send(r); err != nil {
				t.Fatal(err)
			}
		}
		w.await("every person's words to have been tried", func() bool {
			var n int
			s.get(&n, `SELECT count(DISTINCT chat) FROM outbox WHERE attempts > 0 AND state <> 'sending'`)
			return n == len(people)
		})
		// The account: where to deliver, and a token that is refused.
		for _, ch := range w.service.channels {
			if ch.Name() == "telegram" {
				tg.Next(telegramtest.Say(400, "text/html", page))
			} else {
				vb.NextCall(vibertest.HTTP(200, fmt.Sprintf(`{"status":1,"status_message":"Result[%s]"}`, vb.Token())))
			}
			if err := ch.(bot.WebhookSetter).SetWebhook(t.Context(), "https://visnyk.example/webhooks/"+ch.Name()); err == nil || secretIn(err.Error(), w) != "" {
				t.Errorf("set webhook: %v", err)
			}
		}
		tg.Next(slices.Repeat([]telegramtest.Fault{telegramtest.Refuse(401, "Unauthorized: "+tg.Token())}, 20)...)
		vb.NextCall(vibertest.Refuse(2))
		last, lastViber := house.newcomer(t), house.newcomer(t)
		last.write(writtenWords)
		lastViber.actor = w.onViber(lastViber.user, writtenName, bot.Ukrainian)
		lastViber.write(writtenWords)
		w.await("both bots to be halted", func() bool { return house.figure(`visnyk_bot_halted\{bot="(?:telegram|viber)"\}`) == 2 })

		places := map[string]string{"log": w.logs.String(), "figures": house.metrics()}
		for _, column := range []string{
			"inbox.id", "inbox.reason", "inbox.note", "outbox.reason", "outbox.fail_note", "outbox.cause",
			"bots.pause_reason", "bots.owner", "tickets.reason", "tickets.topic", "receipts.detail",
		} {
			table, name, _ := strings.Cut(column, ".")
			var values []string
			s.sel(&values, fmt.Sprintf(`SELECT %s FROM %s WHERE %s <> ''`, name, table, name))
			places[column] = strings.Join(values, "\n")
		}
		for where, text := range places {
			if found := secretIn(text, w); found != "" {
				t.Errorf("%s shows %s", where, found)
			}
		}
		if places["outbox.reason"] == "" || places["inbox.reason"] == "" || !strings.Contains(places["log"], "refuses the account") {
			t.Error("the faults left no trace at all: nothing was tried")
		}
		if n := hits(); n != 0 {
			t.Errorf("a redirect was followed %d times", n)
		}
		_ = w.stop() // with what waits; its log counts too
		if found := secretIn(w.logs.String(), w); found != "" {
			t.Errorf("the log of the stop shows %s", found)
		}
	})
}

// secretIn finds what must not stand in the text.
func secretIn(text string, w *world) string {
	_, key, _ := strings.Cut(w.box.telegram.Token(), ":")
	for what, secret := range map[string]string{
		"Telegram's token": key, "Telegram's token, escaped": url.QueryEscape(w.box.telegram.Token()), "Viber's token": w.box.viber.Token(),
		"the webhook's secret": "=sandbox", "what a person wrote": writtenWords, "a person's name": writtenName, "a person's phone": writtenPhone,
	} {
		if strings.Contains(text, secret) {
			return what
		}
	}
	return ""
}
