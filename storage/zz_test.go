package storage

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

func TestZZProbe(t *testing.T) {
	ctx := context.Background()
	url, _ := os.ReadFile(os.Getenv("ZZ_URL"))
	s, err := Open(ctx, string(url), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := bot.Calendar{Now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	is := func(field string, op bot.Op, values ...string) bot.Segment {
		return bot.Segment{Condition: bot.Condition{Field: field, Op: op, Values: values}}
	}
	_ = strconv.Itoa
	all := []bot.Segment{
		is("kind", bot.OpIn, "client"), is("tier", bot.OpIn, "new", "regular"), is("region", bot.OpIn, "Київ"), is(bot.AreaField, bot.OpIn, "kyiv"),
		is("tags", bot.OpIn, "борг"), is("bot", bot.OpIn, "telegram"), is("attributes.plan", bot.OpIn, "S", "XL"), is("attributes.balance", "lt", "700"),
		is("attributes.until", "next", "100 days"), is("attributes.born", bot.OpAnniversary, "14 days"), is("attributes.street", bot.OpContains, "щат"),
		is("first", bot.OpLast, "200 days"), is("last", "over", "200 days"), is("last", "last", "200 days"), is("ticket.reason", bot.OpIn, "complaint"), is(bot.ChangeField, "told", "tariff"), is(bot.ChangeField, "untold", "tariff"),
	}
	only := os.Getenv("ZZ_ONLY")
	for _, seg := range all {
		if only != "" && !strings.Contains(seg.Field, only) {
			continue
		}
		best := func(f func() error) time.Duration {
			b := time.Hour
			for range 3 {
				began := time.Now()
				if err := f(); err != nil {
					t.Fatal(err)
				}
				b = min(b, time.Since(began))
			}
			return b
		}
		sample := best(func() error { _, err := s.SampleSegment(ctx, seg, now); return err })
		exact := best(func() error { _, err := s.CountSegment(ctx, seg, now); return err })
		fmt.Printf("%-20s %-10s sample %6.1f ms exact %6.1f ms\n", seg.Field, seg.Op, float64(sample.Microseconds())/1000, float64(exact.Microseconds())/1000)
		if os.Getenv("ZZ_PLAN") == "" {
			continue
		}
		plan := func(c conn, query string, values []any) {
			pre := "EXPLAIN (ANALYZE, BUFFERS) "
			if s.db.SQLite() {
				pre = "EXPLAIN QUERY PLAN "
				var rows []struct {
					ID, Parent, Notused int
					Detail              string
				}
				if err := c.sel(ctx, &rows, pre+query, values...); err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					fmt.Println("   ", r.Detail)
				}
				return
			}
			var rows []string
			if err := c.sel(ctx, &rows, pre+query, values...); err != nil {
				t.Fatal(err)
			}
			fmt.Println("   ", strings.Join(rows, "\n    "))
		}
		_ = s.sampling(ctx, func(c conn) error {
			query, values, err := c.asking(countSample, seg, now)
			plan(c, query, values)
			return err
		})
		_ = s.counting(ctx, func(c conn) error {
			is, err := c.wholeSegment(seg, now, 1)
			plan(c, strings.Replace(countSegment, "{in}", is.sql, 1), is.values)
			return err
		})
	}
}
