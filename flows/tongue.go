package flows

import "slices"

// speech are the verbs by which a person asks for a language, ease what it is to them,
// trouble and knowing what the other one is.
var (
	speech = of(`говоріть говори говорити говорить говорите пишіть пиши писати пишите писать розмовляйте розмовляй розмовляти разговаривайте разговаривай разговаривать
		відповідайте відповідай відповідати отвечайте отвечай отвечать спілкуйтеся спілкуйтесь спілкуватися спілкуватись общайтесь общаться пояснюйте поясніть объясните объясняйте
		перейти перейди перейдіть перейдемо перейдите перейдем переходимо переходим переходьте переходите
		переключи переключіть переключити переключите переключить переключіться переключитесь давай давайте можна можно davayte davay`)
	ease = of(`зручніше зручно легше простіше краще зрозуміліше комфортніше звичніше рідніше удобнее удобно легче проще лучше понятнее комфортнее привычнее`)
	// addressed stand beside a language where nothing else is said: «мені б російською».
	addressed = of(`мені мне нам прошу будь ласка пожалуйста бажано желательно хотілося хотелось`)
	trouble   = of(`не погано плохо важко тяжко ледве слабо трудно сложно тяжело едва почти майже ploho`)
	knowing   = of(`розумію знаю володію читаю розмовляю говорю пишу розберу розбираю понимаю владею пойму разбираю разберу розуміти понимать розуміємо понимаем читати читать`)
)

// written is what may be in a language, or who speak it, so that a language beside it
// is no wish of how we are to write.
var written = of(`договір договору договори договор договора інструкція інструкцію інструкції инструкция инструкции инструкцию заява заяву заяви заявление заявления скаргу скарга жалобу жалоба
	озвучка озвучку озвучці озвучке дубляж субтитри субтитры фільми фильмы мультики передачі передачи пульт пульта рахунку рахунках счете счетах карта картка карту меню гід гид екскурсія экскурсия звернення обращение
		позвонить подзвонити передзвонити разговор розмову дзвінок звонок
	майстер майстра мастер мастера майстри мастера оператори операторы оператор оператора канал канали каналы каналів каналов сім сим симка тарифи тарифів тарифы тарифов компанія компания`)

// wishesLanguage reports whether somewhere in the text, with a reason or without, a
// language is wished for.
func wishesLanguage(words []word, all []clause) bool {
	if slices.ContainsFunc(words, func(w word) bool { return written.has(w) || elsewhere.has(w) || goods.has(w) }) {
		return false
	}
	for _, c := range all {
		for i, w := range c {
			if (ukrainian.names(w) || russian.names(w)) && c.wishes(i) {
				return true
			}
		}
	}
	return false
}

// wishes reports whether the language at i is one the person wishes for, or one that
// they do not know.
func (c clause) wishes(i int) bool {
	const near = 4
	around := slices.Concat(c[max(i-near, 0):i], c[i+1:min(len(c), i+1+near)])
	has := func(f *forms) bool { return slices.ContainsFunc(around, f.has) }
	switch {
	case has(speech), has(ease), has(trouble) && has(knowing):
		return true
	}
	return has(addressed) && !slices.ContainsFunc(around, func(w word) bool { return !addressed.has(w) && !tongue.has(w) && !slight.has(w) })
}
