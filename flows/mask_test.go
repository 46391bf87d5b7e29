package flows

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"два\nрядки\t і   пробіли ":    "два рядки і пробіли",
		"доста\u0301вка, Йосипе, їжак": "доставка, Йосипе, їжак",

		// Phones, as people write them.
		"мій номер +38 (067) 123-45-67, передзвоніть": "мій номер •••, передзвоніть",
		"тел. 0671234567":                                   "тел. •••",
		"тел.0671234567":                                    "тел.•••",
		"наберіть 067‑123‑45‑67":                            "наберіть •••",
		"наберіть 067–123—45−67":                            "наберіть •••",
		"067.123.45.67":                                     "•••",
		"067/123/45/67":                                     "•••",
		"067 - 123 - 45 - 67":                               "•••",
		"067--123--45--67":                                  "•••",
		"0 6 7 1 2 3 4 5 6 7":                               "•••",
		"0_6_7_1_2_3_4_5_6_7":                               "•••",
		"067*123*45*67":                                     "•••",
		"067·123·45·67":                                     "•••",
		"067\u00a0123\u202f45\u200967":                      "•••",
		"067\u200b123\u200d45\u00ad67":                      "•••",
		"0\u03366\u03367\u03361\u03362\u03363\u03364\u0336": "•••",
		"0\ufe0f\u20e36\ufe0f\u20e37\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e3": "•••",

		"０６７１２３４５６７":                               "•••",
		"٠٦٧١٢٣٤٥٦٧":                               "•••",
		"𝟎𝟔𝟕𝟏𝟐𝟑𝟒𝟓𝟔𝟕":                               "•••",
		"⓪⑥⑦①②③④":                                  "•••",
		"О67 1234567, це О":                        "•••, це О",
		"O67-12О-З4":                               "•••",
		"місцевий 23-45-67":                        "місцевий •••",
		"местный 2-345-67":                         "местный •••",
		"перезвоните: 8(067)123 45 67 после 18:00": "перезвоните: ••• после 18:00",
		"не зайшло на 067-123-45-67, 100 грн":      "не зайшло на ••• грн",
		"067123456789, з 01.12.2026":               "•••, з 01.12.2026",

		// Cards, accounts, papers.
		"карта 4149 4991 1234 5678 не проходить":   "карта ••• не проходить",
		"карта 4149_4993_1234_5678":                "карта •••",
		"карта 4149-4993-1234-5678.":               "карта •••.",
		"карта 4149, 4993, 1234, 5678":             "карта •••",
		"рахунок UA213223130000026007233566001":    "рахунок •••",
		"счёт UA 21 322313 0000026007233566001 ok": "счёт UA ••• ok",
		"паспорт КА123456":                         "паспорт •••",
		"паспорт КА №123456":                       "паспорт КА №•••",
		"ІПН 3184710691":                           "ІПН •••",
		"ИНН 3184710691":                           "ИНН •••",
		"ЄДРПОУ 32855961":                          "ЄДРПОУ •••",
		"договір №1234567":                         "договір №•••",
		"договор 12/34567-а":                       "договор •••-а",
		"договір 123456, 500 грн не зараховано":    "договір ••• грн не зараховано",
		"народилась 12.05.1983":                    "народилась •••",
		"індекс ０１２３４５６":                           "індекс •••",

		// E-mail.
		"пишіть на Olena.K@mail.example будь ласка": "пишіть на ••• будь ласка",
		"пошта olena@mail.example. Дякую":           "пошта •••. Дякую",
		"ivan @ mail.example":                       "•••",
		"ivan @mail.example":                        "•••",
		"ivan@ mail.example":                        "•••",
		"ivan @ mail":                               "•••",
		"ivan＠mail.example":                         "•••",
		"ivan (at) mail.example":                    "•••",
		"ivan(at)mail(dot)example":                  "•••",
		"ivan [at] mail [dot] example, дякую":       "•••, дякую",
		"ivan {ат} mail точка example":              "•••",
		"ivan (собака) ukr.net":                     "•••",
		"ivan «собака» ukr.net":                     "•••",
		"ivan собака ukr точка net":                 "•••",
		"ivan собака ukr крапка net":                "•••",
		"пишите: иван собака укр точка нет":         "пишите: •••",
		"ivan собака gmail":                         "•••",
		"ivan равлик gmail.com":                     "•••",
		"ivan at gmail dot com":                     "•••",
		"ivan ат gmail.com":                         "•••",
		"mailto:ivan":                               "•••",

		// Names, chats and pages.
		"я @olena_k у телеграмі":                "я ••• у телеграмі",
		"пишіть @оля":                           "пишіть •••",
		"див. https://bank.example/pay?card=12": "див. •••",
		"www.bank.example":                      "•••",
		"тут t.me/olena_k":                      "тут •••",
		"тут t . me / olena_k":                  "тут •••",
		"тут т.ме/olena_k":                      "тут •••",
		"пишіть у telegram.me/olena":            "пишіть у •••",
		"tg://resolve?domain=olena":             "•••",
		"viber://chat?number=olena":             "•••",
		"https://invite.viber.com/?g2=AQB":      "•••",
		"wa.me/olena":                           "•••",
		"моя сторінка facebook.com/olena.koval": "моя сторінка •••",
		"instagram.com/olena?x=1 і далі":        "••• і далі",
		"сайт приклад.укр":                      "сайт приклад.укр",
		"мій інстаграм olena_k":                 "мій інстаграм •••",
		"инста: olena":                          "инста: •••",
		"телеграм: olena_k":                     "телеграм: •••",
		"в фейсбуке olena.koval.5 напишите":     "в фейсбуке ••• напишите",
		"viber olena77":                         "viber •••",
	} {
		if got := Mask(text); got != want {
			t.Errorf("%q is kept as %q, want %q", text, got, want)
		}
	}
	long := Mask(strings.Repeat("довга історія ", 100))
	if n := utf8.RuneCountInString(long); n > mostAsked || !strings.HasSuffix(long, "…") {
		t.Errorf("a long story is kept in %d characters: %q", n, long)
	}
	if got := Mask(strings.Repeat("0", 1<<20)); got != "…" {
		t.Errorf("one endless word is kept as %q", got)
	}
	if got := Mask("номер 0671234567 " + strings.Repeat("ї@example.org ", 1<<16)); !strings.HasPrefix(got, "номер ••• •••") || !strings.HasSuffix(got, "…") {
		t.Errorf("an endless story is kept as %q", got)
	}
}

// TestMaskLeavesTheQuestion: what a question is about stays.
func TestMaskLeavesTheQuestion(t *testing.T) {
	for _, text := range []string{
		"скільки коштує 100 Мбіт/с", "чому 220 грн, а не 180?", "тариф 220грн на місяць", "почему 220 грн., а не 180 руб.?",
		"заплатив 12 500 грн, де гроші", "списали 125 000 грн", "списали 1 250 000,50 грн", "сняли 100000 гривен", "від 5 000 до 10 000 грн",
		"5 000 - 10 000 грн", "кредит 500 000 ₴", "1000/500 Мбіт/с", "100/100 Мбит/с и 1 Гбит/с", "скидка 10% до 2027 года", "1 000 000 $ за що?",
		"з 1 грудня 2026 року", "с 1 декабря 2026 года", "з 01.12.2026", "що зміниться 01.12.2026 о 09:00?", "до 31/12/2026", "2026-12-01", "01.12.26",
		"з 01.12.2026 по 31.12.2026", "01.12.2026-31.12.2026", "с 12.2026", "у 2025-2026 роках", "2026/2027", "тарифи 2025 і 2026 року",
		"ви працюєте 9:00-18:00?", "вы работаете с 9:00 до 18:00?", "09:00 – 18:00", "9.00-18.00", "о 23:59", "у 2026 році о 10:30",
		"вул. Шевченка, 12, кв. 34", "ул. Франко 5/2, подъезд 3, этаж 12", "буд. 12-А", "відділення №105", "індекс 01001", "код 1234", "24/7", "помилка 651",
		"лінія 0 800 не відповідає", "4G/5G", "IPTV на 200 каналів", "роутер TP-Link AX1500", "Wi-Fi 2.4 і 5 ГГц", "20 м² і 35 м²", "½ ціни",
		"моя собака погризла кабель. Що робити?", "мій собака гавкає. Потім тихо", "працює rozetka.ua?", "сайт visnyk.ua не відкривається", "грн./міс", "тел./факс",
		"чи є у вас Telegram bot?", "не працює Viber", "інстаграм не відкривається", "в телеграм не приходит код", "в инстаграме не грузит", "телеграм: оплата не працює",
		"що таке @?", "тариф «Дім + ТВ»", "e-mail не приходить", "і т.д.", "install_app2", "почта и сайт", "2+2", "3 x 4",
	} {
		if got := Mask(text); got != text {
			t.Errorf("%q is kept as %q", text, got)
		}
	}
}

// What the figures of a question may look like after masking, in the test's own
// words: a moment or a span of them; a sum or two, which a unit must follow.
var (
	toldMoments = regexp.MustCompile(`^(?:(?:\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d|20\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./]20\d\d|20\d\d|\d{1,2}[:.]\d\d)(?: ?\S? ?|$)){1,4}$`)
	toldSums    = regexp.MustCompile(`^[1-9](?:\d{0,5}|\d{0,2}(?: \d{3}){1,2})(?:[.,]\d\d?)?(?: ?\S ?[1-9](?:\d{0,5}|\d{0,2}(?: \d{3}){1,2})(?:[.,]\d\d?)?)? ?[\p{L}₴$€%]$`)
)

// survivors are the runs of at least fewestInRow digits with at most two other
// signs between two of them that are neither moments nor sums.
func survivors(masked string) (all []string) {
	signs := []rune(masked)
	for from := 0; from < len(signs); {
		last, digits := -1, 0
		for i := from; i < len(signs) && (last < 0 || i-last <= 3); i++ {
			if unicode.In(signs[i], unicode.Nd, unicode.No) {
				if digits++; last < 0 {
					from = i
				}
				last = i
			}
		}
		if last < 0 {
			return all
		}
		run, after := string(signs[from:last+1]), string(signs[last+1:min(last+3, len(signs))])
		sum := toldSums.MatchString(run+after) || after != "" && toldSums.MatchString(run+string(signs[last+1:last+2]))
		if digits >= fewestInRow && !toldMoments.MatchString(run) && !sum {
			all = append(all, run)
		}
		from = last + 1
	}
	return all
}

// TestNoNumberSurvives puts numbers of every length apart in every way that
// leaves at most two signs between two digits.
func TestNoNumberSurvives(t *testing.T) {
	between := []rune(" -‑–—−_./\\,;:*+=|~'’()[]#•·@xоabйЖ🙂\u200b\u0301\ufe0f\u00a0\t")
	zeros := []rune("000٠０𝟎")
	rapid.Check(t, func(t *rapid.T) {
		var number strings.Builder
		n := rapid.IntRange(fewestInRow, 20).Draw(t, "digits")
		number.WriteRune('0') // no sum begins so
		for range n - 1 {
			for _, r := range rapid.SliceOfN(rapid.SampledFrom(between), 0, 2).Draw(t, "between") {
				number.WriteRune(r)
			}
			number.WriteRune(rapid.SampledFrom(zeros).Draw(t, "script") + rapid.Int32Range(0, 9).Draw(t, "digit"))
		}
		masked := Mask("мій номер: " + number.String() + " дякую")
		if left := survivors(masked); left != nil {
			t.Fatalf("%q keeps %q in %q", number.String(), left, masked)
		}
	})
}

func FuzzMask(f *testing.F) {
	for _, text := range []string{
		"067 123 45 67", "067‑123‑45‑67", "4149_4993_1234_5678", "١٢٣٤٥٦", "1\u200b2\u03013456", "01.12.2026-31.12.2026", "125 000 грн", "1а2б3в4г5д6",
		strings.Repeat("x", 290) + "125 000 грн", "ivan (at) mail.example", "О67О12О34", "a@b", "t.me/x", "12 🙂 34 🙂 56",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked := Mask(text)
		if n := utf8.RuneCountInString(masked); n > mostAsked {
			t.Errorf("%d characters", n)
		}
		if left := survivors(masked); left != nil {
			t.Errorf("%q keeps numbers: %q in %q", text, left, masked)
		}
		if strings.Contains(masked, "://") || regexp.MustCompile(`\S@\S`).MatchString(masked) {
			t.Errorf("%q keeps an address: %q", text, masked)
		}
	})
}

// What is written in the signs that most write in needs no second look: it is in one
// line and composed as it stands.
func TestPlainSignsStandAsTheyAre(t *testing.T) {
	for r := range unicode.MaxRune {
		if dressed(r) {
			continue
		}
		composes := !norm.NFC.PropertiesString(string(r)).BoundaryBefore() || !norm.NFC.IsNormalString(string(r))
		if composes || unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Cc) || unicode.IsSpace(r) && r != ' ' {
			t.Errorf("%q is taken as it stands", r)
		}
	}
	for _, r := range "Їжак ґава" {
		if dressed(r) {
			t.Errorf("%q is looked at twice", r)
		}
	}
}
