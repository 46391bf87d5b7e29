package search

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
)

// slowest is what one message may take. The best of a few tries counts: a busy
// machine is not the engine's doing.
const slowest = 5 * time.Millisecond * slack

// tries is how often a slow message is measured again.
const tries = 100

func hard() []string {
	return []string{
		"", " ", "?", "👍👍👍", "\x00\xff\xfe", "а", strings.Repeat("а", 10000), strings.Repeat("а ", 10000), strings.Repeat("доставка ", 3000),
		strings.Repeat("абвгд,", 4000), strings.Repeat("?", 10000), strings.Repeat("e\u0301", 5000), "\u202eвода", "ﷺﷺﷺ", "日本語の質問です", "ёЁєЄіІїЇґҐ'’ʼ`",
		strings.Repeat("q;'[],.`", 2000), strings.Repeat("shchzhyakh", 1000), "1234567890 0987654321", "𝕕𝕖 𝕞𝕪", "wi-fi/wi-fi\\wi-fi",
		strings.Repeat("сколько стоит вода и когда её дадут, ", 300),
	}
}

func FuzzFind(f *testing.F) {
	articles, queries := readBase(f, "water")
	x := NewIndex(articles)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range hard() {
		f.Add(s)
	}
	for i := 0; i < len(queries); i += 20 {
		f.Add(queries[i].Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := x.Find(text, bot.Ukrainian, now)
		best := time.Hour
		for n := 0; n < tries && best > slowest; n++ {
			began := time.Now()
			x.Find(text, bot.Ukrainian, now)
			best = min(best, time.Since(began))
		}
		if best > slowest {
			t.Errorf("%d bytes took %v", len(text), best)
		}
		last := 1.0
		for _, m := range found.Matches {
			if !(m.Score >= 0 && m.Score <= last) {
				t.Fatalf("score %v after %v", m.Score, last)
			}
			last = m.Score
		}
		x.Explain(text, now)
	})
}

// TestSearchMemoryStaysFlat holds that searching leaves nothing behind.
func TestSearchMemoryStaysFlat(t *testing.T) {
	articles, queries := readBase(t, "shop")
	x := NewIndex(articles)
	now := time.Now()
	play := func() {
		for _, q := range queries {
			x.Find(q.Text, bot.Ukrainian, now)
		}
		for _, s := range hard() {
			x.Find(s, bot.Ukrainian, now)
		}
	}
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	play()
	before := held()
	for range 3 {
		play()
	}
	if after := held(); after > before+2<<20 {
		t.Errorf("%d bytes are held after searching, %d before", after, before)
	}
}

// TestSameAnswerForMany holds that an index may be asked by many at once, and
// that the same message always finds the same.
func TestSameAnswerForMany(t *testing.T) {
	articles, queries := readBase(t, "water")
	x := NewIndex(articles)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var want []any
	for _, q := range queries[:120] {
		want = append(want, x.Find(q.Text, bot.Ukrainian, now))
	}
	again := NewIndex(articles)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i, q := range queries[:120] {
				for _, x := range []*Index{x, again} {
					if got := x.Find(q.Text, bot.Ukrainian, now); !reflect.DeepEqual(any(got), want[i]) {
						t.Errorf("%q found something else the second time", q.Text)
						return
					}
				}
			}
		})
	}
	all.Wait()
}

func TestModelIsWhole(t *testing.T) {
	m, err := ReadModel(strings.NewReader(modelFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Intents) != intentSlots*int(intents-1) || m.Answer < m.Alone || m.Alone <= m.Clarify {
		t.Errorf("%d weights of tones, answer from %v, alone from %v, clarify from %v", len(m.Intents), m.Answer, m.Alone, m.Clarify)
	}
	var other bytes.Buffer
	z := gzip.NewWriter(&other)
	if _, err := z.Write([]byte(`{"linear":[1]}`)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	if _, err := ReadModel(&other); err == nil || !strings.Contains(err.Error(), "1 weights") {
		t.Errorf("a model of other features is read: %v", err)
	}
	if len(FeatureNames()) != features {
		t.Errorf("%d names for %d features", len(FeatureNames()), features)
	}
}
