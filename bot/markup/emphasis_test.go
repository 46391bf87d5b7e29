package markup

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestMarksThatMeanNothing: what people write with such signs stays as it is.
func TestMarksThatMeanNothing(t *testing.T) {
	for _, s := range []string{
		"*111*4#", "Наберіть *111*4#.", "Наберіть *101# або *102#", "*101# — баланс, *161# — борг", "**21*0501234567#", "##002#", "*#06#",
		"(*111*4*2#), «*100*1#»", "*123*код#", "*123*<номер>#", "*111* і *222*", "#31#+380501234567",
		"2*2=4", "2*2*2=8", "5 * 3 * 2", "5*3 і 3*5", "2**3**4", "a*b*c", "(5*3)*2*(1)", "x*(y+z)*2",
		"ціна* та знижка*\n*без ПДВ", "Ціна* 100 грн (*без ПДВ), тариф** **з 1 січня", "*без ПДВ\nдо 1 січня*", "готель 4*, 5*",
		"*.ua, *.com і *.org", "*.example.com*", "rm *.log *.txt", "*/5 * * * *", "0 9 * * 1-5",
		"file_name_v2", "_file_name_v2_", "__init__", "__name__.__doc__", "snake_case_і_ще", "AB_12_*3*_X", "арт. AB-*12*-C", "_v2_",
		"https://x.ua/*a*/_b_/~~c~~", "https://x.ua/a_b_(c)*d*", "http://x.ua/?q=*1*&z=_2_", "див. https://x.ua/* тут", "www.x.ua/_a_/",
		"x.ua/_next_/a", "t.me/_abc_", "сайт.укр/_а_/", "_ivan_@x.ua", "ivan_p_@x.ua, a_b@x.ua", "@_ivan_", "#_тег_",
		"**** **** **** 1234", "5168****1234", "************", "* * *", "***", "---", "~~~~~~~~\nтекст\n~~~~~~~~",
		"~5 хв, ~10 хв", "~5~ хв", "п`ять об`єктів", "п`ять` об`єктів", "Натисніть *️⃣ або *️⃣", "й\u0306*та*", "ї*та*й",
		"+ 380 50 123 45 67", "+380 50", "> 18 років", "> = 5", ">5 кг", "1. Київ\n3. Львів\n7. Одеса", "007. Бонд\n009. Ще", "[1](2)", "див. [1](п.2)",
		"Увага![тут", "a_", "_", "*", "**", "_ _", "* а", "¯(ツ)¯",
	} {
		want := s
		if s == "* а" {
			want = "• а"
		}
		if got := Parse(s).Plain(); got != want {
			t.Errorf("%q shows as %q", s, got)
		}
		for _, b := range Parse(s) {
			for _, sp := range b.Spans {
				if sp.Bold || sp.Italic || sp.Strike || sp.Code {
					t.Errorf("%q: %q is styled", s, sp.Text)
				}
			}
		}
	}
}

// TestMarksThatStyle: at the borders of words they do, whatever stands beside.
func TestMarksThatStyle(t *testing.T) {
	for src, want := range map[string]string{
		"*слово*":                 "слово",
		"**слово**":               "слово",
		"_слово_ і __слово__":     "слово і слово",
		"(**слово**), «*слово*»!": "(слово), «слово»!",
		"так,**слово**.":          "так,слово.",
		"🔥*Акція*🔥 1️⃣*Перше*":    "🔥Акція🔥 1️⃣Перше",
		"‼️**Увага**‼️ ⁉️*як*⁉️ ↔️*так*↔️": "‼️Увага‼️ ⁉️як⁉️ ↔️так↔️",
		"→*далі*← ➡️*так*⬅️":               "→далі← ➡️так⬅️",
		"**3D**-друк":                      "3D-друк",
		"**500 грн**, **500**":             "500 грн, 500",
		"Наберіть **\\*101#**":             "Наберіть *101#",
		"**Наберіть *101#**":               "Наберіть *101#",
		"***101#**":                        "*101#",
		"**https://x.ua/a_b_**":            "https://x.ua/a_b_",
		"**Сайт: https://x.ua/a_b**":       "Сайт: https://x.ua/a_b",
		"*https://x.ua/a_b*":               "https://x.ua/a_b",
		"**file_name_v2**":                 "file_name_v2",
		"*101# — *безкоштовно*":            "*101# — безкоштовно",
		"~~стара ціна~~ нова":              "стара ціна нова",
		"**a *b***":                        "a b",
		"_**обидва**_ ~~*три*~~":           "обидва три",
		"Увага![сайт](https://x.ua)":       "Увага!сайт (https://x.ua)",
		"- **раз**\n> *два*":               "• раз\n\nдва",
		"**+380 50 123**":                  "+380 50 123",
		"**«Домашній»** — *з 1 січня*.":    "«Домашній» — з 1 січня.",
		"**Тариф \u200b** — новий":         "Тариф \u200b — новий",
		"**101# безкоштовно**":             "101# безкоштовно",
	} {
		doc := Parse(src)
		if got := doc.Plain(); got != want {
			t.Errorf("%q shows as %q, want %q", src, got, want)
		}
		styled := false
		for _, b := range doc {
			for _, sp := range b.Spans {
				styled = styled || sp.Bold || sp.Italic || sp.Strike || sp.Link != ""
			}
		}
		if !styled {
			t.Errorf("%q has no style", src)
		}
	}
}

// TestValuesNeverBreakStyles: a value in bold words is bold, and shows as it is.
func TestValuesNeverBreakStyles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := strings.Join(strings.Fields(clean(hostile().Draw(t, "value"))), " ")
		if value == "" {
			return
		}
		doc := Parse("До речі: **" + Escape(value) + "** — завтра")
		if got, want := doc.Plain(), "До речі: "+value+" — завтра"; got != want {
			t.Fatalf("%q shows as %q, want %q", value, got, want)
		}
		for _, sp := range doc[0].Spans {
			if sp.Bold && sp.Text != value || sp.Italic || sp.Strike || sp.Code || sp.Link != "" {
				t.Fatalf("%q: %+v", value, doc[0].Spans)
			}
		}
		if len(doc) != 1 || len(doc[0].Spans) != 3 {
			t.Fatalf("%q: %+v", value, doc)
		}
	})
}

// hostile draws titles and names that look like something else.
func hostile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		piece := rapid.SampledFrom([]string{
			"*", "**", "_", "~~", "~", "`", "[", "](", ")", "https://x.ua/", "x.ua", "@", "#", "101#", "1.", "-", ">", "+", " ", "\n", "Тариф", "a_b",
			"«", "»", "\"", ".", "!", "🔥", "\\", "{{", "}}", "<", "&", "\u200b", "\u00a0", "é", "5", "&amp;", "\u0301", "é",
		})
		return strings.Join(rapid.SliceOfN(piece, 1, 10).Draw(t, "pieces"), "")
	})
}

// TestNoWordIsLost: whatever is written, only marks that style are not shown.
func TestNoWordIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "s")
		trimmed := strings.TrimSpace(s)
		if strings.ContainsAny(s, "`[]\\>-\n<&") || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "* ") || strings.HasPrefix(trimmed, "+ ") {
			return // code, links, escapes and blocks are looked at elsewhere
		}
		drop := strings.NewReplacer("*", "", "_", "", "~", "", " ", "")
		if got, want := drop.Replace(Parse(s).Plain()), drop.Replace(clean(s)); got != want {
			t.Fatalf("%q shows as %q", s, Parse(s).Plain())
		}
	})
}
