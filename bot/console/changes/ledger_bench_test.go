package changes_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	changepages "visnyk/bot/console/changes"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// BenchmarkLedger is what the whole page of a change costs, drawn, that concerns half a
// million people (LEDGER_PEOPLE says otherwise): by each of its numbers.
func BenchmarkLedger(b *testing.B) {
	people, _ := strconv.Atoi(os.Getenv("LEDGER_PEOPLE"))
	if people == 0 {
		people = 500_000
	}
	texts, err := locales.New()
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range []struct {
		name string
		url  func(testing.TB) string
	}{{"postgres", storagetest.PostgresURL}, {"sqlite", storagetest.SQLiteURL}} {
		b.Run(d.name, func(b *testing.B) {
			store := storagetest.Open(b, d.url(b))
			storagetest.FillLedger(b, store, people)
			w := func(t string) bot.Bilingual { return bot.Bilingual{UK: t, RU: t} }
			x := bot.Change{ID: "x", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 2, Title: w("Тариф"), From: time.Now().AddDate(0, 0, -1), Particulars: bot.Particulars{Level: bot.LevelAcknowledge}}
			if err := store.PutChanges(b.Context(), []bot.Change{x}); err != nil {
				b.Fatal(err)
			}
			all := change.New(store, nil, time.Now)
			reader := storage.Session{ID: "session", User: storage.User{ID: "marketer", Login: "marketer", Role: bot.Marketer}}
			c := console.New(console.Config{
				Session: func(context.Context, string) (storage.Session, error) { return reader, nil }, Staff: func() *staff.Staff { return staff.New(store) },
				Texts: texts, Log: slog.New(slog.DiscardHandler),
			})
			changepages.Add(c, changepages.Config{
				Changes: func() *change.Changes { return all }, Zone: time.UTC,
				Name: func(_ context.Context, user string) string { return user }, Follow: func(bot.Change) string { return "" },
				Bots: func() []string { return []string{"telegram", "viber"} }, Kind: func(bot string) string { return bot },
				Receipts: func(string) bot.Receipts { return bot.Receipts{} },
			})
			e := echo.New()
			c.Mount(e)
			for name, query := range map[string]string{"all": "", "told": "?of=told", "late": "?of=late", "acknowledged": "?of=acknowledged", "unreached": "?of=unreached", "asked": "?of=asked", "told in Russian on Viber": "?of=told&bot=viber&language=ru"} {
				b.Run(name, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						from := time.Now()
						got := consoletest.Do(e, http.MethodGet, "/console/changes/x/ledger"+query, "", consoletest.Cookie(bot.Marketer))
						took = append(took, time.Since(from))
						if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "Олена") {
							b.Fatal(got.Code, got.Body)
						}
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
					b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
				})
			}
		})
	}
}
