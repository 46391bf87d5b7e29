package contact

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What Excel and the companies' programs write is read, or refused by name.
func TestImportAsSpreadsheetsWrite(t *testing.T) {
	windows := func(s string) string { return written(t, charmap.Windows1251, s) }
	for name, c := range map[string]struct {
		file     string
		want     []Record
		short    int
		rejected map[int]string
	}{
		"sep= first":                    {file: "sep=;\r\nexternal_id;name\r\n1;Олена, Київ\r\n2;Їжак\r\n", want: []Record{{ExternalID: "1", Name: "Олена, Київ"}, {ExternalID: "2", Name: "Їжак"}}},
		"sep= in quotes, a mark, a tab": {file: "\ufeff\"sep=\t\"\nexternal_id\tname\n1\tОлена; Київ\n", want: []Record{{ExternalID: "1", Name: "Олена; Київ"}}},
		"sep= saved again":              {file: "sep=;;\nexternal_id;name\n1;Олена\n", want: []Record{{ExternalID: "1", Name: "Олена"}}},
		"sep= that is wrong":            {file: "sep=,\nexternal_id;name\n1;Олена\n", want: []Record{{ExternalID: "1", Name: "Олена"}}},
		"columns without a name":        {file: windows("external_id;name;;\r\n1;Олена;;\r\n"), want: []Record{{ExternalID: "1", Name: "Олена"}}},
		"a column without a name inside": {
			file: ";external_id;name\n;1;Олена\n0;2;Петро\n", want: []Record{{ExternalID: "1", Name: "Олена"}},
			rejected: map[int]string{3: "something in column 1, which the header gives no name"},
		},
		"tabs":                 {file: "external_id\tname\tregion\r\n1\t\tКиїв\r\n", want: []Record{{ExternalID: "1", Region: "Київ"}}},
		"bars":                 {file: "external_id|name\n1|Олена; Київ, центр\n", want: []Record{{ExternalID: "1", Name: "Олена; Київ, центр"}}},
		"carriage returns":     {file: "external_id;name\r1;Олена\r2;\"Їжак\"\r", want: []Record{{ExternalID: "1", Name: "Олена"}, {ExternalID: "2", Name: "Їжак"}}},
		"mixed line ends":      {file: "external_id;name\r\n1;Олена\n2;Їжак\r\r\n3;\"Ґудзь\"\r\r\n", want: []Record{{ExternalID: "1", Name: "Олена"}, {ExternalID: "2", Name: "Їжак"}, {ExternalID: "3", Name: "Ґудзь"}}},
		"a comma in a heading": {file: "external_id;\"attributes.Вулиця, будинок\"\r\n1;\"Хрещатик, 1\"\r\n", want: []Record{{ExternalID: "1", Attributes: map[string]string{"Вулиця, будинок": "Хрещатик, 1"}}}},
		"commas in headings":   {file: "external_id;\"attributes.а, б, в\";\"attributes.г, д\"\n1;\"\";2\n", want: []Record{{ExternalID: "1", Attributes: map[string]string{"г, д": "2"}}}},
		"two marks":            {file: "\ufeff\ufeffexternal_id;name\n1;Олена\n", want: []Record{{ExternalID: "1", Name: "Олена"}}},
		"a mark and quotes":    {file: "\ufeff\"external_id\";\"name\"\n\"1\";\"Олена\"\n", want: []Record{{ExternalID: "1", Name: "Олена"}}},
		"short rows":           {file: windows("external_id;name;region\n1;Олена;Київ\n2;Петро\n3\n"), want: []Record{{ExternalID: "1", Name: "Олена", Region: "Київ"}, {ExternalID: "2", Name: "Петро"}, {ExternalID: "3"}}, short: 2},
		"blank rows above":     {file: ";;\r\n \u00a0;\u200b;\r\n\r\nexternal_id;name;region\r\n1;Олена;Київ\r\n", want: []Record{{ExternalID: "1", Name: "Олена", Region: "Київ"}}},
		"rows with an end too many": {
			file: "external_id;name\n1;Олена;\n2;Петро;;\n3;Іван;;зайве\n", want: []Record{{ExternalID: "1", Name: "Олена"}, {ExternalID: "2", Name: "Петро"}},
			rejected: map[int]string{4: "the row has 4 cells and the header 2"},
		},
		"numbers as shown": {
			file:     windows("external_id;attributes.телефон\n1;3,80501E+11\n2;3.8e11\n3;12E5\n4;1 234,50\n1E+05;5\n"),
			want:     []Record{{ExternalID: "3", Attributes: map[string]string{"телефон": "12E5"}}, {ExternalID: "4", Attributes: map[string]string{"телефон": "1 234,50"}}},
			rejected: map[int]string{2: "attributes.телефон is 3,80501E+11, as a spreadsheet shows", 3: "attributes.телефон is 3.8e11", 6: "external_id is 1E+05"},
		},
		"ids by thousands": {
			file: "external_id;name\n1\u00a0234;Олена\n\"12,345\";Петро\n12 34;Іван\n", want: []Record{{ExternalID: "12 34", Name: "Іван"}},
			rejected: map[int]string{2: "external_id is 1\u00a0234, as", 3: "external_id is 12,345, as"},
		},
		"text by a formula": {
			file: "external_id;attributes.телефон;name\r\n=\"00123\";=\"0501234567\";\"=\"\"О \"\"\"\"К\"\"\"\"\"\"\"\r\n=\"2;3\"; =\"0,5\" ;='x'\r\n",
			want: []Record{
				{ExternalID: "00123", Name: `О "К"`, Attributes: map[string]string{"телефон": "0501234567"}},
				{ExternalID: "2;3", Name: "='x'", Attributes: map[string]string{"телефон": "0,5"}},
			},
		},
		"a formula that counts": {file: "external_id;name\n1;=\"a\"&\"b\"\n", rejected: map[int]string{2: "a quote stands where none may"}},
		"signs that nobody sees": {
			file: "external_id,na\u200bme\r\ncrm-1,Олена\r\ncrm-1\u200b,Олена\r\ncrm-2,Олена\u202ebla\r\ncrm-3,\u200b\r\n\u2066crm-4\u2069,\u00a0👩\u200d💻 Ол\u00adена \r\n",
			want: []Record{
				{ExternalID: "crm-1", Name: "Олена"}, {ExternalID: "crm-2", Name: "Оленаbla"}, {ExternalID: "crm-3"}, {ExternalID: "crm-4", Name: "👩\u200d💻 Олена"},
			},
			rejected: map[int]string{3: "external_id stands twice in this file; line 2 counts"},
		},
		"signs that change nothing to be seen": {
			file: "external_id;name;region\n1;❤\ufe0f Оле\u034fна;Киї\ufe0fв\n1\ufe0f;а;б\n1\U000e0041;а;б\n2;\u3164;\u2800\n3;🏴\U000e0067\U000e0062\U000e007f 1\ufe0f\u20e3;\u115f\n",
			want: []Record{
				{ExternalID: "1", Name: "❤\ufe0f Олена", Region: "Київ"}, {ExternalID: "2"}, {ExternalID: "3", Name: "🏴\U000e0067\U000e0062\U000e007f 1\ufe0f\u20e3"},
			},
			rejected: map[int]string{3: "twice in this file; line 2 counts", 4: "twice in this file; line 2 counts"},
		},
		"letters put together of two": {
			file: "external_id;region;attributes.договi\u0308р\nи\u03061;Киi\u0308в;1\nй1;Київ;2\n2;Киі\u0308в;3\n",
			want: []Record{
				{ExternalID: "й1", Region: "Киïв", Attributes: map[string]string{"договïр": "1"}}, {ExternalID: "2", Region: "Київ", Attributes: map[string]string{"договïр": "3"}},
			},
			rejected: map[int]string{3: "twice in this file; line 2 counts"},
		},
		"what a spreadsheet writes for no value": {
			file:     "external_id;name;attributes.борг\n#N/A;а;1\n1;#ИМЯ?;2\n2;б;########\n#Н/Д;в;3\n3;#1;#тег\n4;г;#ДЕЛ/0!\n5;\"=\"\"#REF!\"\"\";#\n",
			want:     []Record{{ExternalID: "3", Name: "#1", Attributes: map[string]string{"борг": "#тег"}}},
			rejected: map[int]string{2: "external_id is #N/A, which a spreadsheet", 3: "name is #ИМЯ?", 4: "attributes.борг is ########", 5: "external_id is #Н/Д", 7: "attributes.борг is #ДЕЛ/0!", 8: "name is #REF!"},
		},
		"numbers as shown, in their other forms": {
			file:     "external_id;attributes.телефон\n1;=3,8E+11\n2;3,80501Е+11\n3;\"=\"\"3,80501E+11\"\"\"\n4;'3.8E+11\n",
			want:     []Record{{ExternalID: "4", Attributes: map[string]string{"телефон": "3.8E+11"}}},
			rejected: map[int]string{2: "is =3,8E+11, as a spreadsheet", 3: "is 3,80501Е+11", 4: "is 3,80501E+11"},
		},
		"the end of a file as DOS writes it": {file: "external_id;name\r\n1;Олена\r\n\x1a", want: []Record{{ExternalID: "1", Name: "Олена"}}},
		"two files in one":                   {file: "external_id;name\n1;Олена\n\ufeffExternal_ID;Name;\n2;Петро\n", want: []Record{{ExternalID: "1", Name: "Олена"}, {ExternalID: "2", Name: "Петро"}}},
		"spaces around quotes":               {file: "external_id; \"name\" ;region\n 1 ; \"Олена; \"\"О\"\"\" ; \"Київ\"\n", want: []Record{{ExternalID: "1", Name: `Олена; "О"`, Region: "Київ"}}},
		"words of kinds and tiers":           {file: "external_id;kind;tier\n1;Клієнт;новий\n2;партнёр;Постоянный\n3;staff;ВІП\n4;клієнт;золотий\n", want: []Record{{ExternalID: "1", Kind: "client", Tier: "new"}, {ExternalID: "2", Kind: "partner", Tier: "regular"}, {ExternalID: "3", Kind: "staff", Tier: "vip"}}, rejected: map[int]string{5: "tier must be one of"}},
		"a zero byte":                        {file: "external_id;name;attributes.x\n1;Ол\x00ена;довгий рядок після неї\n2;Петро;\n", want: []Record{{ExternalID: "2", Name: "Петро"}}, rejected: map[int]string{2: "name must not hold characters"}},
		"what was lost before":               {file: "external_id;name\n1;\ufffd\ufffd\n2;Петро\n", want: []Record{{ExternalID: "2", Name: "Петро"}}, rejected: map[int]string{2: "name must not hold characters"}},
		"a quote left open":                  {file: "external_id;name\n1;Олена\n2;\"Петро\n3;Іван\n", want: []Record{{ExternalID: "1", Name: "Олена"}}, rejected: map[int]string{3: "a quote is opened here and not closed up to line 4"}},
		"tags as a list":                     {file: "external_id;tags\n1;\"[\"\"a|b\"\", \"\"c\"\"]\"\n2;[vip]\n", want: []Record{{ExternalID: "1", Tags: []string{"a|b", "c"}}, {ExternalID: "2", Tags: []string{"[vip]"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := storagetest.Open(t, storagetest.SQLiteURL(t))
			sum, rejected := imports(t, New(s, time.Now), c.file)
			var got []Record
			all, err := s.ContactsAfter(t.Context(), "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range all {
				r := record(one)
				r.ID = ""
				got = append(got, r)
			}
			byID := cmpopts.SortSlices(func(a, b Record) int { return strings.Compare(a.ExternalID, b.ExternalID) })
			if diff := cmp.Diff(c.want, got, byID, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if sum.Created != len(c.want) || sum.Short != c.short || len(rejected) != len(c.rejected) {
				t.Errorf("%+v %+v", sum, rejected)
			}
			for _, r := range rejected {
				if said := (&bot.InvalidError{Faults: r.Problems}).Error(); c.rejected[r.Line] == "" || !strings.Contains(said, c.rejected[r.Line]) {
					t.Errorf("line %d: %s, want %q", r.Line, said, c.rejected[r.Line])
				}
			}
		})
	}
}

// A cell that is missing at the end of a row says nothing; an empty one, that
// there is nothing.
func TestImportLeavesWhatARowDoesNotReach(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		full := Record{ExternalID: "1", Name: "Олена", Tier: "vip", Region: "Київ", Attributes: map[string]string{"борг": "5"}, Tags: []string{"оптова"}}
		upsert(t, c, full)
		if sum, _ := imports(t, c, "external_id;tier;region;attributes.борг;tags\n1;regular\n"); sum.Updated != 1 || sum.Short != 1 {
			t.Errorf("%+v", sum)
		}
		full.Tier = "regular"
		if diff := cmp.Diff(full, byExternal(t, s, "1")); diff != "" {
			t.Error(diff)
		}
		if sum, _ := imports(t, c, "external_id;tier;region;attributes.борг;tags\n1;;;;\n"); sum.Updated != 1 || sum.Short != 0 {
			t.Errorf("%+v", sum)
		}
		if diff := cmp.Diff(Record{ExternalID: "1", Name: "Олена"}, byExternal(t, s, "1"), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLanguageWords(t *testing.T) {
	for want, words := range map[bot.Language]string{
		bot.Ukrainian: "UA;uk;uk-UA;UK_UA;укр;Укр.;Українська;українською;українська мова;украинский;UKR;Ukrainian;uk_UA.UTF-8;УА;Ukrainian (Ukraine);Українська (Україна);по-українськи;українcька;Укр (мова)",
		bot.Russian:   "RU;ru_RU;ru-UA;рус;рус.;Русский;русский язык;RUS;Russian;російська;РУ;Russian (Ukraine);по-русски;pусский;Русский (Россия)",
		"":            "",
	} {
		for word := range strings.SplitSeq(words, ";") {
			if got := languageOf(word); got != want {
				t.Errorf("%q is %q, want %q", word, got, want)
			}
		}
	}
	for _, word := range []string{"english", "uk/ru", "укр рус", "de-UA"} {
		if got := languageOf(word); problems(Record{ExternalID: "1", Language: got}, zones{}) == nil {
			t.Errorf("%q is taken for %q", word, got)
		}
	}
}

// Two files in one, of which the second has its columns elsewhere, would make
// names of regions.
func TestImportStopsAtAnotherHeader(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	sum, err := New(s, time.Now).Import(t.Context(), marketer,
		strings.NewReader("external_id;name;region\n1;Олена;Київ\nexternal_id;region;name\n2;Львів;Петро\n"), func(Rejected) {})
	if err == nil || !strings.Contains(err.Error(), "line 3 names the columns anew") {
		t.Errorf("%v", err)
	}
	if sum.Created != 1 || sum.Rows != 1 {
		t.Errorf("%+v", sum)
	}
}

// What goes out comes in as it was, whatever people wrote.
func TestExportIsImportedWhole(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	c := New(s, time.Now)
	piece := rapid.SampledFrom(append(strings.Split(` |||,|;|external_id|#N/A|####|=|й|❤\ufe0f|"|'|=|+|-|@|\|[|]|["|"]|="|1|1E+05|3,8E+11|12,345|+380|sep=|\u200b|\u202e|\u00a0|👩\u200d💻|їжак|Олена|x|\ufeff|''|={`, "|"), "|", "\\"))
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "pieces"), "") })
	people := 0
	rapid.Check(t, func(t *rapid.T) {
		r := Record{
			ExternalID: text.Draw(t, "id") + "#" + strconv.Itoa(people), Name: text.Draw(t, "name"), Region: text.Draw(t, "region"),
			Attributes: rapid.MapOfN(text, text, 0, 2).Draw(t, "attributes"), Tags: rapid.SliceOfN(text, 0, 3).Draw(t, "tags"),
		}
		if people%2 == 0 {
			r.ExternalID = strconv.Itoa(people) + text.Draw(t, "end")
		}
		people++
		outcomes, err := c.Upsert(context.Background(), marketer, []Record{r})
		if err != nil {
			t.Fatal(err)
		}
		if outcomes[0].Result == Refused {
			return
		}
		if people%10 > 0 {
			return
		}
		before := everyone(t, s)
		var file bytes.Buffer
		if _, err := c.ExportAll(context.Background(), admin, &file); err != nil {
			t.Fatal(err)
		}
		_, err = c.Import(context.Background(), marketer, &file, func(r Rejected) { t.Fatalf("line %d: %v", r.Line, r.Problems) })
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, everyone(t, s)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func everyone(t *rapid.T, s *storage.Store) (all []Record) {
	found, err := s.ContactsAfter(context.Background(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range found {
		all = append(all, record(one))
	}
	return all
}
