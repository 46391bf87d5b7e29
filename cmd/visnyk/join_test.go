package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage"
	"visnyk/storage/upkeep"
)

// invites returns the payload of the link by which the person goes on elsewhere.
func (a *actor) invites(chat string) (payload, link string) {
	a.s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	link, err := a.s.service.join(ctx, bot.Address{Bot: a.name(), Chat: chat})
	if err != nil {
		a.s.t.Fatal(err)
	}
	to, err := url.Parse(link)
	if err != nil {
		a.s.t.Fatal(err)
	}
	return to.Query().Get("start") + to.Query().Get("context"), link
}

// follows opens a deep link on Telegram.
func (a *actor) follows(payload string) { a.phone.(*telegramPhone).person.Start(payload) }

// agrees waits for the question about the link, and wants what it offers.
func (a *actor) agrees() {
	a.s.t.Helper()
	a.hears("@join.ask")
	a.taps("@join.yes")
}

func (s *world) contactAt(name, chat string) bot.Contact {
	s.t.Helper()
	at := bot.Address{Bot: name, Chat: chat}
	loaded, err := s.service.store.Load().LoadTurns(context.Background(), []bot.Address{at})
	if err != nil {
		s.t.Fatal(err)
	}
	return loaded[at].Contact
}

// TestJoinStory: somebody whom an operator answers on Viber goes on in Telegram,
// in the language they spoke; the operator's words follow them there. A link is
// one person's and one time's. In the settings the chats come apart again.
func TestJoinStory(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		here := s.onViber("01234567890A=", "Елена", bot.Russian)
		there := s.onTelegram(770, "Lena", bot.Ukrainian) // her client speaks Ukrainian
		thief := s.onTelegram(771, "Хтось", bot.Ukrainian)
		here.begins()
		here.write("позовите оператора")
		here.hears("@handoff.called")
		ticket := here.ticket("01234567890A=")
		s.desk(ticket, bot.TicketTake)
		here.hears("Марина")
		was := s.contactAt("viber", "01234567890A=")

		payload, link := here.invites("01234567890A=")
		if !strings.HasPrefix(link, "https://t.me/visnyk_test_bot?start=join_") || len(payload) != len("join_")+22 {
			t.Errorf("%q", link)
		}
		there.lang = bot.Russian
		there.follows(payload)
		there.agrees()
		there.hears("@join.done", "@handoff.taken")
		thief.follows(payload)
		thief.hears("@join.gone", "@menu.choose")
		s.idle()
		s.reply(ticket, "Добрый день, я здесь")
		there.hears("Добрый день, я здесь")
		here.hears("К вашему разговору присоединён ещё один чат: Telegram")
		here.silence()
		there.follows(payload) // a person is answering: the bot is silent
		there.silence()
		s.desk(ticket, bot.TicketClose)
		there.hears("@handoff.over")
		there.follows(payload)
		there.hears("@join.already")
		if now := s.contactAt("telegram", "770"); now.ID != was.ID || now.Language != bot.Russian {
			t.Errorf("%+v, before %+v", now, was)
		}
		if s.contactAt("telegram", "771").ID == was.ID {
			t.Error("a stranger was joined")
		}
		// The answer goes where the question came from.
		here.write("сколько стоит интернет?")
		here.hears("@faq.helped")
		there.silence()

		there.write("мои настройки")
		there.hears("Ваши настройки")
		there.taps("@settings.chats")
		there.hears("Подключённые чаты", "@channel.viber", "Telegram")
		there.taps("@chats.part_here")
		there.hears("@chats.parted_here", "@chats.alone")
		s.idle()
		if now := s.contactAt("telegram", "770"); now.ID == was.ID || now.ID == "" {
			t.Errorf("still joined: %+v", now)
		}
		if now := s.contactAt("viber", "01234567890A="); now.ID != was.ID {
			t.Errorf("%+v", now)
		}
		there.follows(payload)
		there.hears()
		problems, err := upkeep.Verify(context.Background(), s.service.store.Load())
		if err != nil || len(problems) > 0 {
			t.Errorf("%v %v", problems, err)
		}
		for _, entries := range s.histories("viber", "01234567890A=", "telegram", "770") {
			for _, e := range entries {
				if strings.Contains(e.Text+string(e.Detail), payload[5:]) {
					t.Errorf("the code stands in the history: %+v", e)
				}
			}
		}
	})
}

func (s *world) histories(pairs ...string) (all [][]bot.Entry) {
	s.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		entries, err := s.service.store.Load().History(context.Background(), bot.Address{Bot: pairs[i], Chat: pairs[i+1]}, 200)
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, entries)
	}
	return all
}

// TestJoinTrick: whoever is sent a stranger's link is asked before anything
// happens. Without a «yes» to that very question the chats stay apart, and the
// link stays good for whom it was meant.
func TestJoinTrick(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		stranger := s.onViber("01234567890F=", "Чужий", bot.Ukrainian)
		stranger.begins()
		s.idle()
		payload, _ := stranger.invites("01234567890F=")
		victim := s.onTelegram(781, "Олена", bot.Ukrainian)
		apart := func() {
			t.Helper()
			s.idle()
			if s.contactAt("telegram", "781").ID == s.contactAt("viber", "01234567890F=").ID {
				t.Fatal("joined without a yes")
			}
		}
		victim.follows(payload)
		victim.hears("@join.ask")
		apart()
		victim.taps("@join.no")
		victim.hears("@join.left", "@welcome.about", "@menu.choose")
		apart()
		victim.follows(payload)
		victim.hears("@join.ask")
		victim.write("Скільки коштує інтернет?")
		victim.hears("@faq.helped")
		victim.taps("@join.yes") // of a question that is over: the current screen again
		victim.hears("@faq.helped")
		apart()
		for _, entries := range s.histories("telegram", "781") {
			for _, e := range entries {
				if strings.Contains(e.Text+string(e.Detail), payload[5:]) {
					t.Errorf("the code stands in the history: %+v", e)
				}
			}
		}
		all, err := s.service.store.Load().LoadTurns(context.Background(), []bot.Address{{Bot: "telegram", Chat: "781"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			for _, is := range l.Conversation.State.Vars {
				if strings.Contains(is.Value, payload[5:]) {
					t.Errorf("the code is not forgotten: %s=%q", is.Name, is.Value)
				}
			}
		}

		// A «yes» that comes too late: a newer link makes the older one worthless,
		// as time does.
		own := s.onTelegram(782, "Чужий", bot.Ukrainian)
		own.follows(payload)
		own.hears("@join.ask")
		newer, _ := stranger.invites("01234567890F=")
		own.taps("@join.yes")
		own.hears("@join.gone", "@menu.choose")
		own.follows(newer)
		own.agrees()
		own.hears("@join.done")
		apart()
	})
}

// On Viber we may not write before the person does: the link waits for that.
func TestJoinOnViber(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		here := s.onTelegram(780, "Олена", bot.Ukrainian)
		here.begins()
		s.idle()
		code, err := s.service.parts.api.Contacts.Invite(context.Background(), bot.Address{Bot: "telegram", Chat: "780"})
		if err != nil {
			t.Fatal(err)
		}
		there := s.onViber("01234567890B=", "Олена", bot.Ukrainian)
		person := there.phone.(*viberPhone).person
		person.Open("join_" + code)
		there.hears() // the greeting of the door
		s.idle()
		if s.contactAt("viber", "01234567890B=").ID == s.contactAt("telegram", "780").ID {
			t.Error("joined by somebody who may only have looked")
		}
		there.write("меню")
		there.hears("@menu.choose")
		there.agrees()
		there.hears("@join.done")
		s.idle()
		if s.contactAt("viber", "01234567890B=").ID != s.contactAt("telegram", "780").ID {
			t.Error("not joined")
		}
		// Whoever is erased is erased everywhere.
		if err := s.service.parts.api.Contacts.Erase(context.Background(), admin, s.contactAt("telegram", "780").ID); err != nil {
			t.Fatal(err)
		}
		s.idle()
		s.await("them to be gone from the tables and files", func() bool {
			return len(s.grep("01234567890B=", "780 Олена", "Олена")) == 0
		})
	})
}

// A turn that joined is not made twice, and one that a kill broke off is made
// again: the service is stopped and started between the steps.
func TestJoinOutlivesARestart(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		here := s.onViber("01234567890C=", "Олена", bot.Ukrainian)
		here.begins()
		s.idle()
		payload, _ := here.invites("01234567890C=")
		there := s.onTelegram(790, "Олена", bot.Ukrainian)
		there.phone.(*telegramPhone).person.Twice(true)
		there.follows(payload)
		there.hears("@join.ask")
		there.silence()
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		s.start()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.box.connect(ctx, s.service, s.address); err != nil {
			t.Fatal(err)
		}
		there.taps("@join.yes")
		there.hears("@join.done")
		there.silence()
		there.phone.(*telegramPhone).person.Twice(false)
		there.follows(payload)
		there.hears("@join.already")
		there.silence()
	})
}

// The page of a link offers every messenger, and opening it uses nothing up.
func TestJoinPage(t *testing.T) {
	s := newWorld(t, storageURL(t), sandboxOptions{telegram: telegramtest.Options{Username: "odud_bot"}})
	here := s.onViber("01234567890D=", "Елена", bot.Russian)
	here.begins()
	s.idle()
	payload, _ := here.invites("01234567890D=")
	code := strings.TrimPrefix(payload, "join_")
	get := func(method, path, accept string) (*http.Response, string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", accept)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, html.UnescapeString(string(body))
	}
	for accept, l := range map[string]bot.Language{
		"": bot.Ukrainian, "en, ru;q=0.8, uk;q=0.5": bot.Russian, "uk-UA,uk;q=0.9,ru;q=0.8": bot.Ukrainian, ";;q=x": bot.Ukrainian,
	} {
		res, body := get("GET", "/join/"+code, accept)
		for _, want := range []string{
			`lang="` + string(l) + `"`, s.words(l, "joinpage.title"), s.words(l, "joinpage.text"),
			"https://t.me/odud_bot?start=join_" + code, "viber://pa?chatURI=sandbox&context=join_" + code,
		} {
			if res.StatusCode != 200 || !strings.Contains(body, want) {
				t.Errorf("%q: %d, no %q in %s", accept, res.StatusCode, want, body)
			}
		}
		policy := res.Header.Get("Content-Security-Policy")
		_, style, _ := strings.Cut(body, "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style))
		if !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || strings.Contains(policy, "unsafe") ||
			!strings.Contains(policy, "default-src 'none'") || strings.Contains(body, "<script") {
			t.Errorf("%s\n%s", policy, body)
		}
		if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" ||
			res.Header.Get("Cross-Origin-Opener-Policy") != "same-origin" {
			t.Errorf("%v", res.Header)
		}
	}
	if res, _ := get("HEAD", "/join/"+code, ""); res.StatusCode != 200 {
		t.Errorf("HEAD: %d", res.StatusCode)
	}
	for _, bad := range []string{"/join/", "/join/short", "/join/" + code + "x", "/join/" + strings.Repeat("%27", 22), "/join/..%2f" + code} {
		if res, _ := get("GET", bad, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}
	there := s.onTelegram(800, "Lena", bot.Russian)
	there.follows(payload)
	there.agrees()
	there.hears("@join.done")
	// A personal link of the company leads there too.
	outcome := s.upsert("crm-5")
	personal, _, err := s.service.parts.api.Contacts.Link(context.Background(), admin, outcome)
	if err != nil {
		t.Fatal(err)
	}
	other := s.onTelegram(801, "Ольга", bot.Ukrainian)
	other.follows("join_" + personal)
	other.hears("@join.ask_personal")
	other.taps("@join.yes")
	other.hears("@join.done")
	s.idle()
	if got := s.contactAt("telegram", "801"); got.ID != outcome || got.External != "crm-5" {
		t.Errorf("%+v", got)
	}
	// Two people of the company's records are never made one.
	again, _, err := s.service.parts.api.Contacts.Link(context.Background(), admin, s.upsert("crm-6"))
	if err != nil {
		t.Fatal(err)
	}
	other.follows("join_" + again)
	other.hears("@join.foreign")
}

// TestJoinOfMany: of many who open one link and agree at the same moment, one is
// joined and each of the others is told.
func TestJoinOfMany(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		here := s.onViber("01234567890E=", "Олена", bot.Ukrainian)
		here.begins()
		s.idle()
		payload, _ := here.invites("01234567890E=")
		var crowd []*actor
		for i := range int64(8) {
			crowd = append(crowd, s.onTelegram(900+i, "Хтось", bot.Ukrainian))
		}
		for _, a := range crowd {
			a.follows(payload)
		}
		for _, a := range crowd {
			a.agrees()
		}
		s.idle()
		done := 0
		for _, a := range crowd {
			text := a.hears().text
			switch {
			case strings.Contains(text, s.words(bot.Ukrainian, "join.done")):
				done++
			case !strings.Contains(text, s.words(bot.Ukrainian, "join.gone")):
				t.Errorf("%q", text)
			}
		}
		if done != 1 {
			t.Errorf("%d were joined", done)
		}
		all, err := s.service.store.Load().Linked(context.Background(), []string{s.contactAt("viber", "01234567890E=").ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, linked := range all {
			if len(linked) != 2 || !slices.ContainsFunc(linked, func(l storage.Linked) bool { return l.Address.Bot == "telegram" }) {
				t.Errorf("%+v", linked)
			}
		}
	})
}

// TestJoinFromTheSite: a visitor of the web chat, who waits for an operator, goes
// on in Telegram by the page's own button; erased there, they are erased here.
func TestJoinFromTheSite(t *testing.T) {
	t.Parallel()
	const canary = "QxCanary8893"
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		here, visitor := s.onWebchat(bot.Russian)
		here.write("/start")
		here.hears("@welcome.about")
		here.write("позовите оператора, " + canary)
		here.hears("@handoff.called")
		ticket := here.ticket(s.chatOf(visitor))

		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/chat/join", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+visitor.Token())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var answer struct{ URL string }
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != 200 {
			t.Fatalf("%d %v", res.StatusCode, err)
		}
		_, payload, ok := strings.Cut(answer.URL, "https://t.me/visnyk_test_bot?start=")
		if !ok {
			t.Fatalf("%q", answer.URL)
		}
		there := s.onTelegram(771000881, "Lena", bot.Ukrainian)
		there.lang = bot.Russian
		there.follows(payload)
		there.agrees()
		if m := there.hears("@join.done"); !slices.Contains(m.labels, there.say("@handoff.recall")) { // at whatever hour
			t.Errorf("they do not wait any more: %+v", m)
		}
		s.idle()
		s.desk(ticket, bot.TicketTake)
		there.hears("Марина")
		s.reply(ticket, "Добрый день, "+canary)
		there.hears(canary)
		here.hears("К вашему разговору присоединён ещё один чат: Telegram")
		here.silence()
		s.desk(ticket, bot.TicketClose)
		there.hears("@handoff.over")

		there.write("мои настройки")
		there.hears("Ваши настройки")
		there.taps("@settings.data")
		there.hears("@settings.about_data")
		there.taps("@settings.erase")
		there.hears("@settings.ask_erase_late") // nobody can be written to on the site
		there.taps("@settings.erase_yes")
		there.hears("@settings.erase_late")
		here.hears("попросили удалить все ваши данные")
		s.aDayPasses()
		there.hears("@settings.erased")
		s.idle()
		s.await("the files to be scrubbed", func() bool {
			return len(s.grep(canary, "771000881", s.chatOf(visitor))) == 0
		})
		if strings.Contains(s.logs.String(), canary) || strings.Contains(s.logs.String(), payload[5:]) {
			t.Error("the log knows too much")
		}
	})
}
