package contact

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Linking is somebody who gets a personal link, and why, in words.
type Linking struct{ ID, Why string }

// LinkFile says what a file of links is about.
type LinkFile struct {
	Segment string // the id of the segment whose people they are; "" where it has no name
	Page    string // the address of a personal link up to its code
}

// linkColumns are the columns of a file of links, by which letters are written.
func linkColumns() []string {
	return []string{columnExternal, "name", "language", "phone", "reason", "link", "until"}
}

// WriteLinks makes a personal link, as Link does, for each of the people whom next gives
// part by part until it gives none, and writes them as a CSV file for a letter or an SMS.
// The phone is the first that the company or the messenger vouches for: a link is a key
// to the person's record. Whoever is erased meanwhile is left out. What a spreadsheet
// would take for a formula has an apostrophe before it.
func (s *Contacts) WriteLinks(ctx context.Context, by bot.Actor, to io.Writer, of LinkFile, next func() ([]Linking, error)) (people int, err error) {
	for _, p := range []bot.Permission{bot.ExportContacts, bot.WriteContacts} {
		if err := by.Require(p); err != nil {
			return 0, err
		}
	}
	part, err := next() // what is wrong with the question is said before there is a file
	if err != nil {
		return 0, err
	}
	// It stands in the audit before anything is out.
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "segment.links", Object: "segment/" + of.Segment})
	})
	if err != nil {
		return 0, err
	}
	if _, err := io.WriteString(to, "\xef\xbb\xbf"); err != nil {
		return 0, err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(linkColumns()); err != nil {
		return 0, err
	}
	for ; len(part) > 0; part, err = next() {
		rows, err := s.links(ctx, of, part)
		if err != nil {
			return people, fmt.Errorf("links: %w", err)
		}
		people += len(rows)
		if err := w.WriteAll(rows); err != nil {
			return people, err
		}
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return people, err
}

// links makes a link for each of the people, and gives their rows.
func (s *Contacts) links(ctx context.Context, of LinkFile, part []Linking) (rows [][]string, err error) {
	ids := make([]string, len(part))
	for i, p := range part {
		ids[i] = p.ID
	}
	var codes map[string]string
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		codes, err = tx.CreateContactInvites(ctx, ids, LinkTTL)
		return err
	})
	if err != nil {
		return nil, err
	}
	until := s.now().Add(LinkTTL).UTC().Format(time.RFC3339)
	known, err := s.store.People(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range part {
		r, there := known[p.ID]
		if !there || codes[p.ID] == "" {
			continue
		}
		phone := ""
		if len(r.Phones) > 0 {
			phone = r.Phones[0]
		}
		rows = append(rows, guard([]string{r.External, r.Name, string(r.Language), phone, p.Why, of.Page + codes[p.ID], until}))
	}
	return rows, nil
}
