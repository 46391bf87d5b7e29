package telegram_test

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestBombs: an update of the greatest size costs little, whatever it is made of.
func TestBombs(t *testing.T) {
	const size = 1 << 20
	full := func(before, each, after string) string {
		return before + strings.Repeat(each, (size-len(before)-len(after))/len(each)) + after
	}
	private := `{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1},`
	keys := func() string {
		var b strings.Builder
		b.WriteString("{")
		for i := range 127 {
			b.WriteString(`"` + string(rune('a'+i%26)) + string(rune('a'+i/26)) + `":1,`)
		}
		b.WriteString(`"z":1},`)
		return b.String()
	}()
	c := channel(t)
	for name, body := range map[string]string{
		"depth of arrays":      `{"x":` + strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990) + strings.Repeat(" ", size-20_000) + `}`,
		"keys":                 full(`{"update_id":1,"x":[`, keys, `0]}`),
		"rich strings":         full(private+`"rich_message":{"blocks":[`, `"\n",`, `0]}}}`),
		"rich depth":           private + `"rich_message":` + strings.Repeat(`{"text":[`, 4_900) + `"x"` + strings.Repeat(`]}`, 4_900) + `}}`,
		"rich depth, too deep": full(private+`"rich_message":`, `{"text":[`, ``),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			json.Valid([]byte(body))
			reading := time.Since(began) // once, on this machine as it is now
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began = time.Now()
			u, _ := accepted(t, c, signed(), []byte(body))
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			t.Logf("%d bytes, %s, %d KiB, defect %q", len(body), took, (after.TotalAlloc-before.TotalAlloc)>>10, u.Defect)
			if took > time.Second && took > 100*reading { // 50 ms on a quiet machine, less than ten readings
				t.Errorf("took %s, and reading it once %s", took, reading)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
				t.Errorf("took %d MiB", n>>20)
			}
		})
	}
}
