package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/storage"
)

// faqCall runs a faq command over a database of its own.
func faqCall(t *testing.T, database string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	env := []string{"VISNYK_DATABASE_URL=sqlite:" + database, "VISNYK_SECRET=" + strings.Repeat("s", 32)}
	if code := run(t.Context(), append([]string{"faq"}, args...), env, streams{In: strings.NewReader(""), Out: &out, Err: &out}); code != exitDone {
		t.Fatalf("faq %q: code %d, %s", args, code, out.String())
	}
	return out.String()
}

// retire has a user retire the article.
func retire(t *testing.T, database, id string) {
	t.Helper()
	store, err := storage.Open(t.Context(), "sqlite:"+database, storage.Options{Secret: []byte(strings.Repeat("s", 32))})
	if err != nil {
		t.Fatal(err)
	}
	editor := editor.NewEditor(store, time.Now)
	_, err = editor.Move(t.Context(), bot.Actor{User: "u1", Role: bot.Marketer}, id, bot.ArticleRetire, 1)
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestFAQForEditors(t *testing.T) {
	dir := t.TempDir()
	database, kb := filepath.Join(dir, "v.db"), filepath.Join(dir, "kb.json")
	const base = `[
{"id":"return","question":{"uk":"Як повернути товар?","ru":"Как вернуть товар?"},"answer":{"uk":"Так.","ru":"Да."},
 "aliases":{"uk":["повернення"],"ru":["возврат"]},"negatives":{"uk":["повернути борг"],"ru":[]}},
{"id":"hours","question":{"uk":"Коли Ви працюєте?","ru":"Когда вы работаете?"},"answer":{"uk":"Так.","ru":"Да."},"aliases":{"uk":["повернення"],"ru":["часы"]}}
]`
	if err := os.WriteFile(kb, []byte(base), 0o600); err != nil {
		t.Fatal(err)
	}
	said := faqCall(t, database, "import", "-approve", kb)
	if !strings.Contains(said, `return: aliases.uk: "повернення" is a wording of hours too`) || !strings.Contains(said, "2 articles stored as approved; 2 warnings") {
		t.Errorf("import says %s", said)
	}
	if again := faqCall(t, database, "import", "-approve", kb); !strings.Contains(again, "0 articles stored as approved") || !strings.Contains(again, "2 were there as they are") {
		t.Errorf("the second import says %s", again)
	}
	retire(t, database, "hours")
	if err := os.WriteFile(kb, []byte(strings.ReplaceAll(base, `"Так."`, `"Звісно."`)), 0o600); err != nil {
		t.Fatal(err)
	}
	if left := faqCall(t, database, "import", "-approve", kb); !strings.Contains(left, "1 article stored") ||
		!strings.Contains(left, "1 was left alone, for users have approved, retired or taught them here: hours") {
		t.Errorf("after a user retired one, the import says %s", left)
	}
	if all := faqCall(t, database, "import", "-approve", "-replace", kb); !strings.Contains(all, "1 article stored") || !strings.Contains(all, "1 was there as it is") {
		t.Errorf("with -replace, the import says %s", all)
	}
	if again := faqCall(t, database, "check"); !strings.Contains(again, "2 articles, 2 warnings") {
		t.Errorf("check says %s", again)
	}
	if file := faqCall(t, database, "check", "-kb", kb); !strings.Contains(file, "2 articles, 2 warnings") {
		t.Errorf("check of the file says %s", file)
	}
	if out := faqCall(t, database, "export"); !strings.Contains(out, `"повернути борг"`) || strings.Count(out, "negatives") != 1 {
		t.Errorf("export says %s", out)
	}

	store, err := storage.Open(t.Context(), "sqlite:"+database, storage.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range []bot.Question{
		{Text: "чи є знижки студентам", Ending: bot.EndedUnanswered},
		{Text: "знижки студентам?", Ending: bot.EndedRejected},
		{Text: "віддати назад куртку", Ending: bot.EndedPicked, Article: "return"},
	} {
		id := storage.NewID()
		q.Address, q.Cause, q.Contact, q.Language = bot.Address{Bot: "telegram", Chat: "1"}, id, string(rune('a'+i)), bot.Ukrainian
		lease, _, _, err := store.Acquire(t.Context(), "telegram", "me", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Receive(t.Context(), []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: id, Chat: "1", Payload: []byte("{}")},
		}}); err != nil {
			t.Fatal(err)
		}
		if _, err := store.CommitTurns(t.Context(), lease, []storage.TurnWrite{{Bot: "telegram", InboxID: id, Questions: []bot.Question{q}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if out := faqCall(t, database, "wanted"); !strings.Contains(out, "2 questions of the last 90 days") || !strings.Contains(out, "1. people: 2, questions: 2 (uk 2, ru 0)") ||
		!strings.Contains(out, "   знижки студентам?") {
		t.Errorf("wanted says %s", out)
	}
	if out := faqCall(t, database, "offers"); !strings.Contains(out, "1 person\tвіддати назад куртку") || !strings.Contains(out, "1 wording offered") {
		t.Errorf("offers says %s", out)
	}
}

// An article that was poisoned before the upgrade goes out with the nearest date
// that can be written, and so it can be mended and taken in again.
func TestAttackPoisonedArticleIsExported(t *testing.T) {
	dir := t.TempDir()
	database, kb := filepath.Join(dir, "v.db"), filepath.Join(dir, "kb.json")
	article := `[{"id":"a","question":{"uk":"Як?","ru":"Как?"},"answer":{"uk":"Так.","ru":"Так."},"aliases":{"uk":[],"ru":[]}}]`
	if err := os.WriteFile(kb, []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	faqCall(t, database, "import", kb)
	spoil(t, "sqlite:"+database, `UPDATE articles SET valid_to = 253402351199000000`)
	out := faqCall(t, database, "export")
	if !strings.Contains(out, `"valid_to": "9999-12-31T23:59:59.999999Z"`) || strings.Contains(out, "version") {
		t.Errorf("export says %s", out)
	}
	if err := os.WriteFile(kb, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := faqCall(t, database, "import", kb); !strings.Contains(out, "1 was there as it is") {
		t.Errorf("import says %s", out)
	}
}

// Four wordings an article has to be worth an editor's while, whatever company
// it is; what is learnt must not cost much elsewhere.
func TestLearningHelps(t *testing.T) {
	const data = "../../flows/faq/search/testdata/shop/"
	var out bytes.Buffer
	args := []string{"faq", "eval", "-kb", data + "kb.json", "-queries", data + "queries.json", "-learn", "4"}
	if code := run(t.Context(), args, nil, streams{In: strings.NewReader(""), Out: &out, Err: &out}); code != exitDone {
		t.Fatalf("code %d, %s", code, out.String())
	}
	var before, after, gain float64
	for line := range strings.Lines(out.String()) {
		if rest, ok := strings.CutPrefix(line, "helpful at <= 2 % false answers"); ok {
			if _, err := fmt.Sscan(rest, &before, &after, &gain); err != nil {
				t.Fatal(err)
			}
		}
	}
	if gain < 2 {
		t.Errorf("learning made %.1f points more helpful: %s", gain, out.String())
	}
}
