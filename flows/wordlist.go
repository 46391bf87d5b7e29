package flows

import "strings"

// forms is a set of words as spell writes them, each with its letters.
type forms map[string][]rune

func (f forms) has(w string) bool { _, ok := f[w]; return ok }

func of(lists ...string) forms {
	f := forms{}
	for _, l := range lists {
		for w := range strings.FieldsSeq(l) {
			f[w] = []rune(w)
		}
	}
	return f
}

// near tells whether w is one of the forms, or of five letters and more and one
// slip away from one. Words that are other words in their own right are not.
func (f forms) near(w string) bool {
	if f.has(w) {
		return true
	}
	letters := []rune(w)
	if len(letters) < 5 || lookalikes.has(w) {
		return false
	}
	for _, known := range f {
		if len(known) >= 5 && slip(letters, known) {
			return true
		}
	}
	return false
}

// lookalikes are real words one letter away from a command.
var lookalikes = of(`людині людям людей человеку человеке людские русские русских русских руские мови мове язики языки
	операторська операторский починати начали почали початку початок началу началом помочь отписали отписка відписка
	меншим живіт живот живи скарги жалобы стара старі старт українські украинские консультація консультация`)

// manners may stand around any command.
var manners = of(`будь ласка пожалуйста плиз плз прошу please pls мені мне мене меня я хочу хотів хотіла хотел хотела би бы б
	можна можно а ну і и та да так ви вы ей гей алло ало ок добре хорошо ладно все всё вже уже`)

// people are those a person may ask for. The dative is missing on purpose: what
// is given or done to a person is seldom a request for one.
var people = of(`оператор оператора оператором оператори операторів операторы операторов оператору
	людина людину людиною человек человека человеком чоловік чоловіка чоловіком
	менеджер менеджера менеджером менеджеру консультант консультанта консультантом консультанту
	спеціаліст спеціаліста спеціалістом специалист специалиста специалистом фахівець фахівця фахівцем
	співробітник співробітника співробітником сотрудник сотрудника сотрудником
	керівник керівника керівником начальник начальника начальником керівництво руководство
	operator operatora operatorom human manager menedzher menedzhera lyudyna lyudynu liudyna liudynu ludyna ludynu
	chelovek cheloveka person agent support`)

// calling are the verbs that ask for a person.
// «Живий» counts with them: nobody speaks of a live operator for another reason.
var calling = of(`живий живого живим живу живою жива живой живым живую живая
	покличте покличіть поклич позвіть позовіть позовите позови позвать покликати викличте
	зєднайте зєднай зєднати зєднання соедините соедини соединить соеденить переключіть переключи переключите переключить
	переведіть переведи переведите перевести дайте дай
	поговорити поговорить говорити говорить поспілкуватися поспілкуватись спілкуватися пообщаться общаться
	звязатися звязатись звязати связаться связать звяжіть свяжите свяжи покажіть кличте зовите
	poklychte poklychit poklikat pozovite pozvat soedinite zednayte dayte connect talk speak`)

// complaining are the verbs of a complaint, and wishing what makes one of them a
// wish to complain here and now.
var (
	complaining = of(`поскаржитися поскаржитись поскаржитьсь скаржитися скаржитись пожаловаться жаловаться`)
	wishing     = of(`хочу буду хотів хотіла хотел хотела бажаю желаю`)
)

// between may stand between the verb and the person it asks for.
var between = of(`будь ласка пожалуйста мені мне мене меня нас нам вже уже нарешті наконец хоч хоть з зі із с со до к на
	живий живого живим живу живою жива живой живым живого живую справжню справжнього справжньою настоящего настоящим
	якусь якогось якогонебудь якоюсь якимось когось кого якогонибудь какогонибудь какогото кого нибудь небудь то
	вашого вашим вашого вашого вашего ваш вашим вашу вашою вашою
	чергового дежурного будь який любого любым to a an the with me real live z s zi zhyvu zhyvoyu zhivogo zhivym`)

// vocabulary is every command, the more particular first.
var vocabulary = []entry{
	{
		command: WantsHuman,
		names:   people,
		around: of(`живий живого живим живу живою жива живой живым живую справжня справжню настоящий настоящего
			є есть у в вас чи ли де где з зі із с со до на к хай нехай пусть відповість ответит відповісти ответить
			покличте покличіть поклич позвіть позовіть позовите позови позвать покликати зєднайте зєднати соедините соединить
			переключіть переключите переключи переведіть переведите дайте дай потрібен потрібна потрібно нужен нужна нужно надо треба
			поговорити поговорить поспілкуватися поспілкуватись пообщаться общаться звязатися звязатись звязок связаться связь
			як как написати написать питання вопрос до к ваш вашого вашим вашего ваше наш хтось кто то когось якийсь
			якогось якусь какой то нибудь небудь нарешті наконец терміново срочно help need want a the to talk with speak real
			live hochu khochu zhyva zhyvyi zhivoy poklychte pozovite dayte nuzhen potriben potribna z s`),
	},
	{
		command: WantsToComplain,
		names:   of(`поскаржитися поскаржитись скаржитися скарга скаргу жалоба жалобу пожаловаться жаловаться complaint`),
		around:  of(`є есть у в мене меня подати подать залишити оставить моя на вас нас буду маю имею назад`),
	},
	{
		command: WantsHuman,
		names:   of(`передзвоніть перезвоните подзвоніть позвоните зателефонуйте`),
		around:  of(`є есть у в мене меня моя на вас нас буду маю имею назад`),
	},
	{
		command: WantsHuman,
		names:   of(`живий живого живим живою живой живым живого`),
		around:  of(`хтось когось хто кто кого то нибудь небудь тут є есть там з с дайте покличте позовите зєднайте соедините`),
	},
	{
		command: WantsStop,
		names: of(`стоп стопп сотп stop unsubscribe відписатися відписатись відписати відпишіть відпиши відпишись відпишіться відписуюсь відписуюся
			отписаться отписать отпишите отпиши отпишись отпишитесь отписываюсь
			vidpysatysia vidpysatys vidpysatysya otpisatsya otpisatsa otpishite`),
		around: of(`від от из з із розсилки рассылки розсилка рассылка розсилок рассылок новин новостей повідомлень сообщений
			вас усього всього всего цього этого бота бот як как більше больше all from`),
	},
	{
		command: WantsStop,
		names:   of(`пишіть пишите пиши писати писать надсилайте надсилати присылайте присылать шліть шлите турбуйте беспокойте спамте спамьте спамить спамити`),
		needs:   of(`не досить хватит перестаньте прекратите припиніть`),
		around: of(`більше больше спам листів писем нічого ничего сюди сюда
			повідомлень сообщений повідомлення сообщения`),
	},
	{
		command: WantsUkrainian,
		names: of(`українською українська українську українська украінська украинский украинском украинською украинська украинська
			ukrainian ukrainska ukrayinska ukrayinskoyu ukrainskou ukrainskoyu укр ukr ua uk`),
		around: of(`чи мова мову мовою язык язике языке по на давайте говоріть говорить пишіть пишите розмовляйте відповідайте отвечайте зміни змініть
			змінити перейти переключи переключити переключить переключіть переключите language in mova movoyu`),
	},
	{
		command: WantsRussian,
		names:   of(`русский русском російською російська російську росийською русском порусски русски рускою russian russkiy russkij russki rosiyska rosiyskoyu рус rus ru`),
		around: of(`мова мову мовою язык языке по на давайте говоріть говорите говорить пишіть пишите отвечайте відповідайте смените сменить
			змінити перейти переключи переключити переключить переключіть переключите language in yazyk`),
	},
	{
		command: WantsLanguage,
		names:   of(`мова мову язык language mova movu yazyk yazik`),
		around: of(`змінити зміни змініть поміняти помінятьи обрати вибрати вибір зміна інша іншу інший другу сменить смени смените
			поменять поменяйте выбрать выбор смена другой другую change select choose zminyty smenit bot бота бот чату чата спілкування общения`),
	},
	{
		command: WantsSettings,
		names:   of(`налаштування налаштуваннь налаштувань настройки настройка настроек settings nalashtuvannya nalashtuvannia nastroyki nastrojki`),
		around:  of(`мої моїх мои моих my мне мені в у до к відкрий відкрити открой открыть покажи покажіть покажите показати показать змінити изменить`),
	},
	{
		command: WantsMenu,
		names: of(`меню миню мену менью мэню menu menyu meniu старт start начать почати спочатку сначала заново головну головна главную главная назад
			допомога допомогу допоможіть допоможи помощь помогите помоги help dopomoga dopomoha dopomozhit pomosch pomoshch pomoshh pomogite
			cancel`),
		around: of(`головне головного главное главного головна главная основне основное в у до на к покажи покажіть покажите показати показать відкрий
			відкрити открой открыть поверни поверніть вернуть повернутися повернутись вернуться вернись вернися вернутися назад main
			сторінку страницу потрібна нужна back to the show разом із з с`),
	},
	{
		command: Greets,
		names: of(`привіт привет вітаю вітання здрастуйте здравствуйте здравствуй здоровенькі добридень hello hi pryvit privet
			добрий доброго доброї добрый доброе хай хелло салют`),
		around: of(`день дня ранок ранку вечір вечора утро утра вечер вечера ночі ночи доброї доброй всім всем вам бот бачити здоров`),
	},
	{
		command: Thanks,
		names:   of(`дякую дяка подяка вдячний вдячна спасибо благодарю спс дяки thanks thx dyakuyu diakuiu dyakuju spasibo`),
		around:  of(`допомогло помогло дуже щиро вам большое огромное велике за допомогу помощь відповідь ответ зрозуміло понятно розібрався розібралась much very you красно все всем`),
	},
}
