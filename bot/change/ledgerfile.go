package change

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// filePage is how many people of a file are read at once.
const filePage = 500

func ledgerColumns() []string {
	return []string{
		"id", "external_id", "name", "standing", "reason", "bot", "language", "version", "way", "address", "message_id",
		"told_at", "delivered_at", "seen_at", "acknowledged_at", "acknowledged_version", "asked_at", "complained_at", "listed_at", "joined_later",
	}
}

// WriteLedger writes the people whom the filter chooses as a CSV file, part by part, and
// returns how many there were. It stands in the audit before anything is out. What a
// spreadsheet would take for a formula has an apostrophe before it.
func (s *Changes) WriteLedger(ctx context.Context, by bot.Actor, to io.Writer, id string, f LedgerFilter) (people int, err error) {
	for _, p := range []bot.Permission{bot.ExportContacts, bot.ReadAudience, bot.ReadContacts} {
		if err := by.Require(p); err != nil {
			return 0, err
		}
	}
	r, err := s.reader(ctx, id)
	if err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "change.export", Object: object(id)})
	})
	if err != nil {
		return 0, err
	}
	if _, err := io.WriteString(to, "\xef\xbb\xbf"); err != nil {
		return 0, err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(ledgerColumns()); err != nil {
		return 0, err
	}
	parts := r.parts(f)
	for cursor := ""; ; {
		rows, next, err := s.store.LedgerRows(ctx, id, parts, cursor, filePage)
		if err != nil {
			return people, fmt.Errorf("ledger: %w", err)
		}
		for _, row := range rows {
			if err := w.Write(contact.Guarded(ledgerCells(row))); err != nil {
				return people, err
			}
		}
		people += len(rows)
		w.Flush()
		if cursor = next; next == "" || w.Error() != nil {
			return people, w.Error()
		}
	}
}

func ledgerCells(r storage.LedgerRow) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	var told storage.ToldBy
	if t, ok := r.ToldLast(); ok {
		told = t
	}
	address := ""
	if told.Chat != "" {
		address = told.Address.String()
	}
	sent, delivered, seen := r.ToldAt()
	return []string{
		r.Contact, r.External, r.Name, string(r.Stance), r.Reason, r.Bot, string(r.Language), number(r.Version), string(told.Way()), address, told.MessageID,
		at(sent), at(delivered), at(seen), at(r.Acknowledged), number(r.AcknowledgedVersion), at(r.Asked), at(r.Complained), at(r.Listed), strconv.FormatBool(r.Late),
	}
}
