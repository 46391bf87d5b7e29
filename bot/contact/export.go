package contact

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// exportPage is how many people are read at once.
const exportPage = 500

// ExportAll writes all people as a CSV file that Import reads, in UTF-8 with the
// mark by which spreadsheets know it. What a spreadsheet would take for a formula
// has an apostrophe before it, see guarded.
func (s *Contacts) ExportAll(ctx context.Context, by bot.Actor, to io.Writer) (people int, err error) {
	if err := by.Require(bot.ExportContacts); err != nil {
		return 0, err
	}
	// It stands in the audit before anything is out.
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.export", Object: "contact"})
	})
	if err != nil {
		return 0, err
	}
	keys := map[string]bool{}
	if err := s.everybody(ctx, func(r Record) error {
		for k := range r.Attributes {
			keys[k] = true
		}
		for k := range r.Misfits {
			keys[k] = true
		}
		return nil
	}); err != nil {
		return 0, err
	}
	attributes := slices.Sorted(maps.Keys(keys))
	header := columns()
	for _, k := range attributes {
		header = append(header, attribute+k)
	}
	if _, err := io.WriteString(to, "\xef\xbb\xbf"); err != nil {
		return 0, err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(guard(header)); err != nil {
		return 0, err
	}
	err = s.everybody(ctx, func(r Record) error {
		people++
		cells := []string{
			r.ID, r.ExternalID, r.Name, string(r.Language), r.Kind, r.Tier, r.Region, r.Zone,
			tagCell(r.Tags), strings.Join(r.Phones, between), r.Preferred, strings.Join(r.Addresses, " "),
		}
		for _, k := range attributes {
			cells = append(cells, cmp.Or(r.Attributes[k], r.Misfits[k]))
		}
		return w.Write(guard(cells))
	})
	if err != nil {
		return people, fmt.Errorf("export contacts: %w", err)
	}
	w.Flush()
	return people, w.Error()
}

// everybody calls f with each person, page by page.
func (s *Contacts) everybody(ctx context.Context, f func(Record) error) error {
	last := ""
	for {
		page, err := s.store.ContactsAfter(ctx, last, exportPage)
		if err != nil {
			return err
		}
		for _, c := range page {
			if err := f(record(c)); err != nil {
				return err
			}
			last = c.ID
		}
		if len(page) < exportPage {
			return nil
		}
	}
}

// tagCell writes tags for tagsOf to read: a lone one with a comma is not two, and
// those that no bar can part stand as a list of JSON.
func tagCell(tags []string) string {
	cell := strings.Join(tags, between)
	if len(tags) == 1 && strings.Contains(cell, ",") {
		cell += between
	}
	if !slices.Equal(tagsOf(cell), tags) && !slices.Contains(tags, "") {
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(tags) // texts always encode
		return strings.TrimSpace(b.String())
	}
	return cell
}

func guard(cells []string) []string {
	for i, c := range cells {
		cells[i] = guarded(c)
	}
	return cells
}
