package clarity

import (
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
)

// voice is how a language says that something is done by nobody in particular.
type voice struct {
	being   []string       // forms of "to be"
	after   *regexp.Regexp // participles that are passive behind them
	alone   *regexp.Regexp // participles that are passive by themselves
	itself  *regexp.Regexp // verbs with -ся that are
	money   *regexp.Regexp // likewise, where the sentence is about money
	looks   *regexp.Regexp // words that look like a participle, and verbs with -ся that are no passive
	state   *regexp.Regexp // participles that by themselves say how things stand
	agent   *regexp.Regexp // whoever does it
	given   []string       // words after which a participle only says how things stand
	nothing string
}

func words(list string) []string { return strings.Fields(list) }

func voiceOf(l bot.Language) *voice {
	if l == bot.Russian {
		return &voiceRU
	}
	return &voiceUK
}

var voiceUK = voice{
	being: words(`буде будуть було був була були бути`),
	after: regexp.MustCompile(`(?:ен|єн|ован|[аеиї]ван|[дзслбчр]ан)(?:о|ий|а|е|і)$|(?:нят|взят|узят|забут|вжит)(?:о|ий|а|е|і)$`),
	alone: regexp.MustCompile(`..(?:ено|єно|[^н]ано|[^н]яно|нято|взято|вжито|зшито|[нкб]уто)$`),
	itself: regexp.MustCompile(`^(?:здійсн|пров[оа]д|викону|нада|прийма|розгляда|запровадж|впровадж|нарахов|стягу|списує|списува|встановл|передбача|вноси|оформл|пропону|рекоменду|дозволя|забороня|` +
		`повідомл|використов|обчисл|перерахов|припиня|призупин|скасов|підвищу|знижу|обмежу|вимага|перенос|видає|видава|блоку|погодж|затвердж|обслугову|ремонту|надсила|розсила|формує|формува|оплачу|тарифіку|` +
		`розрахов|компенс|відшкод|заміню|перегляда|перевіря|продава|продає|продаю|зберіга|виставля|обробля|опрацьов|друку|публіку|гаранту|забезпечу|подає|подава|демонту|монту|тестує|тестува|уклада|продовжу|ліквіду).*(?:ться|тимуться|тиметься|лася|лося|лися|вся|лось|лись|тись|тися)$|.{3}(?:овується|овуються|ізується|ізуються|юватиметься|юватимуться|уватиметься|уватимуться)$`),
	money: regexp.MustCompile(`^(?:поверта|зніма).*ться$`),
	state: regexp.MustCompile(`^(?:відкрит|зачинен|закрит|відчинен|відновлен|увімкнен|вимкнен|налаштован|пов'язан|розташован|підключен|вказан|зазначен|написан|надрукован|показан)`),
	looks: regexp.MustCompile(`^(?:задоволен|впевнен|переконан|змушен|зелен|поган|шален|весел|рано|зарано|кохан|бажан|зайнят|сказано|звано|круто|названо|(?:змін|користу|рух|збільш|зменш|цікав|почин|починa|зупин|` +
		`залиш|віднов|повтор|розвива|руйну|псу|орієнту|турбу|хвилю|раду|дивує|затриму|закінчу|скінчу|заверш|готу|переконує|радиться|розташ|реєстру|закохує|спілку|пиша|ниж|очіку|планує|гарт|коливає)[а-яіїєґ']*ся$)`),
	agent: regexp.MustCompile(`^(?:нами|(?:фахівц|спеціаліст|інженер|майст|директор|регулятор|уряд|комісі|банк|компані|міськрад|суд|постачальник|партнер|керівництв|власник|міністерств|нацкомісі|` +
		`депутат|рад|підрядник|монтажник|аудитор|виробник)(?:ами|ями|ром|ом|ем|єм|єю|ою))$`),
	given: words(`якщо коли щойно що як де чи`), nothing: "нічого",
}

var voiceRU = voice{
	being: words(`будет будут был была было были быть`),
	after: regexp.MustCompile(`(?:ен|ован|[аеиы]ван|[дзслбчржт]ан)(?:о|а|ы)?$|(?:нят|взят|забыт|сбит)(?:о|а|ы)?$`),
	alone: regexp.MustCompile(`..(?:ен|ован|[аеиы]ван|каз[а]н|[дслбржч]ан)(?:о|а|ы)$|(?:прин|сн|подн)ят(?:о|а|ы)?$|(?:мен|чен|шен|жен|ден|лен|щен|сен|нен|оен)$|ирован$|..(?:пис|сл|бр|бот|держ)ан$|(?:соз|из|про|пере|вы|от|с)дан$|.[ыи]ван$`),
	itself: regexp.MustCompile(`^(?:осуществл|произв|пров[оe]д|выполня|предоставл|принима|рассматрива|ввод|внедря|начисл|взима|списыва|устанавлива|предусматрива|вноси|оформл|предлага|рекоменду|разреша|` +
		`запреща|сообща|использу|вычисля|перечисл|прекраща|приостанавлива|отменя|повыша|снижа|ограничива|требу|перенос|выда|блокиру|согласов|утвержда|обслужива|ремонтиру|рассыла|оплачива|тарифициру|` +
		`рассчитыва|компенсиру|возмеща|заменя|пересматрива|продава|продаетс|продаютс|хран|выставля|обрабат|печата|публику|гарантиру|обеспечива|проверя|подаe|демонтиру|монтиру|тестиру|заключа|продлева|ликвидиру|высыла|формиру).*(?:тся|ться|лся|лась|лось|лись)$|.{3}(?:ывается|ываются|ируется|ируются|ываться|ироваться)$`),
	money: regexp.MustCompile(`^(?:возвраща|снима).*тся$`),
	state: regexp.MustCompile(`^(?:открыт|закрыт|восстановлен|включен|выключен|настроен|связан|расположен|подключен|написан|напечатан|показан|виден)`),
	looks: regexp.MustCompile(`^(?:довол|увер|убежд|вынужден|намерен|обязан|должен|нужен|важен|полезен|удобен|возможен|` +
		`доступен|свободен|исправен|действителен|бесплатен|равен|цен|смен[аыу]?$|замен[аыу]?$|отмен[аыу]?$|перемен[аыу]?$|измен[аыу]?$|подмен|стен|сцен|стран|сторон|имена|времена|семена|колен|полено|` +
		`арена|антенн|обмен|рано$|заранее|экран|ресторан|план|океан|клиент|указан|сказано|желан|зелен|занят|член|степен|систем|прежде|современ|постепен|бумаж|том$|ранен|телефон|магазин|диван|карван|чемодан|размен|проблем|подарен|доведен|нацелен|видн)|^(?:меня|измен|польз|движ|увелич|уменьш|интерес|начин|останав|остан|оста|заканч|оканч|задерж|оказыв|складыв|включ|выключ|наполн|регистр|разв|порт|готов|волн|радуе|общ|повтор|находит|ориентир|советуе|колебл)[а-я]*(?:ся|сь|ться)$`),
	agent: regexp.MustCompile(`^(?:нами|(?:специалист|инженер|мастер|директор|регулятор|правительств|комисси|банк|компани|суд|поставщик|партнер|руководств|собственник|министерств|депутат|совет|подрядчик|` +
		`монтажник|аудитор|производител)(?:ами|ями|ом|ем|ей|ой))$`),
	given: words(`если когда как что где ли`), nothing: "ничего",
}

var aboutMoney = place{"кошт*", "грош*", "сум*", "застав*", "переплат*", "средств*", "деньг*", "денег", "залог*", "платеж*", "платіж*", "аванс*"}

// passive finds what nobody does.
func (r reading) passive(l bot.Language) (all []Finding) {
	v := voiceOf(l)
	for i, t := range r.tokens {
		j, found := i, false
		switch {
		case slices.Contains(v.being, t.text):
			j, found = v.behind(r, i)
		case v.itself.MatchString(t.text) && !v.looks.MatchString(t.text):
			found = r.before(i, 1) != "не" || !r.has(i, func(w string) bool { return w == v.nothing })
		case v.money.MatchString(t.text):
			found = r.has(i, aboutMoney.is)
		case v.alone.MatchString(t.text):
			found = !v.state.MatchString(t.text) && !v.looks.MatchString(t.text) && !v.known(r, i) && !slices.Contains(v.being, r.before(i, 1)) && !slices.Contains(v.being, r.before(i, 2))
		}
		if found && !r.has(i, v.agent.MatchString) {
			all = append(all, r.finding(Passive, "", i, j))
		}
	}
	return all
}

// behind looks for a participle within the two words after a form of "to be", or just
// before it.
func (v *voice) behind(r reading, i int) (int, bool) {
	for n := range 2 {
		word := r.before(i, -1-n)
		if v.after.MatchString(word) && !v.looks.MatchString(word) {
			return i + 1 + n, true
		}
	}
	return i, false
}

// known reports whether the participle follows a word after which it only says how
// things stand: «якщо автоплатіж налаштовано».
func (v *voice) known(r reading, i int) bool {
	for n := 1; n <= 4; n++ {
		if slices.Contains(v.given, r.before(i, n)) {
			return true
		}
	}
	return false
}
