package change

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// BenchmarkProof is what the proof of one person costs whom two hundred messages told a
// change, among half a million people (LEDGER_PEOPLE says otherwise).
func BenchmarkProof(b *testing.B) {
	people, _ := strconv.Atoi(os.Getenv("LEDGER_PEOPLE"))
	if people == 0 {
		people = 500_000
	}
	for _, d := range []struct {
		name string
		url  func(testing.TB) string
	}{{"postgres", storagetest.PostgresURL}, {"sqlite", storagetest.SQLiteURL}} {
		b.Run(d.name, func(b *testing.B) {
			s := storagetest.Open(b, d.url(b))
			storagetest.FillLedger(b, s, people)
			w := func(t string) bot.Bilingual { return bot.Bilingual{UK: t, RU: t} }
			c := bot.Change{ID: "x", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 2, Title: w("Тариф"), From: time.Now().AddDate(0, 0, -1), Particulars: bot.Particulars{Level: bot.LevelAcknowledge}}
			if err := s.PutChanges(b.Context(), []bot.Change{c}); err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			for b.Loop() {
				from := time.Now()
				if _, _, err := New(s, nil, time.Now).Prove(b.Context(), bot.System(), "x", storagetest.Proved); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(from))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
