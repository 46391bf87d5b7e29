package contact

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// sheet reads a file as a spreadsheet does whose country has that separator: a
// quote opens a cell only where the cell begins, what follows its end is taken
// as it is, and a line break ends the row outside of quotes.
func sheet(text string, sep rune) (cells []string) {
	var cell strings.Builder
	begins, quoted := true, false
	letters := []rune(text)
	for i := 0; i < len(letters); i++ {
		c := letters[i]
		switch {
		case quoted && c == '"' && i+1 < len(letters) && letters[i+1] == '"':
			cell.WriteRune('"')
			i++
		case quoted && c == '"':
			quoted = false
		case quoted:
			cell.WriteRune(c)
		case begins && c == '"':
			quoted, begins = true, false
		case c == sep || c == '\n' || c == '\r':
			cells = append(cells, cell.String())
			cell.Reset()
			begins = true
		default:
			cell.WriteRune(c)
			begins = false
		}
	}
	return append(cells, cell.String())
}

// plainSheet knows no quotes at all.
func plainSheet(text string, sep rune) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return c == sep || c == '\n' || c == '\r' })
}

// runs reports whether a spreadsheet may take the cell for a formula; some drop
// spaces and quotes in front first.
func runs(cell string) bool {
	for _, c := range strings.TrimLeftFunc(cell, func(c rune) bool { return unicode.IsSpace(c) && c != '\t' || c == '"' || c == '\ufeff' }) {
		return strings.ContainsRune("=+-@\t\r＝＋－＠", c)
	}
	return false
}

// ranCells returns the cells that some spreadsheet would run.
func ranCells(file string) (ran []string) {
	for _, sep := range ",;\t" {
		for _, read := range []func(string, rune) []string{sheet, plainSheet} {
			for _, cell := range read(file, sep) {
				if runs(cell) {
					ran = append(ran, string(sep)+" "+cell)
				}
			}
		}
	}
	return ran
}

func exported(t *testing.T, c *Contacts) string {
	t.Helper()
	var file bytes.Buffer
	if _, err := c.ExportAll(t.Context(), admin, &file); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// Excel takes the separator from the country: what stands behind a semicolon in
// the middle of a cell begins a cell of its own in Ukraine.
func TestAttackFormulaBehindASeparator(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		all := []Record{
			{ExternalID: "1;=1+1", Name: "x;=cmd|' /C calc'!A0", Region: `x;"=1+1"`, Tags: []string{"a;@b", "c"}},
			{ExternalID: "2", Name: "x,=1+1", Region: "x; ='1", Attributes: map[string]string{"a;=b": "y,-1,;+2", "c": "＝1;＠x"}},
			{ExternalID: "3", Name: "x;'=1+1", Region: ";;=1", Attributes: map[string]string{"c": `";=1`, "d;;;;;;;;;;;;;;": "semicolons in a name"}},
		}
		upsert(t, c, all...)
		file := exported(t, c)
		for _, cell := range ranCells(file) {
			t.Errorf("a spreadsheet runs %q", cell)
		}
		before := map[string]Record{}
		for _, r := range all {
			before[r.ExternalID] = byExternal(t, s, r.ExternalID)
		}
		if sum, rejected := imports(t, c, file); sum.Unchanged != len(all) {
			t.Errorf("%+v %v", sum, rejected)
		}
		for id, was := range before {
			if diff := cmp.Diff(was, byExternal(t, s, id)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// Whatever people are called, a file of theirs runs nothing and comes in again
// as it went out.
func TestExportRunsNothing(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	c := New(s, time.Now)
	random := rand.New(rand.NewPCG(11, 3))
	pieces := []string{"=", "+", "-", "@", "＝", "＠", ";", ",", "\"", "'", " ", "x", "ї", "1", "|", "''", ";=", "\u00a0", "\\"}
	word := func() string {
		var b strings.Builder
		for range 1 + random.IntN(9) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String() + "."
	}
	all := make([]Record, 400)
	for i := range all {
		all[i] = Record{
			ExternalID: "p" + word(), Name: "x" + word(), Region: strings.TrimSpace(word()),
			Attributes: map[string]string{"k": strings.TrimSpace(word())},
		}
	}
	kept := all[:0]
	for _, r := range all { // some of what comes by chance is not taken
		if len(problems(r, zones{})) == 0 && byExternal(t, s, r.ExternalID).ExternalID == "" {
			upsert(t, c, r)
			kept = append(kept, byExternal(t, s, r.ExternalID))
		}
	}
	if len(kept) < 200 {
		t.Fatalf("only %d people", len(kept))
	}
	file := exported(t, c)
	for _, cell := range ranCells(file) {
		t.Errorf("a spreadsheet runs %q", cell)
	}
	if sum, rejected := imports(t, c, file); sum.Unchanged != len(kept) {
		t.Errorf("%+v %v", sum, rejected)
	}
	for _, was := range kept {
		if diff := cmp.Diff(was, byExternal(t, s, was.ExternalID)); diff != "" {
			t.Error(diff)
		}
	}
}

// The guard takes back what it put in, and nothing else, also around breaks
// that no name of ours has.
func TestGuardIsTakenBack(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	pieces := []rune("=+-@＝＋－＠\t\r\n;, '\"xї1\u00a0\ufeff")
	for range 20_000 {
		cell := make([]rune, random.IntN(12))
		for i := range cell {
			cell[i] = pieces[random.IntN(len(pieces))]
		}
		was := string(cell)
		safe := guarded(was)
		if got := unguarded(safe); got != was {
			t.Fatalf("%q is guarded as %q and comes back as %q", was, safe, got)
		}
		for _, sep := range ",;\t" {
			for _, piece := range plainSheet(safe, sep) {
				if runs(piece) {
					t.Fatalf("%q is guarded as %q: %q runs", was, safe, piece)
				}
			}
		}
	}
}
