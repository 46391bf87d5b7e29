package contact

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"

	"visnyk/bot"
	"visnyk/bot/textfile"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func imports(t *testing.T, c *Contacts, file string) (Imported, []Rejected) {
	t.Helper()
	var rejected []Rejected
	sum, err := c.Import(t.Context(), marketer, strings.NewReader(file), func(r Rejected) { rejected = append(rejected, r) })
	if err != nil {
		t.Fatal(err)
	}
	if sum.Rows != sum.Created+sum.Updated+sum.Unchanged+sum.Rejected || sum.Rejected != len(rejected) {
		t.Errorf("%+v does not add up, %d are reported", sum, len(rejected))
	}
	return sum, rejected
}

func byExternal(t *testing.T, s *storage.Store, id string) Record {
	t.Helper()
	var known map[string]storage.ContactRow
	if err := s.InTx(t.Context(), func(tx *storage.Tx) (err error) {
		known, err = tx.Known(t.Context(), []string{id})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r := record(known[id])
	r.ID = ""
	return r
}

func TestImport(t *testing.T) {
	windows, err := charmap.Windows1251.NewEncoder().String("external_id;name;tags\n1;Їжакевич Олена;оптова, vip\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Record{ExternalID: "1", Name: "Їжакевич Олена", Tags: []string{"оптова", "vip"}}
	for name, file := range map[string]string{
		"commas":              "external_id,name,tags\n1,Їжакевич Олена,\"оптова, vip\"\n",
		"semicolons":          "external_id;name;tags\r\n1;Їжакевич Олена;оптова, vip\r\n",
		"a mark at the start": "\xef\xbb\xbfexternal_id,name,tags\n1,Їжакевич Олена,оптова|vip",
		"windows-1251":        windows,
		"another order":       "Tags; NAME ;External_ID\noптова,vip\n\n;;\n\"оптова,vip\";Їжакевич Олена;1\n",
		"spaces":              "external_id,name,tags\n 1 , Їжакевич Олена ,оптова|vip\n",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
				sum, _ := imports(t, c, file)
				if sum.Created != 1 {
					t.Errorf("%+v", sum)
				}
				if diff := cmp.Diff(want, byExternal(t, s, "1")); diff != "" {
					t.Error(diff)
				}
				again, _ := imports(t, c, file)
				if again.Created != 0 || again.Unchanged != 1 || again.Rows != sum.Rows {
					t.Errorf("again: %+v", again)
				}
			})
		})
	}
}

// A file with few columns leaves the rest of a person alone; an empty cell of
// the company's own fields says that there is none.
func TestImportLeavesOtherColumns(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		full := Record{
			ExternalID: "1", Name: "Олена", Language: bot.Ukrainian, Kind: "partner", Tier: "vip", Region: "Київ", Zone: "Europe/Kyiv",
			Attributes: map[string]string{"договір": "12", "борг": "0"}, Tags: []string{"оптова"},
		}
		upsert(t, c, full)
		imports(t, c, "external_id,attributes.договір,attributes.тариф\n1,,Домашній\n")
		full.Attributes = map[string]string{"борг": "0", "тариф": "Домашній"}
		if diff := cmp.Diff(full, byExternal(t, s, "1")); diff != "" {
			t.Error(diff)
		}
		imports(t, c, "external_id,name,tier,tags\n1,,,\n")
		full.Tier, full.Tags = "", nil
		if diff := cmp.Diff(full, byExternal(t, s, "1")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImportReportsEveryRow(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		upsert(t, c, Record{ExternalID: "gone"})
		if err := c.Erase(t.Context(), admin, byID(t, s, "gone")); err != nil {
			t.Fatal(err)
		}
		sum, rejected := imports(t, c, strings.Join([]string{
			"external_id,name,tier,language", // 1
			"1,Олена,vip,UK",                 // 2
			",Ніхто,,",                       // 3
			"2,Ольга,gold,",                  // 4
			"3,Оля,,,зайве",                  // 5
			"1,Інша,,",                       // 6
			"gone,Стерта,,",                  // 7
			`4,"Рядок`,                       // 8
			`другий",,`,                      // 9
			`5,a"b,,`,                        // 10
			"6,Остання,,",                    // 11
			`7,"без кінця,,`,                 // 12
		}, "\n"))
		want := map[int]string{
			3: "external_id must not be empty", 4: "tier must be one of", 5: "the row has 5 cells and the header 4",
			6: "line 2 counts", 7: "who was erased", 8: "characters that are not text", 10: "a quote stands", 12: "a quote is not closed",
		}
		got := map[int]string{}
		for _, r := range rejected {
			got[r.Line] = (&bot.InvalidError{Faults: r.Problems}).Error()
		}
		for line, words := range want {
			if !strings.Contains(got[line], words) {
				t.Errorf("line %d: %q, want %q", line, got[line], words)
			}
			delete(got, line)
		}
		if len(got) > 0 || sum.Rows != 10 || sum.Created != 2 {
			t.Errorf("%+v, besides %v", sum, got)
		}
		if r := byExternal(t, s, "1"); r.Language != bot.Ukrainian || r.Name != "Олена" {
			t.Errorf("%+v", r)
		}
	})
}

func byID(t *testing.T, s *storage.Store, external string) string {
	t.Helper()
	all, err := s.ContactsAfter(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(c storage.ContactRow) bool { return c.External == external })
	return all[i].ID
}

func TestImportRefusesTheFile(t *testing.T) {
	sixteen, err := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewEncoder().String("external_id,name\n1,Олена\n")
	if err != nil {
		t.Fatal(err)
	}
	c := New(storagetest.Open(t, storagetest.SQLiteURL(t)), time.Now)
	for want, file := range map[string]string{
		"UTF-16":                        sixteen,
		"it looks like UTF-16":          sixteen[2:],
		"is a workbook or an archive":   "PK\x03\x04" + strings.Repeat("x", 100),
		"is empty":                      "",
		"does not name external_id":     "name,tier\nОлена,vip\n",
		"a column \"tiier\" that is":    "external_id,tiier\n1,vip\n",
		"the column \"name\" twice":     "external_id,name,Name\n1,а,б\n",
		"an attribute without a name":   "external_id,attributes. \n1,а\n",
		"more than 200 columns":         "external_id" + strings.Repeat(",attributes.a", 200) + "\n",
		"is larger than 16 MiB":         "external_id,name\n" + strings.Repeat("1,Олена\n", MaxCSV/12),
		"line 200002 is beyond the 200": "external_id\n" + strings.Repeat("x y\n", maxRows+1),
		"line 1 a quote is":             "external_id,\"name\n1,Олена\n",
	} {
		_, err := c.Import(t.Context(), marketer, strings.NewReader(file), func(Rejected) {})
		var wrong *textfile.Error
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for _, who := range []bot.Actor{operator, approver} {
		var no *bot.ForbiddenError
		if _, err := c.Import(t.Context(), who, strings.NewReader("external_id\n1\n"), nil); !errors.As(err, &no) {
			t.Errorf("%s: %v", who.Role, err)
		}
	}
}

// S61: a spreadsheet runs nothing of what it opens, and what was exported comes
// in again as it was.
func TestExportIsImported(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		all := []Record{
			{ExternalID: "+380501234567", Name: "=cmd|' /C calc'!A0", Tags: []string{"a,b"}, Attributes: map[string]string{"x": "@SUM(1)", "y": "-1"}},
			{ExternalID: "2", Name: "'=1+1", Region: "Київ; «центр»", Tags: []string{"vip", "a, b"}, Attributes: map[string]string{"x": `"quoted"`}},
			{ExternalID: "-3", Name: "Звичайна", Language: bot.Russian, Tier: "vip", Kind: "partner", Zone: "Europe/Kyiv", Attributes: map[string]string{}},
		}
		upsert(t, c, all...)
		var file bytes.Buffer
		n, err := c.ExportAll(t.Context(), admin, &file)
		if err != nil || n != len(all) {
			t.Fatalf("%d, %v", n, err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != len(all)+1 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, r := range rows {
			for _, cell := range r {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("the cell %q is a formula", cell)
				}
			}
		}
		before := map[string]Record{}
		for _, r := range all {
			before[r.ExternalID] = byExternal(t, s, r.ExternalID)
		}
		sum, rejected := imports(t, c, file.String())
		if sum.Unchanged != len(all) {
			t.Errorf("%+v %v", sum, rejected)
		}
		for id, was := range before {
			if diff := cmp.Diff(was, byExternal(t, s, id)); diff != "" {
				t.Error(diff)
			}
		}
		var no *bot.ForbiddenError
		if _, err := c.ExportAll(t.Context(), marketer, &file); !errors.As(err, &no) {
			t.Errorf("%v", err)
		}
	})
}

func TestImportOfMany(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		var b strings.Builder
		b.WriteString("external_id,name\n")
		const people = 1203
		for i := range people {
			fmt.Fprintf(&b, "%d,Людина %d\n", i, i)
		}
		if sum, _ := imports(t, c, b.String()); sum.Created != people {
			t.Errorf("%+v", sum)
		}
		var file bytes.Buffer
		if n, err := c.ExportAll(t.Context(), admin, &file); n != people || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// S62: whatever the file, reading it ends, every row is in the sum, nothing is
// made of rows that were not there, and no word of a row that is read is lost.
func FuzzCSVImport(f *testing.F) {
	for _, seed := range []string{
		"external_id,name\n1,Олена\n", "external_id;tags\r\n1;а|б\r\n\r\n;;", "\xef\xbb\xbfexternal_id\n\"1\n2\"\n",
		"external_id,attributes.x\n1,'=1\n1,2\n,\n", "external_id,\"na\nme\"\n", "\xff\xfee\x00", "PK\x03\x04", "external_id,id,addresses\n1,,\n",
		"sep=;\rexternal_id;name\r1;\"а\";\r", ";;\nexternal_id\tname\t\n1\t=\"0\"\"1\"\t\t\n", "external_id|name\n1\n2| \"a\" |b\n", "\ufeff\ufeffexternal_id;name\n1;\u200b\n",
		"external_id;name\n1;\xce\xeb\xe5\xed\xe0\n", "external_id;name\n1;\"a\"\"=\"\"b\"\n=\"2\"x;=\"3\n", "external_id,name\n1,1E+05\n\"2\"\r\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		text, err := readText(bytes.NewReader(file))
		if err != nil {
			return
		}
		lines := strings.Split(string(withLineFeeds(bytes.Clone(text))), "\n")
		table, err := openTable(text)
		if err != nil {
			if _, ok := errors.AsType[*textfile.Error](err); !ok {
				t.Fatal(err)
			}
			return
		}
		last, said := 0, ""
		read := func(until int) { // the lines of the last row
			if last > 0 && said != "" && letters(strings.Join(lines[last-1:until], "")) != said {
				t.Fatalf("lines %d to %d: %q is read as %q", last, until, lines[last-1:until], said)
			}
		}
		for rows := 0; ; rows++ {
			line, cells, problem, err := table.next()
			if err != nil {
				break
			}
			if rows >= len(lines) || line <= last || line > len(lines) {
				t.Fatalf("row %d at line %d after line %d of %d", rows, line, last, len(lines))
			}
			read(line - 1)
			last, said = line, letters(strings.Join(cells, ""))
			if (problem == nil) == (cells == nil) {
				t.Fatalf("line %d: %d cells, %v", line, len(cells), problem)
			}
			if problem != nil {
				continue
			}
			rec := table.over(cells, Record{ExternalID: table.cell(cells, columnExternal)}).seen()
			for _, cell := range append([]string{rec.Name, tagCell(rec.Tags), rec.Region}, slices.Collect(maps.Values(rec.Attributes))...) {
				ran := slices.ContainsFunc([]rune(",;\t"), func(sep rune) bool {
					return slices.ContainsFunc(plainSheet(guarded(cell), sep), runs)
				})
				if ran || cellText(guarded(cell)) != cell {
					t.Fatalf("%q is guarded as %q", cell, guarded(cell))
				}
			}
			if !slices.Equal(tagsOf(tagCell(rec.Tags)), rec.Tags) {
				t.Fatalf("the tags %q are written %q", rec.Tags, tagCell(rec.Tags))
			}
			problems(rec, zones{})
		}
		read(len(lines))
	})
}

// letters is a text without all that is not said.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, s)
}
