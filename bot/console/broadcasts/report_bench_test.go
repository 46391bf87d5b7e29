package broadcasts

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// BenchmarkReport is what the whole page of a broadcast costs on PostgreSQL that sends to
// REPORT_PEOPLE people, 20 000 where nothing is said: by each of its numbers, from the
// first rows on and from the middle.
func BenchmarkReport(b *testing.B) {
	people, _ := strconv.Atoi(os.Getenv("REPORT_PEOPLE"))
	if people == 0 {
		people = 20_000
	}
	store := storagetest.Open(b, storagetest.PostgresURL(b))
	filled(b, store, "b", people)
	texts, err := locales.New()
	if err != nil {
		b.Fatal(err)
	}
	all := broadcast.New(broadcast.Config{Store: store, Texts: texts, Zone: time.UTC, Now: time.Now})
	with := Config{Broadcasts: func() *broadcast.Broadcasts { return all }, Zone: time.UTC, Name: func(_ context.Context, user string) string { return user }}
	reader := storage.Session{ID: "session", User: storage.User{ID: "marketer", Login: "marketer", Role: bot.Marketer}}
	c := console.New(console.Config{
		Session: func(context.Context, string) (storage.Session, error) { return reader, nil }, Staff: func() *staff.Staff { return staff.New(store) },
		Texts: texts, Log: slog.New(slog.DiscardHandler),
	})
	Add(c, with)
	e := echo.New()
	c.Mount(e)
	for name, query := range map[string]string{
		"all": "", "sent": "?of=sent", "sent in the middle": "?of=sent&after=%00p1" + strconv.Itoa(people/2 + 1_000_000)[1:], "pending": "?of=pending", "put off": "?of=pending&reason=quiet",
		"failed": "?of=failed", "gone": "?of=failed&reason=gone", "skipped of one": "?of=skipped&bot=viber&language=ru", "unknown": "?of=unknown", "delivered": "?of=delivered",
		"clicked": "?of=clicked", "complained, of whom there is nobody": "?of=complained", "seen, of whom there is nobody": "?of=seen",
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				from := time.Now()
				got := consoletest.Do(e, http.MethodGet, "/console/broadcasts/b/report"+query, "", consoletest.Cookie(bot.Marketer))
				took = append(took, time.Since(from))
				if got.Code != http.StatusOK {
					b.Fatal(got.Code)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
	b.Run("progress of all", func(b *testing.B) {
		read := pages{with.whole()}.watch()
		for b.Loop() {
			if all, err := read(b.Context()); err != nil || len(all) != 1 {
				b.Fatal(len(all), err)
			}
		}
	})
}
