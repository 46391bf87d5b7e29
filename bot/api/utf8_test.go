package api

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"visnyk/bot"
)

// A body is JSON in UTF-8 or it is refused, on every route that takes one (S13):
// people of another encoding would become one, and nobody could tell who was who.
func TestBodiesAreUTF8(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		people := `[{"external_id":"АБВ","name":"Олена"},{"external_id":"ГДЕ","name":"Петро"}]`
		written := func(to interface{ String(string) (string, error) }) string {
			s, err := to.String(people)
			h.ok(err)
			return s
		}
		before := h.entries()
		for name, c := range map[string]struct {
			body, say string
			code      bot.FaultCode
		}{
			"windows-1251":         {written(charmap.Windows1251.NewEncoder()), "line 1 is not UTF-8 at byte 18 (0xC0)", bot.FaultTextEncoding},
			"koi8-u":               {written(charmap.KOI8U.NewEncoder()), "line 1 is not UTF-8 at byte 18 (0xE1)", bot.FaultTextEncoding},
			"cp866":                {written(charmap.CodePage866.NewEncoder()), "line 1 is not UTF-8 at byte 18 (0x80)", bot.FaultTextEncoding},
			"MacCyrillic":          {written(charmap.MacintoshCyrillic.NewEncoder()), "line 1 is not UTF-8 at byte 18 (0x80)", bot.FaultTextEncoding},
			"UTF-16":               {written(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), "UTF-16", bot.FaultTextUTF16},
			"UTF-16 without mark":  {written(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()), "UTF-16", bot.FaultTextUTF16},
			"one bad byte":         {"[\n" + strings.Replace(people[1:], "Петро", "Пет\xd1", 1), "line 2 is not UTF-8 at byte", bot.FaultTextEncoding},
			"a mark and a bad one": {"\ufeff[\"\xff\"]", "line 1 is not UTF-8 at byte 6 (0xFF)", bot.FaultTextEncoding},
			"half a character":     {`[{"external_id":"\ud800"},{"external_id":"\udc00"}]`, `half a character at byte 18 (\ud800)`, bot.FaultHalfCharacter},
			"the other half":       {`[{"external_id":"\\\uDC00\ud83d"}]`, `half a character at byte 20 (\uDC00)`, bot.FaultHalfCharacter},
		} {
			p := h.as(bot.Marketer, 400, "POST", "/contacts", c.body).problem(t)
			if p.Code != "malformed_body" || len(p.Errors) != 1 || p.Errors[0].Code != c.code || !strings.Contains(p.Errors[0].Detail, c.say) {
				t.Errorf("%s: %+v", name, p)
			}
		}
		bodies := 0
		for _, r := range routes() {
			if !r.writes() {
				continue
			}
			bodies++
			for _, body := range []string{"{\"x\":\"\xce\xeb\"}", `{"x":"\ud800"}`} {
				path := strings.ReplaceAll(r.path, ":id", "x")
				p := h.as(bot.Admin, 400, r.method, path, body, headerMatch, `"1"`).problem(t)
				if p.Code != "malformed_body" || len(p.Errors) != 1 || p.Errors[0].Code == "" {
					t.Errorf("%s %s: %+v", r.method, r.path, p)
				}
			}
		}
		if bodies < 10 || h.entries() != before {
			t.Errorf("%d routes, %d entries after %d", bodies, h.entries(), before)
		}
		// A whole character in two escapes is one, and what was lost before is no name.
		h.as(bot.Marketer, http.StatusOK, "POST", "/contacts", `[{"external_id":"\ud83d\ude00","name":"\\ud800"}]`)
		lost := h.as(bot.Marketer, http.StatusOK, "POST", "/contacts", "[{\"external_id\":\"\ufffd\ufffd\"}]")
		if !strings.Contains(string(lost.body), `"refused"`) {
			t.Errorf("%s", lost.body)
		}
	})
}

// An id is what is seen of it.
func TestContactsAreWhatIsSeen(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		got := h.as(bot.Marketer, http.StatusOK, "POST", "/contacts",
			`[{"external_id":"crm-1","name":"Олена\u202e"},{"external_id":"crm-1\u200b"},{"external_id":"crm-2","attributes":{"a":"1","a\u200b":"2"}}]`)
		items := got.json(t)["items"].([]any)
		for i, want := range []string{"created", "refused", "refused"} {
			if items[i].(map[string]any)["result"] != want {
				t.Errorf("%d: %v, want %s", i, items[i], want)
			}
		}
		id := items[0].(map[string]any)["id"].(string)
		if name := h.as(bot.Operator, http.StatusOK, "GET", "/contacts/"+id, "").json(t)["name"]; name != "Олена" {
			t.Errorf("%q", name)
		}
	})
}
