package database

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// verifyProof checks a file that proves what one person was told, and says what it proves
// and what cannot be known. With a key it needs nothing but the file.
func verifyProof(ctx context.Context, c cli.Call, name, key string) error {
	file, err := readProof(name)
	if err != nil {
		return err
	}
	if key != "" {
		with, err := bot.ParseProofKey(key)
		if err != nil {
			return cli.UsageError{Err: fmt.Errorf("-key: %w", err)}
		}
		p, err := bot.OpenProof(file, with)
		if err != nil {
			return refused(err)
		}
		sayProof(c.Out, p, "the one given with -key")
		fmt.Fprintln(c.Out, "records: not asked, for the file was checked by the key alone")
		return nil
	}
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	secret, err := cfg.ExistingSecretKey()
	if err != nil {
		return err
	}
	if private := storage.ProofKey(secret); private != nil {
		p, err := bot.OpenProof(file, bot.ProofKeyOf(private))
		if err == nil {
			sayProof(c.Out, p, "that of VISNYK_SECRET")
			return c.ExistingStore(ctx, func(_ config.Config, s *storage.Store, _ []byte) error { return sayRecords(ctx, c.Out, s, p) })
		}
		if !errors.Is(err, bot.ErrForeignKey) { // else an earlier secret may have signed it
			return refused(err)
		}
	}
	return c.ExistingStore(ctx, func(_ config.Config, s *storage.Store, _ []byte) error {
		return verifyByRecords(ctx, c.Out, s, file)
	})
}

// readProof reads a file that may be one.
func readProof(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, bot.ProofMost+1))
}

func refused(err error) error { return fmt.Errorf("refused: %w", err) }

// verifyByRecords checks the file with the keys that the database has of earlier secrets.
func verifyByRecords(ctx context.Context, out io.Writer, s *storage.Store, file []byte) error {
	signer, err := bot.ProofSigner(file)
	if err != nil {
		return refused(err)
	}
	keys, err := s.ProofKeys(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(keys, func(k bot.ProofKey) bool { return k.ID() == signer })
	if i < 0 {
		return refused(fmt.Errorf("%w: it names %q, which is no key of this service, now or before; give the key it should have with -key", bot.ErrForeignKey, signer))
	}
	p, err := bot.OpenProof(file, keys[i])
	if err != nil {
		return refused(err)
	}
	sayProof(out, p, "one of an earlier VISNYK_SECRET, which the database has")
	return sayRecords(ctx, out, s, p)
}

// sayRecords compares a proof with what the database says today.
func sayRecords(ctx context.Context, out io.Writer, s *storage.Store, p bot.Proof) error {
	if p.Made.AuditEntries > 0 {
		_, err := s.VerifyAudit(ctx, storage.AuditHead{Entries: p.Made.AuditEntries, Hash: p.Made.AuditHash})
		var broken *storage.BrokenAuditError
		switch {
		case errors.As(err, &broken):
			return fmt.Errorf("the file is genuine, and the audit of this database is not the one it was made from: %w", err)
		case err != nil:
			return err
		}
		fmt.Fprintf(out, "records: the audit up to entry %d is still the one the proof was made from\n", p.Made.AuditEntries)
	}
	row, err := s.LedgerRow(ctx, p.Statement.Change.ID, p.Statement.Person.ID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		fmt.Fprintln(out, "records: nothing of this person and this change is here any more; they were forgotten, or this is another database")
		return nil
	case err != nil:
		return err
	}
	missing := 0
	for _, t := range p.Statement.Tellings {
		if !slices.ContainsFunc(row.Tellings, func(is storage.ToldBy) bool {
			return is.Address.String() == t.Address && is.Rendering == t.Rendering && is.TextHash == t.TextHash && is.MessageID == t.Message
		}) {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("the file is genuine, and the database lacks %s that it proves", cli.Count(missing, "message", "messages"))
	}
	fmt.Fprintln(out, "records: the ledger has every message that the proof names")
	return nil
}

// sayProof says what is proved, in words.
func sayProof(out io.Writer, p bot.Proof, key string) {
	s := p.Statement
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("signed: nothing was changed since; the key is %s (%s)", p.Key, key)
	say("made: %s by %s, when the audit had %s", when(p.Made.At), p.Made.By, cli.Count(int(p.Made.AuditEntries), "entry", "entries"))
	say("hash: %s", p.Hash)
	if name := s.Company.UK; name != "" {
		say("company: %s", plainly(name))
	}
	say("person: %s", plainly(strings.Join(slices.DeleteFunc([]string{s.Person.Name, s.Person.External, s.Person.ID}, func(part string) bool { return part == "" }), " · ")))
	say("change: %s / %s (%s), in force from %s", plainly(s.Change.Title.UK), plainly(s.Change.Title.RU), s.Change.ID, when(s.Change.From))
	for _, t := range s.Tellings {
		say("told: version %d, %s, in %s by %s, message %s: %s", t.Version, t.Part, t.Language, t.Address, orNone(t.Message), t.Outcome)
		say("  sent %s, delivered %s, seen %s", when(t.Sent), when(t.Delivered), when(t.Seen))
		if !t.Approved.IsZero() {
			say("  approved %s by %s as %s", when(t.Approved), plainly(orNone(t.ApprovedBy)), t.ApprovalHash)
		}
		switch {
		case t.Text != "":
			say("  to the letter: %s", plainly(t.Text))
		default:
			say("  cannot be known: how the approved text was filled; only its hash is kept (%s)", t.TextHash)
		}
		if !t.TellsSeen && t.Seen.IsZero() {
			say("  cannot be known: whether it was seen; this messenger does not tell")
		}
		if t.Outcome == string(bot.Unknown) {
			say("  cannot be known: whether it arrived; the messenger never answered")
		}
	}
	if len(s.Tellings) == 0 {
		say("told: nothing was sent to them")
	}
	if !s.Acknowledged.IsZero() {
		say("acknowledged: version %d, %s", s.Version, when(s.Acknowledged))
	}
	if s.Unreached != "" {
		say("unreached: %s, %s", s.Unreached, when(s.UnreachedAt))
	}
}

// plainly keeps what people wrote from ruling the terminal: one line, no controls.
func plainly(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, text)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
