package flows

import (
	"slices"

	"visnyk/bot"
)

// Aspect is what a person wants of the change they read, said in a word instead of
// by its button. It counts there alone.
type Aspect string

// The aspects. NoAspect is anything else.
const (
	NoAspect          Aspect = ""
	AsksWhen          Aspect = "when"
	AsksWhy           Aspect = "why"
	AsksForMe         Aspect = "for me"
	AsksGain          Aspect = "gain"
	AsksToDo          Aspect = "to do"
	WantsToFollow     Aspect = "follow"
	WantsNotToFollow  Aspect = "unfollow"
	HasUnderstood     Aspect = "understood"
	HasAQuestion      Aspect = "question"
	longestAspect            = 8 // words
	longestAspectText        = 400
)

// ParseAspect tells which aspect of the change with the title a message asks for. It
// does only if all of it is: «чому так» asks why the change is, and so does «чому
// переїзд» of one that is a move; «чому немає світла» is a question.
func ParseAspect(text string, title bot.Bilingual) Aspect {
	if len(text) > longestAspectText {
		return NoAspect
	}
	named := spell(title.UK + " " + title.RU)
	for i, read := range append([]string{text}, OtherLayouts(text)...) {
		words, how := spell(read), typed
		if i > 0 {
			how = keyed
		}
		if len(words) == 0 || len(words) > longestAspect || i > 0 && !faithful(text, read) {
			continue
		}
		for _, a := range aspectWords {
			if a.is(a.beside(words, named), how) {
				return a.aspect
			}
		}
	}
	return NoAspect
}

// beside returns the words without those that name the change.
func (a wordsFor) beside(words, named []word) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool {
		own := a.names.has(w) || a.needs.has(w) || a.never.has(w) || a.around.has(w)
		return !own && slices.ContainsFunc(named, func(n word) bool { return kindred(w.text, n.text) })
	})
}

// kindred reports whether two words begin alike, as forms of one do.
func kindred(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n >= 5 || n >= 4 && 10*n >= 7*max(len(x), len(y))
}

// Aspect returns what the person wants of the change they read. None is in words
// that they forward.
func (t Turn) Aspect() Aspect {
	if !t.Typed() || t.Forwarded() {
		return NoAspect
	}
	n, _ := t.Entry(t.Var(VarChange))
	return t.Heard.Aspect(t.Event.Text, n.Change.Title)
}

// Saying is the arrow of the words that ask for an aspect.
func Saying(a Aspect, to string, do func(Turn) []Effect) Transition {
	return Transition{Label: "«" + string(a) + "»", When: func(t Turn) bool { return t.Aspect() == a }, Do: do, To: to}
}

// wordsFor is one way to ask for an aspect.
type wordsFor struct {
	aspect Aspect
	entry
}

// this stands around any of them.
const this = ` а і й и та так да ну ж же то це оце цього цьому цим цю це это этого этому этим эту ці цими эти этими все всё усе саме именно ще еще вже уже тоді тогда
	зміна зміни зміну зміною зміні змін змінами изменение изменения изменению изменением изменении изменений изменениями взагалі вообще мені мне `

// aspectWords are the words for each aspect, the more particular first.
var aspectWords = []wordsFor{
	{AsksWhy, entry{
		names: of(`чому чму чмоу чомк пчому чого чогож чомуж нащо навіщо почему почиму пачему почемуж зачем зачем причина причину причини причины
			поясніть пояснити пояснення объясните объяснить объяснение chomu pochemu navishcho`),
		around: of(this, `раптом вдруг така таке такі такая такое такие яка яке какая какова які какие змінили изменили змінюєте меняете міняєте
			дорого дорожче дороже підняли подняли підвищили повысили подорожчало подорожало ціна ціну цена цену тариф тарифи тарифы
			переїжджаєте переезжаете переїхали переехали переїзд переезд змінюється меняется сталося случилось вирішили решили ви вы треба потрібно нужно надо в у чем чому полягає таки було было`),
	}},
	{AsksToDo, entry{
		names: of(`робити робить зробити зробить делать сделать діяти действовать robyty delat`),
		around: of(this, `чи ли щось що шо чо что чего нам я ми мы треба потрібно нужно надо від от мене меня нас вимагається требуется повинен повинна повинні
			должен должна должны тепер теперь далі дальше зараз сейчас з із с як как shcho sho chto`),
		never: of(`не`),
	}},
	{AsksToDo, entry{
		names: of(`потрібно нужно треба надо вимагається требуется`), needs: of(`від от`), around: of(this, `що шо чо что мене меня нас`),
	}},
	{AsksGain, entry{
		names: of(`отримаю отримаємо отримую отримаем получу получим получаю вигода вигоду выгода выгоду користь користі польза пользы переваги
			перевага преимущества преимущество плюси плюсы виграю выиграю дасть даст дає дает otrymayu poluchu`),
		around: of(this, `що шо чо что я ми мы нам для мене меня нас з із с від от за яка які какая какие у в чому чем є есть буде будет мій моя моє мой моё`),
		never:  of(`не коли когда`),
	}},
	{AsksForMe, entry{
		names:  of(`зміниться змінюється міняється поміняється изменится меняется поменяется`),
		needs:  of(`мене меня мені мне нас нам`),
		around: of(this, `що шо чо что як как для у в особисто лично конкретно`),
		never:  of(`не`),
	}},
	{AsksForMe, entry{
		names:  of(`стосується касается вплине повлияет означає значить значит`),
		needs:  of(`мене меня мені мне нас нам`),
		around: of(this, `що шо чо что як как чим чем на для`),
		never:  of(`не`),
	}},
	{AsksWhen, entry{
		names: of(`коли когда колі kogda koly`),
		around: of(this, `почнеться начнется починається начинается набуде набуває чинності сили вступит вступает силу діє діятиме діяти действует
			действовать начнет запрацює заработает зміниться изменится буде будет станеться відбудеться произойдет з с точно`),
	}},
	{AsksWhen, entry{names: of(`числа дня дати даты`), needs: of(`якого какого якої какой`), around: of(this, `з із с до починаючи начиная діє действует`)}},
	{WantsNotToFollow, entry{
		names: of(`стежити слідкувати следить стежте следите повідомляйте повідомляти сообщайте сообщать`), needs: of(`не`),
		around: of(this, `більше больше за про о об ходом ходе хід хочу треба надо нужно потрібно меня мене`),
	}},
	{WantsToFollow, entry{
		names:  of(`стежити слідкувати следить стежитиму слідкуватиму відстежувати отслеживать повідомляйте повідомляти сообщайте сообщать`),
		around: of(this, `за про о об ходом ходе хід хочу буду меня мене`),
	}},
	{HasUnderstood, entry{
		names:  of(`зрозуміло зрозумів зрозуміла понятно понял поняла ясно прочитав прочитала прочитал`),
		around: of(`а ну все всё усе вже уже я так да ок окей добре хорошо ясно`), exact: true,
	}},
	{HasAQuestion, entry{
		names:  of(`питання запитання вопрос вопросы запитати спитати спросить`),
		around: of(this, `маю є есть у в мене меня хочу можна можно задать поставити один одне`),
	}},
}
