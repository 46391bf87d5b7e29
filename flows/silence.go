package flows

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// silenceEnds tells what the words say of when something ends: WantsQuiet at a time of
// the day, WantsPause after days; None where no end is named, or only how often.
func silenceEnds(words []word) Command {
	if slices.ContainsFunc(words, howOften.has) {
		words = slices.DeleteFunc(slices.Clone(words), aWhile.has)
	}
	for i := range words {
		if c, n := endAt(words[i:]); n > 0 {
			return c
		}
	}
	return None
}

// endAt returns the end of silence that the words begin with, and how many of them
// say it; none where they begin with something else.
func endAt(words []word) (c Command, n int) {
	switch w := words[0]; {
	case w.text == "до":
		return lastWord(words, 1)
	case w.text == "після" || w.text == "после":
		if c, n := lastWord(words, 1); c == WantsQuiet {
			return c, n
		}
	case w.text == "на" && len(words) > 1 && stretch.has(words[1]), aWhile.has(w):
		return WantsPause, 1
	case isNumber(w) || some.has(w):
		if len(words) > 1 && days.has(words[1]) {
			return WantsPause, 2
		}
	}
	return None, 0
}

// lastWord returns the end of «до» at the first of the words: a number and what
// limits it may stand before the day or the hour.
func lastWord(words []word, from int) (c Command, n int) {
	numbered := false
	for i := from; i < min(len(words), from+4); i++ {
		if _, n, bare := dayOfMonth(words[i:]); n > 0 && !bare && !numbered {
			if i += n; i < len(words) && someDay.has(words[i]) {
				i++
			}
			return WantsPause, i + yearBehind(words[i:])
		}
		switch w := words[i]; {
		case someDay.has(w), days.has(w), aWhile.has(w):
			return WantsPause, i + 1 + yearBehind(words[i+1:])
		case someHour.has(w):
			return WantsQuiet, i + 1
		case isNumber(w) || hour.has(w):
			numbered = true
		case !limiting.has(w):
			i = len(words)
		}
	}
	if numbered { // «до 9», «до восьмої»
		return WantsQuiet, from + 1
	}
	return None, 0
}

// yearBehind counts the words that say of which year a day is.
func yearBehind(words []word) int {
	n := 0
	if len(words) > 0 && len(words[0].text) == 4 && isNumber(words[0]) {
		if n++; len(words) > 1 && yearLong.has(words[1]) {
			n++
		}
	}
	return n
}

func isNumber(w word) bool {
	first, _ := utf8.DecodeRuneInString(w.text)
	return unicode.IsDigit(first)
}

// hushes reports whether the clause bids us be silent and says nothing else, but for
// when that ends: «помолчи до понедельника», «не пишіть до 10 грудня», «тиша до ранку».
func (c clause) hushes() bool {
	bids := false
	for i := 0; i < len(c); i++ {
		w := c[i]
		if _, n := endAt(c[i:]); n > 0 {
			i += n - 1
			continue
		}
		switch {
		case silent.has(w), fedUp.has(w), w.text == "без" && c.leads(i, isMailing):
			bids = bids || !c.before(i, "не")
		case writing.has(w), sending.has(w), bothering.has(w), touching.has(w):
			if !c.denied(i) {
				return false
			}
			bids = true
		case w.text == "не", slight.has(w), manners.has(w), isMailing(w), today.has(w), asNight.has(w), granting.has(w), days.has(w), attributive(w):
		default:
			return false
		}
	}
	return bids
}

var (
	// silent are the words of it; what is silent in a sentence of more words is
	// something else.
	silent = of(`мовчи мовчіть помовчи помовчіть помовч мовчати помовчати замовкни замовкніть вмовкни стихни молчи молчите помолчи помолчите молчать помолчать замолчи замолчите замолкни
		замолкните утихни заткнись тиша тиші тишу тишина тишины тишину мовчання мовчанка мовчанку молчание молчания тихо тихенько`)
	touching = of(`чіпайте чіпай чіпати чіпать трогайте трогай трогать смикайте смикай дергайте дёргайте дергай`)
	granting = of(`дайте дай хочу хочеться хочется хотів хотіла хотел хотела хотілося хотелось потрібна потрібен нужна нужен нужно треба надо давай давайте зробіть сделайте можна можно
		нехай хай пусть будьте бот бота тепер теперь поки пока`)
	pausing = of(`пауза паузу паузи паузы призупинити призупиніть призупини приостановить приостановите приостанови перерва перерву перерви перерыв перерыва`)

	aWhile = of(`тиждень тижня тижні неделю недели недельку місяць місяця месяц месяца відпустці відпустку відпустки отпуске отпуск отпуска півроку полгода`)
	// someDay ends a silence of days, someHour one of hours, behind «до».
	someDay = of(`понеділка вівторка середи четверга пʼятниці п'ятниці пятниці суботи неділі понедельника вторника среды четверга пятницы субботы воскресенья
		січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня января февраля марта апреля мая июня июля августа сентября октября ноября декабря
		завтра післязавтра послезавтра року рік года год свят праздников різдва рождества великодня пасхи весни весны літа лета осені осени зими зимы числа вихідних выходных
		відпустки отпуска канікул каникул`)
	someHour = of(`ранку утра вечора вечера ночі ночи обіду обеда полудня години годин годині часов часа світанку рассвета`)
	// hour are the numbers of an hour, and limiting what may stand before an end.
	hour = of(`першої другої третьої четвертої пятої шостої сьомої восьмої девятої десятої одинадцятої дванадцятої
		часу двух трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати першого другого третього четвертого пятого шостого сьомого восьмого девятого десятого
		первого второго третьего четвертого шестого седьмого восьмого девятого десятого пятнадцатого двадцатого пятнадцятого двадцятого тридцатого тридцятого`)
	limiting = of(`кінця конца початку начала середини середины самого самої самой цього этого цієї этой наступного наступної следующего следующей нового мого моего того пізно раннього`)
	stretch  = of(`тиждень неделю недельку місяць месяц день добу сутки вихідні выходные пару кілька декілька несколько якийсь деякий час время свята праздники півроку полгода`)
	some     = of(`пару кілька декілька несколько два дві две три чотири четыре пять десять`)
	days     = of(`днів дні дней дня тижнів тижні тижня недель недели місяців місяці місяця месяцев месяца`)
	today    = of(`сьогодні сегодня`)
	howOften = of(`раз рази разів раза разу кожен кожного кожні щодня щотижня каждый каждую каждые ежедневно еженедельно щоразу`)
)
