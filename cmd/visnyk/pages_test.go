package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows/flowtest"
	"visnyk/storage/storagetest"
)

// manyChanges are so many open changes for everybody, the nearest first. Titles are of
// all lengths; the third and the tenth bear one.
func manyChanges(n int, from time.Time) []bot.Change {
	all := make([]bot.Change, n)
	for i := range all {
		title := bot.Bilingual{UK: fmt.Sprintf("Оновлення %d", i+1), RU: fmt.Sprintf("Обновление %d", i+1)}
		switch i {
		case 2, 9:
			title = bot.Bilingual{UK: "Нічні роботи", RU: "Ночные работы"}
		case 4:
			title = bot.Bilingual{
				UK: "Планові роботи на магістралі між Подолом, Оболонню та Виноградарем (*без перерви* зв’язку)",
				RU: "Плановые работы на магистрали между Подолом, Оболонью и Виноградарём (*без перерыва* связи)",
			}
		case 5:
			title = bot.Bilingual{UK: "Наберіть *111*4# або 2*2 ", RU: "Наберите *111*4# или 2*2 "}
		}
		same := func(uk, ru string) bot.Bilingual {
			return bot.Bilingual{UK: fmt.Sprintf(uk, i+1), RU: fmt.Sprintf(ru, i+1)}
		}
		all[i] = bot.Change{
			ID: fmt.Sprintf("many-%d", i+1), Version: 1, Kind: bot.ChangeKinds()[0], State: bot.ChangeAnnounced, Title: title,
			Summary: same("Суть %d.", "Суть %d."), Reason: same("Причина %d.", "Причина %d."), Consequence: same("Наслідок %d.", "Следствие %d."),
			Benefit: same("Користь %d.", "Польза %d."), ToDo: same("Нічого %d.", "Ничего %d."),
			From: from.AddDate(0, 0, i),
		}
	}
	return all
}

// TestTranscriptsOfManyChanges plays the conversations about a list of pages.
func TestTranscriptsOfManyChanges(t *testing.T) {
	s := stage(t)
	for _, n := range []int{30, 100} {
		s.Changes = manyChanges(n, time.Date(2026, time.December, 1, 0, 0, 0, 0, s.Zone))
		files, err := filepath.Glob(fmt.Sprintf("../../flows/change/testdata/many/%d*.chat", n))
		if err != nil || len(files) != 2 {
			t.Fatalf("transcripts %v, %v", files, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) { flowtest.Run(t, file, s, *updateChats) })
		}
	}
}

// TestManyChangesOnEveryMessenger reads a hundred changes to the last, by presses and by
// typed labels: every one is offered once, in words that arrive as they were written.
func TestManyChangesOnEveryMessenger(t *testing.T) {
	t.Parallel()
	const n = 100
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	s.withdrawAll()
	all := manyChanges(n, time.Now().AddDate(0, 0, 7))
	if err := s.service.store.Load().PutChanges(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	s.refreshed()
	for _, l := range bot.Languages() {
		for name, come := range map[string]func() *actor{
			"telegram": func() *actor { return s.onTelegram(int64(l[0]), "Олена", l) },
			"viber":    func() *actor { return s.onViber("0123456789"+string(l)+"/b5CdEfGg==", "Олена", l) },
			"webchat":  func() *actor { a, _ := s.onWebchat(l); return a },
		} {
			t.Run(name+"-"+string(l), func(t *testing.T) {
				s.t = t
				a := come()
				offered, shown := readChanges(a, name)
				if len(offered) != n || len(slices.Compact(slices.Sorted(slices.Values(offered)))) != n {
					t.Errorf("%d labels, want %d different: %q", len(offered), n, offered)
				}
				for _, c := range all {
					title := strings.TrimSpace(c.Title.In(l))
					if !strings.Contains(shown, title) {
						t.Errorf("%q is nowhere", title)
					}
				}
			})
		}
	}
}

// TestChangesThatLookAlike: on every page and messenger each has a label of its own,
// by which it opens.
func TestChangesThatLookAlike(t *testing.T) {
	const n = 20
	titles := []string{"Нічні роботи", "нічні роботи ", "Нічні роботи (2)", "Роботи на магістралі між Подолом, Оболонню та Виноградарем і далі", `"'&<>` + strings.Repeat(`"'<&>`, 20)}
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	s.withdrawAll()
	all := manyChanges(n, time.Now().AddDate(0, 0, 7))
	for i := range all {
		title := titles[i%len(titles)]
		all[i].Title, all[i].From = bot.Bilingual{UK: title, RU: title}, all[i/8].From
	}
	if err := s.service.store.Load().PutChanges(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	s.refreshed()
	visitor, _ := s.onWebchat(bot.Ukrainian)
	for name, a := range map[string]*actor{
		"telegram": s.onTelegram(1001, "Олена", bot.Ukrainian), "viber": s.onViber("01234567890A+/b5CdEfGg==", "Олена", bot.Ukrainian), "webchat": visitor,
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			offered, _ := readChanges(a, name)
			folded := map[string]bool{}
			for _, label := range offered {
				folded[strings.ToLower(label)] = true
			}
			if len(offered) != n || len(folded) != n {
				t.Errorf("%d labels, %d different: %q", len(offered), len(folded), offered)
			}
			a.write(strings.ToUpper(offered[n-1]))
			a.hears("Суть ")
		})
	}
}

// readChanges has somebody new to the messenger open the list of changes and read it to
// the last page.
func readChanges(a *actor, messenger string) (offered []string, said string) {
	a.write("/start")
	a.hears()
	if messenger == "viber" {
		a.taps("@greeting.language")
		a.hears("@menu.choose")
	}
	a.taps("@menu.changes")
	return readPages(a, a.say("@page.next"))
}

// readPages turns the pages to the last and returns the labels of the changes and all
// that was said: every other page is turned by the typed label.
func readPages(a *actor, next string) (offered []string, said string) {
	for i := 0; ; i++ {
		page := a.hears("@change.list")
		said += strings.ReplaceAll(page.text, "\u2060", "") + "\n"
		more := slices.Contains(page.labels, next)
		for _, label := range page.labels {
			if label != next && label != a.say("@page.back") && label != a.say("@button.menu") {
				offered = append(offered, label)
			}
		}
		switch {
		case !more:
			return offered, said
		case i%2 == 0:
			a.taps(next)
		default:
			a.write(next)
		}
	}
}

// TestManyChats parts the last of a dozen chats, which stands on the second page.
func TestManyChats(t *testing.T) {
	const script = `lang uk
name Олена
chats telegram here` + " webchat 2026-11-20 webchat 2026-11-20 webchat 2026-11-20 webchat 2026-11-20" +
		" webchat 2026-11-20 webchat 2026-11-20 webchat 2026-11-20 webchat 2026-11-20 webchat 2026-11-20 webchat 2026-11-20 viber 2026-11-21" + `
> /start
> [Мої налаштування]
> [Підключені чати]
> [Далі]
> [Від’єднати: Viber]
`
	got, err := stage(t).Play(script)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got, "Сторінка 2 з 2") || !strings.Contains(got, "! split viber") {
		t.Error(got)
	}
}
