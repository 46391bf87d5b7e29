package clarity

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
)

// manner is how a language speaks to people.
type manner struct {
	you    *regexp.Regexp // the polite word
	thou   []string
	second *regexp.Regexp // verbs of one person who is not spoken to politely
	orders []string       // orders to one
	also   []string       // orders to one that are other words too: at the head of a sentence only
	noun   []string       // what follows those where they are the other word
}

func mannerOf(l bot.Language) *manner {
	if l == bot.Russian {
		return &mannerRU
	}
	return &mannerUK
}

var mannerUK = manner{
	you:    regexp.MustCompile(`^(?:ви|вас|вам|вами|ваш(?:|а|е|і|ого|ої|ому|ій|у|их|им|ими|ою))$`),
	thou:   words(`ти тебе тобі тобою твій твоя твоє твої твого твоєї твоєму твоїй твою твоїх твоїм твоїми твоєю`),
	second: regexp.MustCompile(`.(?:аєш|яєш|уєш|юєш|їш|ймеш|йдеш|тимеш|айся|уйся|ийся|юйся|..уй|..юй|[^лт]ись)$|^(?:можеш|хочеш|будеш|зможеш|платиш|бачиш|робиш|знайдеш|станеш|отримаєш)$`),
	orders: words(`перевір натисни пиши забудь зателефонуй телефонуй обери вибери зайди увійди зверни звернись напиши запитай спитай подай підготуй візьми приходь прийди завантаж встанови увімкни вимкни спробуй
		замов отримай заплати передай надішли підпиши чекай дивись слухай тримай поділись порадь розкажи подзвони дзвони відкрий закрий переглянь прочитай читай підключи підключись шукай поповни додай введи вкажи скажи познач
		постав онови обміняй заповни принеси запиши запишись приєднайся дізнайсь не-забудь користуйся плати збережи зберігай їдь`),
	also: words(`оплати сплати купи`), noun: words(`немає не за до від та і надходять щодо`),
}

var mannerRU = manner{
	you:    regexp.MustCompile(`^(?:вы|вас|вам|вами|ваш(?:|а|е|и|его|ей|ему|у|их|им|ими|ем))$`),
	thou:   words(`ты тебя тебе тобой твой твоя твое твои твоего твоей твоему твою твоих твоим твоими твоем`),
	second: regexp.MustCompile(`..(?:[аеиоуяю]ешь|[дтжшкмнчлвр]ешь|[чдтвшлрнгсм]ишь|айся|уйся|ийся|юйся|..уй|..юй|[^лт]ись)$`),
	orders: words(`проверь нажми узнай пиши забудь позвони звони выбери зайди войди обратись напиши спроси подай подготовь возьми приходи приди скачай установи включи выключи попробуй закажи получи оплати заплати
		передай отправь подпиши поспеши спеши жди смотри слушай держи поделись расскажи открой закрой посмотри прочитай читай подключи подключись купи ищи пополни добавь введи укажи скажи отметь поставь обнови обменяй заполни
		принеси запишись сохрани плати езжай`),
}

// noOrder are words that end as verbs of one person do, and are none.
var noOrder = place{"лишь", "*пись", "поцілуй*", "поцелуй*", "колись", "кудись", "десь", "звідкись", "якись", "аллилуй", "буржуй"}

// plainCapitals are words that are written so.
func plainCapitals() []string {
	return words(`НКРЕКП НКРЭКУ ЄДРПОУ ЕГРПОУ ЦНАП ЮНЕСКО ЮНИСЕФ ЮНІСЕФ`)
}

// tone finds what the company does not say so.
func (r reading) tone(l bot.Language) (all []Finding) {
	m := mannerOf(l)
	for i, t := range r.tokens {
		head, _ := utf8.DecodeRuneInString(t.raw)
		capital := unicode.IsUpper(head)
		switch {
		case shouted(t.raw):
			all = append(all, r.finding(Tone, Shout, i, i))
		case m.you.MatchString(t.text):
			if l == bot.Ukrainian && !capital {
				all = append(all, r.finding(Tone, Small, i, i))
			}
			if l == bot.Russian && capital && !r.begins(i) {
				all = append(all, r.finding(Tone, Capital, i, i))
			}
		case slices.Contains(m.thou, t.text), m.orders != nil && slices.Contains(m.orders, t.text), m.second.MatchString(t.text) && !noOrder.is(t.text):
			all = append(all, r.finding(Tone, Thou, i, i))
		case t.first && slices.Contains(m.also, t.text) && r.before(i, -1) != "" && !slices.Contains(m.noun, r.before(i, -1)):
			all = append(all, r.finding(Tone, Thou, i, i))
		}
	}
	for _, at := range r.shouts {
		all = append(all, Finding{Code: Tone, Reason: Shout, Start: at[0], End: at[1]})
	}
	return all
}

// begins reports whether the word begins a sentence, a quotation or what stands after a
// colon.
func (r reading) begins(i int) bool {
	t := r.tokens[i]
	if t.first {
		return true
	}
	between := strings.TrimSpace(r.text[r.tokens[i-1].end:t.start])
	return strings.ContainsAny(between, "«„“\":")
}

// shouted reports whether a word is all capitals, and no abbreviation.
func shouted(raw string) bool {
	n := 0
	for _, c := range raw {
		if !unicode.IsUpper(c) {
			return false
		}
		n++
	}
	return n >= 5 && !letters.MatchString(raw) && !slices.Contains(plainCapitals(), raw)
}
