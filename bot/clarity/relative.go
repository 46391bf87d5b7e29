package clarity

import (
	"slices"

	"visnyk/bot"
)

var relativeUK = phrases(`
завтра|післязавтра|сьогодні|вчора|учора|позавчора|незабаром|невдовзі|скоро
найближч* часом|час|днями|дні|днів|тижн*|місяц*|годин*
наступн*|минул*|поточн*|цього|цьому|цей|попередн* тижн*|тижд*|місяц*|року|році|рік|роком|роки|кварталу|понеділ*|вівтор*|серед*|четвер*|п'ятниц*|субот*|неділ*|літа|зими|осені|весни
цієї|наступної|минулої|цю|цими|наступну серед*|п'ятниц*|субот*|неділ*|ночі|осені|весни|зими|днями
через # днів|дні|день|доби|добу|тижн*|тижд*|місяц*|рік|роки|років|годин*|хвилин*
через тиждень|місяць|годину|рік|півроку|день|добу
`)

var relativeRU = phrases(`
завтра|послезавтра|сегодня|вчера|позавчера|вскоре|скоро
ближайш* время|дни|дней|недел*|месяц*|часы
на днях
следующ*|прошл*|текущ*|этого|этом|этот|предыдущ* недел*|месяц*|года|году|год|годом|годы|квартал*|понедельник*|вторник*|четверг*|лета|осени
следующ*|прошл*|текущ*|этой|эту сред*|пятниц*|суббот*|воскресен*|недел*|ночью|осенью|весной|зимой
через # дней|дня|день|сутки|суток|недел*|месяц*|год|года|лет|часов|часа|час|минут*
через неделю|месяц|час|год|полгода|день|сутки
`)

var (
	fromOrTo = place{"з", "із", "від", "до", "к", "с", "со", "от"}
	weekday  = place{"понеділ*", "вівтор*", "серед*", "четверг*", "п'ятниц*", "субот*", "неділ*", "понедельник*", "вторник*", "сред*", "пятниц*", "суббот*", "воскресень*"}
	notADay  = place{"середн*", "средн*", "средст*", "середов*", "середин*", "средин*", "среди"}
	untilDay = place{"до", "по"}
)

// relative finds days that depend on when they are read.
func (r reading) relative(l bot.Language) []Finding {
	list := relativeUK
	if l == bot.Russian {
		list = relativeRU
	}
	all := r.matched(Relative, list)
	for i, t := range r.tokens {
		if !weekday.is(t.text) || notADay.is(t.text) || !fromOrTo.is(r.before(i, 1)) {
			continue
		}
		if r.spans(i) || r.dated(i) || slices.ContainsFunc(all, func(f Finding) bool { return f.End == t.end }) {
			continue
		}
		all = append(all, r.finding(Relative, "", i-1, i))
	}
	return all
}

// spans reports whether the weekday is an end of a span of them: «з понеділка до
// п’ятниці».
func (r reading) spans(i int) bool {
	return untilDay.is(r.before(i, -1)) && weekday.is(r.before(i, -2)) || weekday.is(r.before(i, 2))
}

// dated reports whether the date stands beside the weekday.
func (r reading) dated(i int) bool {
	for n := 1; n <= 2; n++ {
		if len(days(r.before(i, -n)+" "+r.before(i, -n-1))) > 0 {
			return true
		}
	}
	return false
}
