package locales

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"visnyk/bot"
)

// Words that stand in one of the languages only, in spellings that need none of
// its own letters. Short ones that both languages share are left out.
var (
	ukrainianWords = set(`як що це чи та або але де коли скільки чому хто мене буде треба немає ще вже дуже ласка добридень доброго дня ранку
		дякую вітаю потрібно потрібен яка яке який коштує кого чого зараз тепер завтра сьогодні після перед через навіщо
		покличте людину будинок будинку рахунок сплатити оплатити послуги послуга маю хочу можу мого моя моє номера
		договору адреса адресу допоможе потрапити не від до для тариф грошей роутера нема звідки куди звертатися також тому тож якщо щоб`)
	russianWords = set(`как что это или но где когда сколько почему кто меня будет надо нужно нужен нет еще уже очень пожалуйста здравствуйте
		привет спасибо какая какое какие какой стоит работает сейчас теперь сегодня после перед через зачем
		позовите человека дом дома счет оплатить услуги услуга имею хочу могу моего моя мое номера
		договора адрес поможет попасть не от до для тариф денег роутера нету откуда куда обращаться также потому поэтому если чтобы
		почта добавить отключить отключили включат пропал пропала вернуть сменить узнать подскажите скажите у вас ли`)
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// How much the letters must speak for a language, as log-odds. To take a
// Ukrainian for a Russian is the worse mistake, so Russian needs more.
const (
	oddsUkrainian = 1.0
	oddsRussian   = -1.0
	// A lone word is often the same in both languages («раз», «кран»).
	oddsRussianAlone = -2.5
	// Latin letters are also other languages, names of things and gibberish: they
	// must speak loudly, in two different words at least.
	oddsLatin = 4.0
	// aWord is what a small word of one language speaks for it.
	aWord = 1.5
	// fewLetters is how many tell nothing.
	fewLetters = 3
)

// Detect guesses the language of a text: first by the letters that only one of
// the two languages has, then by the small words that only one of them uses, at
// last by the letters that stand in a row. Where nothing speaks, or both do, the
// answer is Unsure; but a single letter of Ukrainian keeps a text from being
// taken for Russian.
func Detect(text string) bot.Language {
	text = norm.NFC.String(text)
	small := []rune(strings.ToLower(text))
	var uk, ru, all int
	latin := true
	for i, r := range small {
		if unicode.IsLetter(r) {
			all++
			latin = latin && !cyrillic(r)
		}
		switch r {
		case 'ї', 'є', 'ґ', 'і':
			uk++
		case 'ы', 'э', 'ё', 'ъ':
			ru++
		case 'i': // the Latin letter, where it stands for the Ukrainian one
			if i > 0 && cyrillic(small[i-1]) || i+1 < len(small) && cyrillic(small[i+1]) {
				uk++
			}
		}
	}
	if all < fewLetters && uk+ru == 0 {
		return bot.Unsure
	}
	odds, enough := 0.0, oddsRussian
	if uk+ru == 0 {
		wu, wr := countWords(small)
		odds = letterOdds(text) + aWord*float64(wu-wr)
		if wr == 0 && len(strings.Fields(text)) == 1 {
			enough = oddsRussianAlone
		}
		if latin && (math.Abs(odds) < oddsLatin || len(set(string(small))) < 2) {
			odds = 0
		}
	} else if w, other := countWords(small); uk == ru {
		// Letters of both: the words decide, for Ukrainian only.
		if w > other {
			uk++
		}
	}
	switch {
	case uk > ru || odds > oddsUkrainian:
		return bot.Ukrainian
	case uk == 0 && ru > 0 || odds < enough:
		return bot.Russian
	}
	return bot.Unsure
}

func cyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }

// countWords counts the words that stand in one list and not in the other.
func countWords(letters []rune) (uk, ru int) {
	for _, w := range strings.FieldsFunc(string(letters), func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch inUkrainian, inRussian := ukrainianWords[w], russianWords[w]; {
		case inUkrainian && !inRussian:
			uk++
		case inRussian && !inUkrainian:
			ru++
		}
	}
	return uk, ru
}
