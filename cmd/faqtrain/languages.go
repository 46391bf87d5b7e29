package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strings"

	"visnyk/bot"
	"visnyk/locales"
)

// spoken is a text with its language: 1 for Ukrainian, 0 for Russian, and 0.5
// for what is neither.
type spoken struct {
	text string
	uk   float64
}

// corpus gathers the texts of this repository by language: articles, messages
// written for training, our own words.
func corpus(bases []base, said []said, words map[bot.Language]string) []spoken {
	var out []spoken
	add := func(l bot.Language, texts ...string) {
		for _, t := range texts {
			out = append(out, spoken{t, map[bot.Language]float64{bot.Ukrainian: 1}[l]})
		}
	}
	for _, b := range bases {
		for _, a := range b.articles {
			add(bot.Ukrainian, append([]string{a.Question.UK, a.Answer.UK}, a.Aliases.UK...)...)
			add(bot.Russian, append([]string{a.Question.RU, a.Answer.RU}, a.Aliases.RU...)...)
		}
		for _, q := range b.queries {
			if q.Lang != "mixed" && q.Kind != "translit" && q.Kind != "layout" {
				add(bot.Language(q.Lang), q.Text)
			}
		}
	}
	for l, text := range words {
		for line := range strings.Lines(text) {
			if _, v, ok := strings.Cut(line, "="); ok {
				add(l, strings.Trim(strings.TrimSpace(v), `"`))
			}
		}
	}
	for _, s := range said { // written in both; the letters tell which
		switch low := strings.ToLower(s.text); {
		case strings.ContainsAny(low, "іїєґ"):
			add(bot.Ukrainian, s.text)
		case strings.ContainsAny(low, "ыэёъ"):
			add(bot.Russian, s.text)
		}
	}
	return out
}

const foreign = `wifi wi-fi iphone android samsung apple google pay visa mastercard internet online router support hello please thank you help price
	order delivery shop card account password login sms email app update windows office tv smart hdmi usb youtube facebook instagram telegram viber
	the and for with what how where when why is are my your do does can not work working need want address phone number bill water`

// same are words of both languages.
const same = `грн стоп меню оператор тариф роутер ок бот номер баланс телефон адреса доставка оплата карта банк кредит офис сайт склад курс паспорт
	метро касса центр план бонус чек код пароль логин договор сервис ремонт вода газ вход перевод справка продукт система проблема
	реклама документ заява мастер салон магазин товар принтер ноутбук тест алло плюс минус дай`

// dressed returns a text as people write it without the letters: by other keys, and
// letter by letter in the ways of each language.
func dressed(s spoken) []spoken {
	keysOf := map[bool][2]string{
		true:  {"йцукенгшщзхїфівапролджєячсмитьбю'ґ", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\"},
		false: {"йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"},
	}[s.uk == 1]
	from, to := []rune(keysOf[0]), []rune(keysOf[1])
	text := strings.ToLower(s.text)
	text = strings.NewReplacer("’", "'", "ʼ", "'", "—", "", "«", "", "»", "").Replace(text)
	out := []spoken{{strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r {
				return to[i]
			}
		}
		return r
	}, strings.TrimRight(text, ".?!")), s.uk}}
	shared := []string{
		"а", "a", "б", "b", "в", "v", "д", "d", "е", "e", "ж", "zh", "з", "z", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p",
		"р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "ч", "ch", "ш", "sh", "ь", "", "ъ", "", "'", "", "ц", "ts", ",", "", ".", "", ":", "",
	}
	ways := [][]string{
		{"г", "g", "ё", "yo", "и", "i", "й", "y", "х", "h", "щ", "sch", "ы", "y", "э", "e", "ю", "yu", "я", "ya"},
		{"г", "g", "ё", "e", "и", "i", "й", "j", "х", "kh", "щ", "shch", "ы", "i", "э", "e", "ю", "ju", "я", "ja"},
		{"г", "g", "ё", "e", "и", "i", "й", "i", "х", "x", "щ", "sh", "ы", "y", "э", "e", "ю", "u", "я", "ia"},
	}
	if s.uk == 1 {
		ways = [][]string{
			{"г", "h", "ґ", "g", "є", "ye", "и", "y", "і", "i", "ї", "yi", "й", "y", "х", "kh", "щ", "shch", "ю", "yu", "я", "ya"},
			{"г", "h", "ґ", "g", "є", "ie", "и", "y", "і", "i", "ї", "i", "й", "i", "х", "kh", "щ", "shch", "ю", "iu", "я", "ia"},
			{"г", "g", "ґ", "g", "є", "e", "и", "i", "і", "i", "ї", "i", "й", "j", "х", "h", "щ", "sch", "ю", "yu", "я", "ya"},
		}
	}
	for _, w := range ways {
		out = append(out, spoken{strings.NewReplacer(append(w, shared...)...).Replace(text), s.uk})
	}
	return out
}

// pieces cuts a text into what a short message may be.
func pieces(s spoken, random *rand.Rand) []spoken {
	words := strings.Fields(s.text)
	out := []spoken{s}
	for range len(words)/3 + 1 {
		n := 1 + random.IntN(4)
		if len(words) > n {
			i := random.IntN(len(words) - n)
			out = append(out, spoken{strings.Join(words[i:i+n], " "), s.uk})
		}
	}
	return out
}

// trainLanguages writes the model of letters to a file.
func trainLanguages(texts []spoken, file string) error {
	random := rand.New(rand.NewPCG(5, 6))
	type sample struct {
		slots []int
		uk    float64
	}
	var samples []sample
	add := func(s spoken) {
		var slots []int
		locales.LetterHints(s.text, func(slot int) { slots = append(slots, slot) })
		if len(slots) > 0 {
			samples = append(samples, sample{slots, s.uk})
		}
	}
	for _, t := range texts {
		for _, p := range pieces(t, random) {
			add(p)
			for _, d := range dressed(p) {
				add(d)
			}
		}
	}
	for range 10 {
		for _, w := range strings.Fields(same) {
			add(spoken{w, 0.5})
		}
		words := strings.Fields(foreign)
		for range len(words) {
			n := 1 + random.IntN(2)
			i := random.IntN(len(words) - n)
			add(spoken{strings.Join(words[i:i+n], " "), 0.5})
		}
	}
	w, step := make([]float64, locales.LetterSlots), make([]float64, locales.LetterSlots)
	for range 12 {
		random.Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
		for _, s := range samples {
			scale := 1 / math.Sqrt(float64(len(s.slots)))
			sum := 0.0
			for _, slot := range s.slots {
				sum += w[slot] * scale
			}
			d := 1/(1+math.Exp(-sum)) - s.uk
			for _, slot := range s.slots {
				g := d*scale + 1e-4*w[slot]
				step[slot] += g * g
				w[slot] -= 0.3 * g / math.Sqrt(step[slot]+1e-2)
			}
		}
	}
	most := 0.0
	for _, v := range w {
		most = max(most, math.Abs(v))
	}
	m := struct {
		Scale   float64 `json:"scale"`
		Weights []byte  `json:"weights"`
	}{most / 127, make([]byte, len(w))}
	for i, v := range w {
		m.Weights[i] = byte(int8(math.Round(v / m.Scale)))
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}
