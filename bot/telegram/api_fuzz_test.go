package telegram_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"visnyk/bot/telegram/telegramtest"
)

// bytesOf chooses by the bytes given, and by their order when they are used up.
func bytesOf(choices []byte) func(int) int {
	at := 0
	return func(n int) int {
		at++
		if at > len(choices) {
			return at % n
		}
		return int(choices[at-1]) % n
	}
}

// FuzzAnyUpdate: an update of the table in which anything was put in the place of
// anything becomes one row with one meaning.
func FuzzAnyUpdate(f *testing.F) {
	for i := range byte(24) {
		f.Add([]byte{i % 2, i, i * 7, i * 11, 0, 1, 0, 2, 1, 1, 3}, []byte{i, i * 5, i, i * 3, i + 1, i * 9})
	}
	c := channel(f)
	f.Fuzz(func(t *testing.T, choices, spoils []byte) {
		update := anyUpdate(bytesOf(choices))
		spoil := bytesOf(spoils)
		for range min(len(spoils)/2, 20) {
			ruin(update, spoil)
		}
		body, err := json.Marshal(update)
		if err != nil {
			t.Fatal(err)
		}
		digested(t, c, bytes.ReplaceAll(body, []byte(`"-again-`), []byte(`"`)))
	})
}

// ruin puts something else in the place of one value: a little way down the tree.
func ruin(node any, choose func(int) int) {
	for {
		switch n := node.(type) {
		case map[string]any:
			if len(n) == 0 {
				n["x"] = other(choose)
				return
			}
			name := slices.Sorted(maps.Keys(n))[choose(len(n))]
			if choose(4) > 0 {
				node = n[name]
				if isTree(node) {
					continue
				}
			}
			switch choose(4) {
			case 0:
				delete(n, name)
			case 1: // the same name twice in one object
				n["-again-"+name] = other(choose)
			default:
				n[name] = other(choose)
			}
			return
		case []any:
			if len(n) == 0 {
				return
			}
			at := choose(len(n))
			if isTree(n[at]) && choose(2) > 0 {
				node = n[at]
				continue
			}
			n[at] = other(choose)
			return
		default:
			return
		}
	}
}

func isTree(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// other is a value that is seldom the right one.
func other(choose func(int) int) any {
	deep := any("дно")
	for range 300 {
		deep = map[string]any{"text": []any{deep}}
	}
	all := []any{
		nil, true, false, 0, -1, 1.5, 1e300, json.Number("99999999999999999999"), "", "слово", "1", "\x00\u202e\ufeff", strings.Repeat("ї", 5000),
		[]any{},
		[]any{[]any{}, nil},
		map[string]any{},
		map[string]any{"text": 1, "blocks": "x"},
		deep,
		[]any{"a", 1, map[string]any{"text": "б"}},
	}
	return all[choose(len(all))]
}

// An update as large as Telegram's queue takes is read whole, in whatever field its
// size stands; one that is larger than any is put aside with its reason.
func TestLargestUpdates(t *testing.T) {
	c := channel(t)
	long := func(bytes int) string { return strings.Repeat(`\u0457`, bytes/6) }
	const head = `{"update_id":10000,"message":{"message_id":7,"date":1700000000,"chat":{"id":1111111,"type":"private"},"from":{"id":1111111,"is_bot":false,"first_name":"О"},`
	paragraphs := strings.Repeat(`{"type":"paragraph","text":["`+long(600)+`",{"type":"bold","text":"`+long(60)+`"}]},`, 700)
	for name, tt := range map[string]struct{ rest, want string }{
		"a text":    {`"text":"` + long(telegramtest.MaxUpdate-1024) + `"}}`, "їїїї"},
		"a caption": {`"photo":[{"file_id":"a","file_unique_id":"b","width":1,"height":1}],"caption":"` + long(telegramtest.MaxUpdate-1024) + `"}}`, "їїїї"},
		"a rich message": {
			`"rich_message":{"blocks":[` + paragraphs + `{"type":"paragraph","text":"останнє слово"}]}}}`, "останнє слово",
		},
		"what it answers": {
			`"reply_to_message":{"message_id":5,"date":1,"chat":{"id":1111111,"type":"private"},"text":"` + long(telegramtest.MaxUpdate-1024) + `"},"text":"моє слово"}}`,
			"моє слово",
		},
		"many entities": {
			`"text":"моє слово","entities":[` + strings.Repeat(`{"type":"bold","offset":0,"length":3},`, 12_000) + `{"type":"bold","offset":0,"length":3}]}}`, "моє слово",
		},
	} {
		body := []byte(head + tt.rest)
		if len(body) < telegramtest.MaxUpdate*3/4 || len(body) > telegramtest.MaxUpdate {
			t.Errorf("%s: %d bytes", name, len(body))
		}
		u, _ := accepted(t, c, signed(), body)
		events, err := c.Decode(u)
		if err != nil || u.Defect != "" || len(events) != 1 || !strings.Contains(events[0].Text, tt.want) {
			t.Errorf("%s: defect %q, %v", name, u.Defect, err)
		}
	}
	for _, over := range []int{0, 1} {
		const most = 1 << 20
		body := fmt.Appendf(nil, `%s"text":"%s"}}`, head, "x")
		body = append(body, bytes.Repeat([]byte(" "), most+over-len(body))...)
		u, _ := accepted(t, c, signed(), body)
		if refused := strings.Contains(u.Defect, "larger than any"); refused != (over > 0) {
			t.Errorf("%d bytes: defect %q", len(body), u.Defect)
		}
	}
}
