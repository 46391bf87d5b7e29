package contact

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/textfile"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// desk is the imports of a store, and who reads them.
type desk struct {
	*testing.T
	store *storage.Store
	*Contacts
	lease storage.Lease
	by    bot.Actor
}

func eachDesk(t *testing.T, f func(d *desk)) {
	t.Helper()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		d := &desk{T: t, store: s, Contacts: New(s, time.Now), by: marketer}
		d.ok(s.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.AddUser(t.Context(), storage.User{ID: marketer.User, Login: "olha", Role: bot.Marketer, Password: "none"})
		}))
		l, ours, err := s.AcquireImporter(t.Context(), "me", time.Hour)
		if d.ok(err); !ours {
			t.Fatal("no lease")
		}
		d.lease = l
		f(d)
	})
}

func (d *desk) ok(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) add(text string) bot.Import {
	d.Helper()
	i, err := d.AddImport(d.Context(), d.by, "люди.csv", strings.NewReader(text))
	d.ok(err)
	return i
}

// passes takes so many steps of what is under way; 0 is all of them.
func (d *desk) passes(steps int) {
	d.Helper()
	open, err := d.Passes(d.Context())
	d.ok(err)
	for _, step := range open {
		for n, over := 1, false; !over; n++ {
			over, err = step(d.Context(), d.lease)
			if d.ok(err); n == steps {
				return
			}
		}
	}
}

func (d *desk) read(id string) bot.Import {
	d.Helper()
	i, _, err := d.ReadImport(d.Context(), d.by, id)
	d.ok(err)
	if i.Reached != i.Created+i.Updated+i.Unchanged+i.Rejected {
		d.Errorf("%+v does not add up", i.ImportSum)
	}
	if over := i.State == bot.ImportChecked || i.State == bot.ImportDone; over && i.Reached != i.Total {
		d.Errorf("%d of %d rows", i.Reached, i.Total)
	}
	return i
}

// checks tries the file by a plan, or the one that is suggested.
func (d *desk) checks(id string, columns ...string) bot.Import {
	d.Helper()
	_, plan, err := d.LookAtImport(d.Context(), d.by, id)
	d.ok(err)
	if columns != nil {
		plan.Columns = columns
	}
	_, err = d.CheckImport(d.Context(), d.by, id, plan)
	d.ok(err)
	d.passes(0)
	return d.read(id)
}

func (d *desk) runs(id string) bot.Import {
	d.Helper()
	_, err := d.RunImport(d.Context(), d.by, id)
	d.ok(err)
	d.passes(0)
	return d.read(id)
}

func (d *desk) people() int {
	d.Helper()
	all, err := d.store.ContactsAfter(d.Context(), "", 100_000)
	d.ok(err)
	return len(all)
}

func (d *desk) rejects(id string) string {
	d.Helper()
	var file bytes.Buffer
	d.ok(d.WriteRejected(d.Context(), d.by, id, &file, func(f bot.Fault) string { return f.Detail() }))
	return file.String()
}

// A file that somebody's own program wrote goes from its columns to its people: what
// was found by trying is what is stored, the rejected rows go in when they are mended,
// and the columns are known the next time.
func TestImportWizard(t *testing.T) {
	eachDesk(t, func(d *desk) {
		upsert(d.T, d.Contacts, Record{ExternalID: "7", Name: "Є давно", Region: "Київ"}, Record{ExternalID: "8", Name: "Стара назва"})
		i := d.add("Код клієнта;ПІБ;Місто;Договір;Примітка\r\n" +
			"7;Є давно;Київ;;x\r\n8;Нова назва;Львів;;\r\n9;Новий;Київ;12;\r\n;Без номера;Київ;;\r\n9;Двічі;;;\r\n10;\"a\"b;;;\r\n")
		l, plan, err := d.LookAtImport(t.Context(), d.by, i.ID)
		d.ok(err)
		if l.Encoding != "UTF-8" || l.Between != ";" || l.Rows != 6 || l.Columns[1].First[2] != "Новий" || l.Asks() {
			t.Errorf("%+v", l)
		}
		if got := strings.Join(plan.Columns, " "); got != "external_id name region - -" {
			t.Errorf("guessed %s", got)
		}
		columns := []string{"external_id", "name", "region", "attributes.договір", bot.ImportNothing}
		want := bot.ImportSum{Reached: 6, Created: 1, Updated: 1, Unchanged: 1, Rejected: 3}
		before := d.people()
		if got := d.checks(i.ID, columns...); got.ImportSum != want || got.State != bot.ImportChecked || got.Total != 6 {
			t.Fatalf("tried: %+v", got)
		}
		if d.people() != before {
			t.Error("trying stored somebody")
		}
		if got := d.runs(i.ID); got.ImportSum != want || got.State != bot.ImportDone || got.Ended.IsZero() {
			t.Errorf("in earnest: %+v", got)
		}
		if d.people() != before+1 || byExternal(t, d.store, "9").Attributes["договір"] != "12" {
			t.Errorf("%+v", byExternal(t, d.store, "9"))
		}
		rows, err := d.Rejected(t.Context(), d.by, i.ID, 0, 10)
		d.ok(err)
		if len(rows) != 3 || rows[1].Line != 6 || rows[1].Faults[0].Column != "Код клієнта" || rows[1].Faults[0].Value != "9" {
			t.Errorf("%+v", rows)
		}
		file := d.rejects(i.ID)
		for _, words := range []string{
			";import.line;import.column;import.value;import.reason\r\n", ";Без номера;Київ;;;5;Код клієнта;;", "9;Двічі;;;;6;Код клієнта;9;", `;7;;"10;""a""b;;;";`,
		} {
			if !strings.Contains(file, words) {
				t.Errorf("no %q in %q", words, file)
			}
		}
		mended := strings.NewReplacer(";Без номера", "11;Без номера", "9;Двічі", "12;Двічі").Replace(file)
		second := d.add(mended)
		if got := d.checks(second.ID); got.Created != 2 || got.Rejected != 1 || strings.Join(got.Plan.Columns, " ") != strings.Join(append(columns, "-", "-", "-", "-"), " ") {
			t.Errorf("the mended rows: %+v", got)
		}
		if got := d.runs(second.ID); got.Created != 2 || d.people() != before+3 {
			t.Errorf("the mended rows: %+v", got)
		}
	})
}

// A pass goes on where it was, whoever takes it up, and ends where somebody stops it.
func TestImportGoesOn(t *testing.T) {
	eachDesk(t, func(d *desk) {
		const rows = 2*firstRows + 10
		var file strings.Builder
		file.WriteString("external_id,name\n")
		for n := range rows {
			fmt.Fprintf(&file, "%d,Людина\n", n)
		}
		fmt.Fprintf(&file, "0,Знову\n")
		i := d.add(file.String())
		d.checks(i.ID)
		_, err := d.RunImport(t.Context(), d.by, i.ID)
		d.ok(err)
		d.passes(1)
		if got := d.read(i.ID); got.Reached != firstRows || got.State != bot.ImportRunning {
			t.Fatalf("%+v", got)
		}
		d.passes(0) // another process, which has read nothing yet
		if got := d.read(i.ID); got.Created != rows || got.Rejected != 1 || got.State != bot.ImportDone {
			t.Errorf("%+v", got)
		}
		if again := d.checks(i.ID); again.Unchanged != rows || again.Created+again.Updated > 0 {
			t.Errorf("again: %+v", again)
		}

		second := d.add(strings.ReplaceAll(file.String(), "Людина", "Інша"))
		d.checks(second.ID)
		_, err = d.RunImport(t.Context(), d.by, second.ID)
		d.ok(err)
		open, err := d.Passes(t.Context())
		d.ok(err)
		if over, err := open[0](t.Context(), d.lease); over || err != nil {
			t.Fatal(over, err)
		}
		_, err = d.StopImport(t.Context(), d.by, second.ID)
		d.ok(err)
		if over, err := open[0](t.Context(), d.lease); !over || err != nil {
			t.Fatalf("a stopped import goes on: %v", err)
		}
		if got := d.read(second.ID); got.State != bot.ImportStopped || got.Updated != firstRows {
			t.Errorf("%+v", got)
		}
		if got := byExternal(t, d.store, fmt.Sprint(rows-1)); got.Name != "Людина" {
			t.Errorf("%+v", got)
		}
		if _, err := d.RunImport(t.Context(), d.by, second.ID); err == nil {
			t.Error("a stopped import runs again untried")
		}
		if got := d.checks(second.ID); got.Unchanged != firstRows || got.Updated != rows-firstRows {
			t.Errorf("%+v", got)
		}
	})
}

// Dates in two orders are asked about once; those of one order tell it themselves.
func TestImportDays(t *testing.T) {
	eachDesk(t, func(d *desk) {
		columns := []string{"external_id", "attributes.з"}
		i := d.add("id;Дата\n1;03/04/2025\n2;2025-12-31\n3;\n")
		_, err := d.CheckImport(t.Context(), d.by, i.ID, bot.ImportPlan{Columns: columns})
		if wrong, ok := errors.AsType[*bot.InvalidError](err); !ok || wrong.Faults[0].Code != bot.FaultImportOrder {
			t.Fatal(err)
		}
		_, err = d.CheckImport(t.Context(), d.by, i.ID, bot.ImportPlan{Columns: columns, DayOrder: bot.MonthFirst})
		d.ok(err)
		d.passes(0)
		d.runs(i.ID)
		if a, b := byExternal(t, d.store, "1"), byExternal(t, d.store, "2"); a.Attributes["з"] != "2025-03-04" || b.Attributes["з"] != "2025-12-31" {
			t.Errorf("%v %v", a, b)
		}
		// The next file of that header is not asked about, and what is no day is told.
		again := d.add("id;Дата\n4;03/05/2025\n5;31/02/2025\n6;02/30/2025\n")
		if got := d.checks(again.ID); got.Created != 1 || got.Rejected != 2 {
			t.Errorf("%+v", got)
		}
		sure := d.add("id;Коли\n7;31.12.2025\n8;05.04.2025\n")
		d.checks(sure.ID, columns...)
		d.runs(sure.ID)
		if got := byExternal(t, d.store, "8").Attributes["з"]; got != "2025-04-05" {
			t.Error(got)
		}
		// Of a row that is not taken all is told that is to be mended.
		wrong := d.add("id;Рівень;Дата\n9;золотий;31.02.2025\n;vip;31.12.2025\n")
		d.checks(wrong.ID, "external_id", "tier", "attributes.з")
		told, err := d.Rejected(t.Context(), d.by, wrong.ID, 0, 10)
		d.ok(err)
		if len(told) != 2 || len(told[0].Faults) != 2 || told[0].Faults[0].Value != "31.02.2025" || told[0].Faults[1].Value != "золотий" || len(told[1].Faults) != 1 {
			t.Errorf("%+v", told)
		}
		plain := d.add("id;Слова\n9;31.12.2025\n10;ні\n")
		d.checks(plain.ID, columns...)
		d.runs(plain.ID)
		if got := byExternal(t, d.store, "9").Attributes["з"]; got != "31.12.2025" {
			t.Errorf("%q, and not every cell is a day", got)
		}
	})
}

// What cannot be read is not kept; who may not bring people gets nothing; nobody but
// the owner and who may have files with people sees what a file holds.
func TestImportIsTheOwners(t *testing.T) {
	eachDesk(t, func(d *desk) {
		if _, err := d.AddImport(t.Context(), d.by, "a", strings.NewReader("\xff\xfea\x00")); err == nil {
			t.Error("UTF-16 is kept")
		}
		all, err := d.Imports(t.Context(), d.by)
		if d.ok(err); len(all) > 0 {
			t.Errorf("%+v", all)
		}
		if _, err := d.AddImport(t.Context(), operator, "a", strings.NewReader("external_id\n1\n")); err == nil {
			t.Error("an operator brings people")
		}
		i := d.add("external_id;tier\n1;gold\n")
		d.checks(i.ID)
		other := bot.Actor{User: "other", Role: bot.Marketer}
		rows, err := d.Rejected(t.Context(), other, i.ID, 0, 10)
		if d.ok(err); len(rows) != 1 || rows[0].Faults[0].Value != "" {
			t.Errorf("%+v", rows)
		}
		for name, try := range map[string]func(bot.Actor) error{
			"look": func(a bot.Actor) error { _, _, err := d.LookAtImport(t.Context(), a, i.ID); return err },
			"run":  func(a bot.Actor) error { _, err := d.RunImport(t.Context(), a, i.ID); return err },
			"stop": func(a bot.Actor) error { _, err := d.StopImport(t.Context(), a, i.ID); return err },
			"report": func(a bot.Actor) error {
				return d.WriteRejected(t.Context(), a, i.ID, &bytes.Buffer{}, bot.Fault.Detail)
			},
		} {
			if err := try(other); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s by another: %v", name, err)
			}
			var no *bot.ForbiddenError
			if err := try(operator); !errors.As(err, &no) {
				t.Errorf("%s by an operator: %v", name, err)
			}
		}
		if _, _, err := d.LookAtImport(t.Context(), admin, i.ID); err != nil {
			t.Error(err)
		}
		// Whoever brought it lost the right meanwhile.
		_, err = d.RunImport(t.Context(), d.by, i.ID)
		d.ok(err)
		d.ok(d.store.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.PutUser(t.Context(), storage.User{ID: marketer.User, Login: "olha", Role: bot.Operator, Password: "none"})
		}))
		d.passes(0)
		if got := d.read(i.ID); got.State != bot.ImportFailed || got.Fault == nil || got.Fault.Code != bot.FaultImportRole {
			t.Errorf("%+v", got)
		}
	})
}

// S76: whoever is erased leaves no copy in the files that brought people, and a pass
// under way ends.
func TestEraseTakesImportFiles(t *testing.T) {
	eachDesk(t, func(d *desk) {
		done := d.add("external_id;name;tier\n1;Канарка Стерта;\n2;Канарка Інша;gold\n")
		d.checks(done.ID)
		d.runs(done.ID)
		going := d.add("external_id;name\n3;Канарка Третя\n")
		d.checks(going.ID)
		_, err := d.RunImport(t.Context(), d.by, going.ID)
		d.ok(err)
		d.ok(d.Erase(t.Context(), admin, byID(t, d.store, "1")))
		for _, i := range []bot.Import{done, going} {
			var gone *bot.RefusedError
			if _, _, err := d.LookAtImport(t.Context(), admin, i.ID); !errors.As(err, &gone) || gone.Code != bot.FaultImportGone {
				t.Errorf("%v", err)
			}
			if rows, err := d.Rejected(t.Context(), admin, i.ID, 0, 10); err != nil || len(rows) > 0 {
				t.Errorf("%+v, %v", rows, err)
			}
			if _, err := d.store.OpenImport(t.Context(), i); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the file is here: %v", err)
			}
		}
		d.passes(0)
		if got := d.read(going.ID); got.State != bot.ImportFailed || got.Fault.Code != bot.FaultImportErased || got.Created > 0 {
			t.Errorf("%+v", got)
		}
		if got := d.read(done.ID); got.State != bot.ImportDone || got.Created != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// S62: whatever the file, every row of it is read by any plan, and is in the sum; the
// rejected rows are a file of the same columns that holds what stood there, each once.
func FuzzImportWizard(f *testing.F) {
	for _, seed := range []string{
		"id;name\n1;Олена\n1;Двічі\n;\n", "Код,Дата\n1,03/04/2025\n2,31/31/2025\n", "a|b\n\"x\n1|2|3\n4|=cmd\n", "sep=;\rКод;;б\r1;2;3;4\r",
		"\xcf\xb3\xc1;\xca\xee\xe4\n1;2\n", "id,import.line,import.reason\n1,2,x\n", "id;ім'я\n'=1;-1\n3,8E+11;#N/A\nid;ім'я\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		text, _, err := readEncoded(bytes.NewReader(file))
		if err != nil {
			return
		}
		l, err := lookAt(bytes.Clone(text))
		if err != nil {
			if _, told := errors.AsType[*textfile.Error](err); !told {
				t.Fatal(err)
			}
			return
		}
		plan := guessed(l.names())
		for i, c := range l.Columns { // as much as can be taken
			if own := AttributeOf(c.Name, ""); own != "" && plan.Columns[i] == ignored && !c.Report {
				plan.Columns[i] = own
			}
		}
		plan.Days, plan.DayOrder = l.days(plan), bot.DayFirst
		again, err := openPlanned(bytes.Clone(text), plan)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := newFeed(again).next(maxRows + 1)
		if !errors.Is(err, io.EOF) || len(rows) != l.Rows {
			t.Fatalf("%d rows and %d, %v", len(rows), l.Rows, err)
		}
		source, err := readHeader(bytes.Clone(text))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		r := &report{table: source, out: csv.NewWriter(&out), words: bot.Fault.Detail}
		r.out.Comma = rune(source.sep)
		if err := r.header(); err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, row := range rows {
			if len(row.wrong) == 0 {
				continue
			}
			want[fmt.Sprint(row.line)] = true
			if err := r.row(storage.RejectedRow{Line: row.line, Faults: []bot.RowFault{{Fault: row.wrong[0]}}}); err != nil {
				t.Fatal(err)
			}
		}
		r.out.Flush()
		got, err := readHeader(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		own := r.own()
		for {
			_, cells, _, err := got.next()
			if err != nil {
				break
			}
			line := got.last[len(own)]
			if !want[line] {
				t.Fatalf("the report tells of line %q: %q", line, cells)
			}
			delete(want, line)
		}
		if len(want) > 0 {
			t.Fatalf("the report leaves out %v of %q", want, out.String())
		}
	})
}
