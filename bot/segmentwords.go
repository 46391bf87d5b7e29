package bot

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// wording is what a word of the text of segments is called in each language. The
// first form of each is written; all are understood, in either language.
type wording struct{ uk, ru []string }

func (w wording) in(l Language) string {
	if l == Russian {
		return w.ru[0]
	}
	return w.uk[0]
}

func said(uk, ru string, more ...string) wording {
	return wording{uk: append([]string{uk}, more...), ru: []string{ru}}
}

// The words between conditions, and before them. Those before a bracket are for lists
// of one, which no connective tells.
const (
	wordAnd      = "and"
	wordOr       = "or"
	wordNot      = "not"
	wordEveryone = "everyone"
	wordOneAnd   = "and of one"
	wordOneOr    = "or of one"
)

func connectives() map[string]wording {
	return map[string]wording{
		wordAnd:      said("та", "и", "і", "й"),
		wordOr:       said("або", "или", "чи"),
		wordNot:      said("не", "не"),
		wordEveryone: said("усі", "все", "всі"),
		wordOneAnd:   said("усе з", "всё из", "все з", "все из"),
		wordOneOr:    said("хоча б щось із", "хотя бы что-то из"),
	}
}

// fieldWords are the names of fields; that of an attribute is followed by its own.
func fieldWords() map[string]wording {
	return map[string]wording{
		"kind":          said("хто", "кто"),
		"tier":          said("рівень", "уровень"),
		"region":        said("регіон", "регион"),
		AreaField:       said("територія", "территория"),
		"language":      said("мова", "язык"),
		"zone":          said("часовий пояс", "часовой пояс"),
		"tags":          said("мітка", "метка"),
		"bot":           said("канал", "канал"),
		AttributeField:  said("властивість", "свойство", "атрибут"),
		"first":         said("перший контакт", "первый контакт"),
		"last":          said("останній контакт", "последний контакт"),
		"ticket":        said("звернення", "обращение"),
		"ticket.reason": said("причина звернення", "причина обращения"),
		"ticket.about":  said("тема звернення", "тема обращения"),
		"ticket.opened": said("дата звернення", "дата обращения"),
		ChangeField:     said("про зміну", "об изменении", "зміна", "изменение"),
		SavedField:      said("сегмент", "сегмент"),
	}
}

// opWords are the comparisons that have no sign. A lapse follows those of days, and
// what is behind it follows the lapse.
func opWords() map[Op]wording {
	return map[Op]wording{
		OpKnown:        said("вказано", "указано"),
		OpBegins:       said("починається з", "начинается с"),
		OpContains:     said("містить", "содержит"),
		OpAgo:          said("рівно", "ровно"),
		OpLast:         said("за останні", "за последние", "за останній", "за останню", "за последний", "за последнюю"),
		OpOver:         said("понад", "более", "більш як", "больше"),
		OpNext:         said("у найближчі", "в ближайшие", "в найближчі", "у найближчий", "в ближайший", "в ближайшую"),
		OpAhead:        said("рівно через", "ровно через", "через"),
		OpAnniversary:  said("річниця у найближчі", "годовщина в ближайшие", "річниця в найближчі", "годовщина в ближайший", "годовщина в ближайшую", "річниця у найближчий"),
		OpTold:         said("сказано", "сказано"),
		OpSeen:         said("прочитано", "прочитано"),
		OpAcknowledged: said("підтверджено", "подтверждено"),
		OpKnows:        said("знають", "знают"),
		OpAsked:        said("запитували", "спрашивали"),
		OpComplained:   said("скаржилися", "жаловались"),
		OpUntold:       said("ще не сказано", "ещё не сказано", "еще не сказано"),
	}
}

// agoWord stands behind the lapse of OpAgo and OpOver.
func agoWord() wording { return said("тому", "назад") }

// signs are the comparisons that have one.
func signs() map[Op]string {
	return map[Op]string{OpIn: "=", OpLess: "<", OpMost: "<=", OpMore: ">", OpLeast: ">="}
}

// unitWords are one, few and many of a unit, then what else it is called.
func unitWords() map[Unit]wording {
	return map[Unit]wording{
		UnitDay:   {uk: []string{"день", "дні", "днів", "дня"}, ru: []string{"день", "дня", "дней"}},
		UnitWeek:  {uk: []string{"тиждень", "тижні", "тижнів", "тижня"}, ru: []string{"неделю", "недели", "недель", "неделя"}},
		UnitMonth: {uk: []string{"місяць", "місяці", "місяців", "місяця"}, ru: []string{"месяц", "месяца", "месяцев"}},
		UnitYear:  {uk: []string{"рік", "роки", "років", "року"}, ru: []string{"год", "года", "лет"}},
	}
}

// thisWords are OpThis with each unit.
func thisWords() map[Unit]wording {
	return map[Unit]wording{
		UnitDay: said("цього дня", "этого дня"), UnitWeek: said("цього тижня", "этой недели"),
		UnitMonth: said("цього місяця", "этого месяца"), UnitYear: said("цього року", "этого года"),
	}
}

// lapsing writes the comparison with a lapse, in the forms that the number wants.
func (o Op) lapsing(lapse Lapse, l Language) string {
	words, one := opWords()[o].in(l), lapse.N%10 == 1 && lapse.N%100 != 11
	unit := lapse.Unit.counted(lapse.N, l)
	if one {
		ending := map[Language]string{Ukrainian: "ій", Russian: "ий"}[l]
		if l == Russian && lapse.Unit == UnitWeek {
			ending = "юю"
		}
		words = shorter(words, "ні", "н"+ending)
		words = shorter(words, "жчі", "жчий")
		words = shorter(words, "ние", "н"+ending)
		words = shorter(words, "шие", map[bool]string{true: "шую", false: "ший"}[ending == "юю"])
	}
	if o == OpOver && l == Russian { // it governs another case
		unit = map[Unit]string{UnitDay: "дней", UnitWeek: "недель", UnitMonth: "месяцев", UnitYear: "лет"}[lapse.Unit]
		if one {
			unit = map[Unit]string{UnitDay: "дня", UnitWeek: "недели", UnitMonth: "месяца", UnitYear: "года"}[lapse.Unit]
		}
	}
	text := fmt.Sprintf("%s %d %s", words, lapse.N, unit)
	if o == OpAgo || o == OpOver {
		text += " " + agoWord().in(l)
	}
	return text
}

func shorter(text, ending, by string) string {
	if before, ok := strings.CutSuffix(text, ending); ok {
		return before + by
	}
	return text
}

// counted returns the unit as it stands behind the number.
func (u Unit) counted(n int, l Language) string {
	forms := unitWords()[u].uk
	if l == Russian {
		forms = unitWords()[u].ru
	}
	switch {
	case n%10 == 1 && n%100 != 11:
		return forms[0]
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return forms[1]
	}
	return forms[2]
}

// ValueMeant returns which of the values that a field has is meant by a word in either
// language; the word as it is, in small letters, where that is none.
func ValueMeant(field, word string) string {
	if value, ok := valuesMeant()[field][folded(word)]; ok {
		return value
	}
	return strings.ToLower(word)
}

// valuesMeant are the values of each field by the words for them, folded: a file asks it
// for each of its rows.
var valuesMeant = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for field, values := range valueWords() {
		all[field] = map[string]string{}
		for value, w := range values {
			for _, word := range slices.Concat(w.uk, w.ru) {
				all[field][folded(word)] = value
			}
		}
	}
	return all
})

// valueWords are the values of fields that have but some.
func valueWords() map[string]map[string]wording {
	return map[string]map[string]wording{
		"kind": {
			"client": said("клієнт", "клиент", "клієнтка", "клиентка"), "partner": said("партнер", "партнёр", "партнер", "партнерка"),
			"staff": said("працівник", "сотрудник", "співробітник", "працівниця", "співробітниця", "сотрудница"), "management": said("керівництво", "руководство", "керівник", "руководитель"),
		},
		"tier": {
			"new": said("новий", "новый", "нова", "новая"), "vip": said("VIP", "VIP", "ВІП", "ВИП"),
			"regular": said("постійний", "постоянный", "постійна", "постоянная", "звичайний", "обычный", "звичайна", "обычная"),
		},
		"language": {"uk": said("українська", "украинский"), "ru": said("російська", "русский")},
		"ticket": {
			"waiting": said("чекає", "ждёт", "ждет"), "taken": said("у роботі", "в работе"), "closed": said("закрито", "закрыто"),
		},
		"ticket.reason": {
			string(ReasonAsked): said("просили людину", "просили человека"), string(ReasonComplaint): said("скарга", "жалоба"),
			string(ReasonMisses): said("бот не зміг відповісти", "бот не смог ответить"), string(ReasonUnhelped): said("відповідь не допомогла", "ответ не помог"),
			string(ReasonChange): said("запитання про зміну", "вопрос об изменении"), string(ReasonLoop): said("забагато автоматичних відповідей", "слишком много автоматических ответов"),
			string(ReasonPoisoned): said("збій", "сбой"), string(ReasonAgain): said("знову після розмови", "снова после разговора"),
			string(ReasonUnsent): said("відповідь не дійшла", "ответ не дошёл"), string(ReasonWritten): said("оператор написав перший", "оператор написал первым"),
		},
	}
}
