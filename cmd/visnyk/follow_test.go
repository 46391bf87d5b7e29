package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// followPage asks for the public page of a change as somebody who reads the language.
func (s *world) followPage(name, accepts string) (int, http.Header, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+s.address+bot.FollowPath+name, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", accepts)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// The public page of a change tells what was announced, in the reader's language, and
// nothing before: neither the change, nor a correction that is being made, nor a stage
// that has not come. What is not for everyone has a name that nobody guesses. It leads to
// chats in which the change is followed.
func TestFollowPage(t *testing.T) {
	t.Parallel()
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	s.withdrawAll()
	changes := s.service.parts.api.Changes
	create := func(id string, audience bot.Segment) *rollOut {
		is, err := changes.Create(context.Background(), rollWriter, bot.Change{
			ID: id, Kind: bot.Rules, Title: said("Новий порядок <b>", "Новый порядок <b>"), Audience: audience,
			Summary: said("Платити можна **щотижня**.", "Платить можно **еженедельно**."), Reason: said("Ви просили.", "Вы просили."),
			Consequence: said("Рахунок двічі.", "Счёт дважды."), Benefit: said("Легше.", "Легче."), ToDo: said("Нічого.", "Ничего."),
			From: time.Date(2030, 1, 1, 0, 0, 0, 0, s.cfg.Zone),
			Particulars: bot.Particulars{
				Stages: []bot.Stage{{At: time.Now().Add(-time.Hour), Text: said("Почали.", "Начали.")}, {At: time.Now().Add(time.Hour), Text: said("Таємне.", "Тайное.")}},
				Sums:   []bot.Sum{{What: said("Плата", "Плата"), Amount: "260.00", Currency: "UAH"}},
				Links:  []bot.NamedLink{{What: said("Умови", "Условия"), URL: "https://odud.example/terms"}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return &rollOut{t, s, is}
	}
	r := create("paid", bot.Segment{})
	// Its article is a secret as long as it is, though it is approved by itself.
	if err := s.service.store.Load().PutArticles(context.Background(), []bot.Article{{
		ID: "weekly", State: bot.ArticleApproved, Change: "paid", Question: said("Як сплачувати щотижня карткою Зірка?", "Как платить еженедельно картой Звезда?"), Answer: said("Карткою Зірка в кабінеті.", "Картой Звезда в кабинете."),
	}}); err != nil {
		t.Fatal(err)
	}
	curious := s.onTelegram(7102, "Іван", bot.Ukrainian)
	curious.begins()
	asks := func() bool {
		curious.write("Як сплачувати щотижня карткою Зірка?")
		s.idle()
		return curious.times("в кабінеті") > 0
	}
	_, _, unknown := s.followPage("nothing", "uk")
	for _, step := range []bot.ChangeMove{bot.ChangeSubmit, bot.ChangeApprove, bot.ChangeAnnounce} {
		status, _, body := s.followPage("paid", "uk")
		if status != http.StatusNotFound || strip(body) != strip(unknown) {
			t.Errorf("before %s: %d, %s; of what is not there %s", step, status, body, unknown)
		}
		if step == bot.ChangeAnnounce { // approved: colleagues see it, and customers do not
			if asks() {
				t.Error("an article of it is told before it is announced")
			}
			curious.write("оператор")
			card, err := s.service.parts.desk.Card(context.Background(), bot.Actor{User: "a", Role: bot.Admin}, curious.ticket("7102").ID)
			if err != nil || len(card.Changes) != 1 || card.Changes[0].ID != "paid" || card.Changes[0].Told() {
				t.Errorf("on the card at the desk: %+v, %v", card.Changes, err)
			}
			s.desk(curious.ticket("7102"), bot.TicketTake)
			s.desk(curious.ticket("7102"), bot.TicketClose)
			s.idle()
		}
		r.moves(step)
	}
	for l, wants := range map[bot.Language][]string{
		bot.Ukrainian: {`lang="uk"`, "Новий порядок &lt;b&gt;", "<strong>щотижня</strong>", "1 січня 2030 року", "260 грн", "Почали.", `href="https://odud.example/terms"`, "Рахунок двічі.", "Чат на сайті", "?start=follow-paid", "/chat?start=follow-paid"},
		bot.Russian:   {`lang="ru"`, "<strong>еженедельно</strong>", "1 января 2030 года", "Начали.", "Чат на сайте"},
	} {
		status, header, body := s.followPage("paid", string(l))
		if status != http.StatusOK || header.Get("Set-Cookie") != "" || header.Get("X-Robots-Tag") != "" || !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") ||
			header.Get("Vary") == "" || header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d, %v", l, status, header)
		}
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %q is not on the page", l, want)
			}
		}
		for _, secret := range []string{"Таємне", "Тайное", "<script", "<b>"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: %q is on the page", l, secret)
			}
		}
	}
	if !asks() {
		t.Error("its article is not told once it is announced")
	}
	if _, _, body := s.followPage("paid?lang=ru", "uk"); !strings.Contains(body, `lang="ru"`) {
		t.Error("the switch does not lead to the other language")
	}

	// Who comes by the link follows the change at once.
	a := s.onTelegram(7101, "Олена", bot.Ukrainian)
	a.follows(bot.FollowPayload("paid"))
	a.hears()
	s.await("the follower", func() bool { return len(s.strings(`SELECT contact FROM ledger WHERE followed_at <> 0`)) == 1 })

	// A correction shows nothing until it is announced; what is withdrawn says so alone.
	r.moves(bot.ChangeCorrect)
	c := r.Change
	c.Summary, c.Wrong, c.From = said("Платити можна щомісяця.", "Платить можно ежемесячно."), said("Не щотижня.", "Не еженедельно."), c.From.AddDate(0, 1, 0)
	is, err := changes.Replace(context.Background(), rollWriter, c)
	if err != nil {
		t.Fatal(err)
	}
	r.Sheet = is
	if _, _, body := s.followPage("paid", "uk"); strings.Contains(body, "щомісяця") || !strings.Contains(body, "щотижня") {
		t.Error("a draft is on the page")
	}
	r.moves(bot.ChangeSubmit, bot.ChangeApprove, bot.ChangeAnnounce)
	if _, _, body := s.followPage("paid", "uk"); !strings.Contains(body, "щомісяця") || !strings.Contains(body, "Не щотижня.") {
		t.Error("the correction is not on the page")
	}
	r.moves(bot.ChangeWithdraw)
	if status, _, body := s.followPage("paid", "uk"); status != http.StatusOK || !strings.Contains(body, "скасовано") || strings.Contains(body, "щомісяця") || strings.Contains(body, "start=") {
		t.Errorf("withdrawn: %d, %s", status, body)
	}

	never := create("never", bot.Segment{}) // it was given up, and nobody is to know that it was meant
	for _, m := range []bot.ChangeMove{bot.ChangeSubmit, bot.ChangeApprove, bot.ChangeWithdraw} {
		never.moves(m)
		if status, _, body := s.followPage("never", "uk"); status != http.StatusNotFound || strip(body) != strip(unknown) {
			t.Errorf("after %s, never announced: %d, %s", m, status, body)
		}
	}
	some := create("some", bot.In("region", "Київ"))
	some.moves(bot.ChangeSubmit, bot.ChangeApprove, bot.ChangeAnnounce)
	if status, _, body := s.followPage("some", "uk"); status != http.StatusNotFound || strip(body) != strip(unknown) {
		t.Errorf("by its id: %d, %s", status, body)
	}
	name := s.service.followPages.Name(some.Change)
	status, header, body := s.followPage(name, "uk")
	if status != http.StatusOK || header.Get("X-Robots-Tag") != "noindex" || !strings.Contains(body, `name="robots" content="noindex"`) || len(name) < 20 {
		t.Errorf("by its code %s: %d, %v", name, status, header)
	}
}

// strip takes out of an answer what every request has for itself.
func strip(body string) string {
	before, rest, found := strings.Cut(body, `"instance"`)
	if !found {
		return body
	}
	_, after, _ := strings.Cut(rest, "}")
	return before + after
}
