package broadcast

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// Recipients returns at most limit of the recipients whom the filter chooses, behind the
// cursor; next is the cursor of the rest, "" where there is none.
func (s *Broadcasts) Recipients(ctx context.Context, by bot.Actor, id string, f storage.RecipientFilter, cursor string, limit int) (all []storage.RecipientRow, next string, err error) {
	for _, p := range []bot.Permission{bot.ReadAudience, bot.ReadContacts} {
		if err := by.Require(p); err != nil {
			return nil, "", err
		}
	}
	return s.store.RecipientRows(ctx, id, f, cursor, limit)
}

// filePage is how many recipients of a file are read at once.
const filePage = 2000

func recipientColumns() []string {
	return []string{
		"id", "external_id", "name", "bot", "language", "outcome", "reason", "waits_for", "listed_at", "ended_at", "sent_at", "delivered_at", "seen_at",
		"clicked_at", "acknowledged_at", "asked_at", "complained_at", "unsubscribed_at",
	}
}

// WriteRecipients writes the recipients whom the filter chooses as a CSV file, part by
// part, and returns how many there were. It stands in the audit before anything is out.
// What a spreadsheet would take for a formula has an apostrophe before it.
func (s *Broadcasts) WriteRecipients(ctx context.Context, by bot.Actor, to io.Writer, id string, f storage.RecipientFilter) (people int, err error) {
	for _, p := range []bot.Permission{bot.ExportContacts, bot.ReadAudience, bot.ReadContacts} {
		if err := by.Require(p); err != nil {
			return 0, err
		}
	}
	if _, err := s.store.Broadcast(ctx, id); err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast.export", Object: object(id)})
	})
	if err != nil {
		return 0, err
	}
	if _, err := io.WriteString(to, "\xef\xbb\xbf"); err != nil {
		return 0, err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(recipientColumns()); err != nil {
		return 0, err
	}
	for cursor := ""; ; {
		rows, next, err := s.store.RecipientRows(ctx, id, f, cursor, filePage)
		if err != nil {
			return people, fmt.Errorf("recipients: %w", err)
		}
		for _, row := range rows {
			if err := w.Write(contact.Guarded(recipientCells(row))); err != nil {
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

func recipientCells(r storage.RecipientRow) []string {
	cells := []string{r.Contact, r.External, r.Name, r.Bot, string(r.Language), string(r.Outcome), r.Reason, ""}
	if r.Outcome == bot.RecipientPending {
		cells[len(cells)-1] = string(r.Waits)
	}
	for _, at := range []time.Time{
		r.Listed, r.Ended, r.Sent, r.Delivered, r.Seen, r.Clicked, r.Acknowledged, r.Asked, r.Complained, r.Unsubscribed,
	} {
		cell := ""
		if !at.IsZero() {
			cell = at.UTC().Format(time.RFC3339)
		}
		cells = append(cells, cell)
	}
	return cells
}
