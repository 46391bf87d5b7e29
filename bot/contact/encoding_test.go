package contact

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"visnyk/bot"
	"visnyk/bot/textfile"
	"visnyk/storage"
)

// written is a text in an encoding.
func written(t testing.TB, in encoding.Encoding, text string) string {
	t.Helper()
	s, err := in.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A file in an encoding that is not read is refused whole, with its line and byte:
// people are never made of what somebody else wrote.
func TestImportRefusesOtherEncodings(t *testing.T) {
	people := "external_id;name;region\r\nr-1;Олена Гнатюк;Київ\r\nr-2;Їжакевич Галаган;Львів\r\n"
	dos := strings.NewReplacer("і", "i", "І", "I").Replace(people)
	sixteen := func(order unicode.Endianness, mark unicode.BOMPolicy) string {
		return written(t, unicode.UTF16(order, mark), people)
	}
	bad := strings.Replace(people, "Їжа", "Їж\xd0", 1)
	for name, c := range map[string]struct {
		file string
		line int
		data bot.Data
		code bot.FaultCode
	}{
		"UTF-8 with one bad byte":             {bad, 3, bot.Data{"Byte": 9, "Value": "0xD0"}, bot.FaultNotUTF8},
		"UTF-8 with one bad byte in an end":   {people + "r-3;\xd0", 4, bot.Data{"Byte": 5, "Value": "0xD0"}, bot.FaultNotUTF8},
		"UTF-8 with its mark and a bad byte":  {"\xef\xbb\xbfexternal_id;name\nr-1;\xceëåíà\n", 2, bot.Data{"Byte": 5, "Value": "0xCE"}, bot.FaultNotUTF8},
		"a mark before windows-1251":          {"\xef\xbb\xbf" + written(t, charmap.Windows1251, people), 2, bot.Data{"Byte": 5, "Value": "0xCE"}, bot.FaultNotUTF8},
		"UTF-8 after windows-1251":            {written(t, charmap.Windows1251, strings.Repeat(people, 3)) + "r-9;Олена;\n", 10, bot.Data{"Byte": 5, "Value": "0xD0"}, bot.FaultEncoding},
		"cp866":                               {written(t, charmap.CodePage866, dos), 2, bot.Data{"Byte": 5, "Value": "0x8E"}, bot.FaultEncoding},
		"cp866 after windows-1251":            {written(t, charmap.Windows1251, people) + written(t, charmap.CodePage866, "r-9;Одарка;\n"), 4, bot.Data{"Byte": 5, "Value": "0x8E"}, bot.FaultEncoding},
		"koi8-u":                              {written(t, charmap.KOI8U, people), 2, bot.Data{"Byte": 5, "Value": "0xEF"}, bot.FaultEncoding},
		"koi8-u in capitals":                  {written(t, charmap.KOI8U, "external_id;name\nr-1;ОЛЕНА ШЕВЧЕНКО\n"), 2, bot.Data{"Byte": 5, "Value": "0xEF"}, bot.FaultEncoding},
		"koi8-r":                              {written(t, charmap.KOI8R, "external_id;name\nr-1;Сергей Соколов\n"), 2, bot.Data{"Byte": 5, "Value": "0xF3"}, bot.FaultEncoding},
		"koi8-r in small letters":             {written(t, charmap.KOI8R, "external_id;name\nr-1;сергей соколов\n"), 2, bot.Data{"Byte": 5, "Value": "0xD3"}, bot.FaultEncoding},
		"MacCyrillic":                         {written(t, charmap.MacintoshCyrillic, people), 2, bot.Data{"Byte": 5, "Value": "0x8E"}, bot.FaultEncoding},
		"iso-8859-5":                          {written(t, charmap.ISO8859_5, people), 2, bot.Data{"Byte": 5, "Value": "0xBE"}, bot.FaultEncoding},
		"windows-1252":                        {written(t, charmap.Windows1252, "external_id;name\r\nr-1;José Müller\r\n"), 2, bot.Data{"Byte": 8, "Value": "0xE9"}, bot.FaultEncoding},
		"windows-1252 after windows-1251":     {written(t, charmap.Windows1251, people) + "r-9;M\xfcller;\n", 4, bot.Data{"Byte": 6, "Value": "0xFC"}, bot.FaultEncoding},
		"latin1, a name like one of ours":     {written(t, charmap.ISO8859_1, "external_id;name\nr-1;Simón\n"), 2, bot.Data{"Byte": 8, "Value": "0xF3"}, bot.FaultEncoding},
		"windows-1250":                        {written(t, charmap.Windows1250, "external_id;name\nr-1;Łukasz Dvořák\n"), 2, bot.Data{"Byte": 5, "Value": "0xA3"}, bot.FaultEncoding},
		"a sign alone":                        {"external_id;name\nr-1;Fiber\x99\n", 2, bot.Data{"Byte": 10, "Value": "0x99"}, bot.FaultEncoding},
		"UTF-16, little end first":            {sixteen(unicode.LittleEndian, unicode.UseBOM), 0, nil, bot.FaultFileUTF16},
		"UTF-16, big end first":               {sixteen(unicode.BigEndian, unicode.UseBOM), 0, nil, bot.FaultFileUTF16},
		"UTF-16 without its mark":             {sixteen(unicode.LittleEndian, unicode.IgnoreBOM), 0, nil, bot.FaultFileUTF16},
		"UTF-16, big end first, without mark": {sixteen(unicode.BigEndian, unicode.IgnoreBOM), 0, nil, bot.FaultFileUTF16},
		"UTF-16 with a name of ours first":    {written(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "attributes.ПІБ;external_id\nОлена;1\n")[2:], 0, nil, bot.FaultFileUTF16},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText(strings.NewReader(c.file))
			wrong, ok := errors.AsType[*textfile.Error](err)
			if !ok || wrong.Line != c.line || wrong.Fault.Code != c.code {
				t.Fatalf("%v, want %s in line %d", err, c.code, c.line)
			}
			for key, value := range c.data {
				if wrong.Fault.Data[key] != value {
					t.Errorf("%s is %v, want %v", key, wrong.Fault.Data[key], value)
				}
			}
		})
	}
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		if _, err := c.Import(t.Context(), marketer, strings.NewReader(bad), nil); err == nil {
			t.Error("a bad byte was read")
		}
		if all, err := s.ContactsAfter(t.Context(), "", 1); err != nil || len(all) > 0 {
			t.Errorf("%v was stored, %v", all, err)
		}
	})
}

// Windows-1251 is read though few cells are Cyrillic.
func TestImportReadsWindows1251(t *testing.T) {
	for _, file := range []string{
		"external_id;name\nr-1;Київ\n",
		"external_id;attributes.телефон\nr-1;0501234567\n",
		"external_id;name;tags\n1;Iван Петренко;«Нова пошта»|№ 5|п’ять\n2;ТОВ «Ґалаґан»;SMS\n",
		"external_id;name\n1;ИВАНОВ СЕРГЕЙ\n2;ПРИХОДЬКО ЮЛІЯ\n",
		"external_id;name\n1;приходько юлія\n",
		"external_id;region\n1;Гірське\n2;Ківерці\n",
		"external_id;language\n1;укр\n2;рус\n",
		"external_id;name\n1;В’ячеслав Щур — Фірма™\n",
	} {
		text, err := readText(strings.NewReader(written(t, charmap.Windows1251, file)))
		if err != nil || string(text) != file {
			t.Errorf("%q is read as %q, %v", file, text, err)
		}
	}
}
