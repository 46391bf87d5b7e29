package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestProofIsChecked signs what one person was told and checks it as an auditor does, with
// the key alone, and as the company does, with its records: also when the secret was
// changed since, and when the person was forgotten. Everything else is refused in words.
func TestProofIsChecked(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const first, second, said = "the first secret of all", "the second secret of all", "**Тариф**\n\nДорожче на 40 грн"
			o := office{t, url(t)}
			s, err := storage.Open(t.Context(), o.url, storage.Options{Secret: []byte(first)})
			if err != nil {
				t.Fatal(err)
			}
			changes := toldOnce(t, o.url, s, said)
			spoil(t, o.url, `INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, outcome, created_at)
SELECT bot, chat, 'turn/b/0', change_id, contact, version, part, rendering, text_hash, 'on its way', 7 FROM tellings`)
			file, hash, err := changes.Prove(t.Context(), bot.System(), "x", "olena")
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(file), `"outcome"`); n != 1 { // what has not ended proves nothing
				t.Errorf("%d messages are proved", n)
			}
			audited, err := s.AuditLines(t.Context(), storage.AuditQuery{Action: "change.prove", Object: "change/x"}, 2)
			if err != nil || len(audited) != 1 || !strings.Contains(audited[0].Detail, hash) {
				t.Errorf("in the audit: %+v, %v", audited, err)
			}
			key := s.ProofPublic()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			at := filepath.Join(t.TempDir(), "proof.txt")
			says := func(secret string, code int, content []byte, args []string, want ...string) {
				t.Helper()
				if err := os.WriteFile(at, content, 0o600); err != nil {
					t.Fatal(err)
				}
				out, errOut := o.runWith(secret, code, "", append([]string{"verify"}, args...)...)
				for _, w := range want {
					if !strings.Contains(out+errOut, w) {
						t.Errorf("%v with %q does not say %q:\n%s%s", args, secret, w, out, errOut)
					}
				}
			}
			alone, online := []string{"-proof", at, "-key", key}, []string{"-proof", at}
			says("", exitDone, file, alone, "signed: nothing was changed", "Олена", hash, "to the letter: **Тариф**", "by Петро as ", "cannot be known: whether it was seen", "records: not asked")
			says(first, exitDone, file, online, "that of VISNYK_SECRET", "is still the one the proof was made from", "has every message that the proof names")
			says(second, exitDone, file, online, "one of an earlier VISNYK_SECRET", "has every message")
			says("", exitDone, file, online, "one of an earlier VISNYK_SECRET")
			forged := bytes.Replace(file, []byte("40 грн"), []byte("14 грн"), 1)
			for _, args := range [][]string{alone, online} {
				says(first, exitFailed, forged, args, "refused", "changed after it was signed")
				says(first, exitFailed, file[:len(file)/2], args, "refused", "cut off")
				says(first, exitFailed, []byte("так було"), args, "refused", "no proof of Visnyk")
			}
			stranger := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
			public, err := bot.ParseProofKey(key)
			if err != nil {
				t.Fatal(err)
			}
			p, err := bot.OpenProof(file, public)
			if err != nil {
				t.Fatal(err)
			}
			foreign, err := p.Sign(stranger)
			if err != nil {
				t.Fatal(err)
			}
			says(first, exitFailed, foreign, online, "refused", "which is no key of this service, now or before")
			says("", exitFailed, foreign, alone, "refused", "another key signed this file")
			says("", exitUsage, file, []string{"-proof", at, "-key", "x"}, "-key: a key of proofs is written as ed25519:")
			says("", exitUsage, file, []string{"-key", key}, "-key goes with -proof")
			says("", exitFailed, file, []string{"-proof", at + ".none", "-key", key}, "no such file")

			spoil(t, o.url, `UPDATE tellings SET text_hash = 'x'`)
			says(first, exitFailed, file, online, "the database lacks 1 message that it proves")
			if s, err = storage.Open(t.Context(), o.url, storage.Options{Secret: []byte(first)}); err != nil {
				t.Fatal(err)
			}
			if err := s.InTx(t.Context(), func(tx *storage.Tx) error {
				return tx.Erase(t.Context(), storage.Person{Contact: "olena", Addresses: []bot.Address{{Bot: "telegram", Chat: "1"}}})
			}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := change.New(s, nil, time.Now).Prove(t.Context(), bot.System(), "x", "olena"); !errors.Is(err, change.ErrNothingProved) {
				t.Errorf("of who is forgotten: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			says(first, exitDone, file, online, "they were forgotten")
		})
	}
}

// toldOnce is the changes of a database where Петро approved one, and Олена was told it in
// the chat with these words.
func toldOnce(t *testing.T, url string, s *storage.Store, words string) *change.Changes {
	t.Helper()
	ctx, w := t.Context(), func(text string) bot.Bilingual { return bot.Bilingual{UK: text, RU: text} }
	if _, err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	writer, approver := bot.Actor{User: "olha", Login: "olha", Role: bot.Marketer}, bot.Actor{User: "petro", Login: "petro", Role: bot.Approver}
	if err := s.InTx(ctx, func(tx *storage.Tx) error {
		for _, u := range []storage.User{{ID: "olha", Login: "olha", Role: bot.Marketer, Password: "-"}, {ID: "petro", Login: "petro", Name: "Петро", Role: bot.Approver, Password: "-"}} {
			if err := tx.AddUser(ctx, u); err != nil {
				return err
			}
		}
		_, err := tx.ImportContacts(ctx, []bot.Person{{Contact: bot.Contact{ID: "olena", External: "7", Name: "Олена"}}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	changes := change.New(s, nil, time.Now)
	made, err := changes.Create(ctx, writer, bot.Change{
		ID: "x", Kind: bot.Product, Title: w("Тариф"), Summary: w("З 1 лютого дорожче на 40 грн."), Reason: w("Подорожчав канал."), Consequence: w("Ви платите більше."),
		Benefit: w("Швидкість удвічі більша."), ToDo: w("Нічого не робіть."), From: time.Now().AddDate(0, 1, 0),
	})
	for _, step := range []struct {
		by   bot.Actor
		move bot.ChangeMove
	}{{writer, bot.ChangeSubmit}, {approver, bot.ChangeApprove}, {writer, bot.ChangeAnnounce}} {
		if err == nil {
			made, err = changes.Move(ctx, step.by, "x", step.move, made.Version, "")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	r := bot.Rendering{Change: "x", Version: made.Version, Channel: "telegram", Language: bot.Ukrainian, Part: bot.PartCard, Template: "[]"}
	for _, q := range []string{
		fmt.Sprintf(`INSERT INTO renderings (hash, change_id, version, channel, language, part, template, made_at) VALUES ('%s', 'x', %d, 'telegram', 'uk', 'card', '[]', 1)`, r.Hash(), r.Version),
		fmt.Sprintf(`INSERT INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail) VALUES ('telegram', '1', 5, 'turn/a/0', 5, TRUE, 'say', '%s', '')`, "Вітаємо.\n\n"+words),
		fmt.Sprintf(`INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, history_id, external_id, outcome, created_at, sent_at)
VALUES ('telegram', '1', 'turn/a/0', 'x', 'olena', %d, 'card', '%s', '%s', 5, '77', 'sent', 5, 6)`, r.Version, r.Hash(), bot.HashText(words)),
		`INSERT INTO ledger (contact, change_id, created_at, told_at) SELECT 'olena', 'x', 1, 6 WHERE NOT EXISTS (SELECT 1 FROM ledger)`,
	} {
		spoil(t, url, q)
	}
	return changes
}
