package flows

import (
	"cmp"
	"slices"
	"strings"
)

// refuses tells whether a text says, in whatever words and with whatever reasons, that
// nothing is to be sent to the person: MayWantStop, for it is a guess; WantsQuiet where
// it is only not to be sent at some hours, WantsPause where for a while; else None.
func refuses(words []word, all []clause) Command {
	calls := slices.ContainsFunc(words, func(w word) bool { return people.has(w) || ringing.has(w) })
	about := false // so far it was of what is sent
	end := silenceEnds(words)
	for _, c := range all {
		sent := slices.ContainsFunc(c, isMailing)
		switch about = about || c.ours() && sent; {
		case calls && !sent: // not to be written to, but to be spoken to
		case c.hushes() && cmp.Or(silenceEnds(c), end) != None:
			return cmp.Or(silenceEnds(c), end)
		case c.hushes() && slices.ContainsFunc(c, asNight.has):
			return WantsQuiet
		case sent && slices.ContainsFunc(c, pausing.has) && !slices.ContainsFunc(c, func(w word) bool { return counter.has(w) || w.text == "не" }):
			return WantsPause
		case !c.refuses() && !(about && c.enough()):
		case slices.ContainsFunc(c, asNight.has) && !sent:
			return WantsQuiet
		case end != None:
			return end
		case slices.ContainsFunc(c, today.has):
			return WantsPause
		default:
			return MayWantStop
		}
	}
	return None
}

// ours reports whether the clause speaks of nothing that keeps what is said from being
// about our news: another place, or a thing that is sent.
func (c clause) ours() bool {
	return !slices.ContainsFunc(c, func(w word) bool { return elsewhere.has(w) || goods.has(w) })
}

// enough reports whether the clause says that it must end, and nothing else: «все,
// досить», «не треба більше».
func (c clause) enough() bool {
	ends := false
	more := slices.ContainsFunc(c, func(w word) bool { return w.text == "більше" || w.text == "больше" })
	for i, w := range c {
		switch {
		case ceasing.has(w) && !c.before(i, "не"), more && plainNeed.has(w) && c.before(i, "не"):
			ends = true
		case w.text != "не" && !slight.has(w) && !manners.has(w):
			return false
		}
	}
	return ends
}

var plainNeed = of(`треба потрібно надо нужно`)

// refuses reports whether the clause says so.
func (c clause) refuses() bool {
	here := c.ours()
	about := slices.ContainsFunc(c, isMailing)
	for i, w := range c {
		switch {
		case w.text == "не" && c.forbids(i, here), until.has(w) && c.denied(i) && c.ends(i):
		case c.before(i, "не"):
			continue
		case ceasing.has(w) && c.ends(i):
		case unwanted.has(w) && here && about:
		case here && (removing.has(w) || leaving.has(w)) && !c.denied(i) && c.leads(i, isMailing):
		case here && fedUp.has(w) && (c.leads(i, isMailing) || c.follows(i) || c.leads(i, isSpamming)):
		case here && about && blocking.has(w):
		case (isSpamming(w) || doing.has(w)) && c.reproaches(here):
		case here && purposeless.has(w) && c.forMe(i), here && theirs.has(w) && i+1 < len(c) && isMailing(c[i+1]):
		case w.text == "більше" || w.text == "больше":
			if !here || !c.noMore(i) {
				continue
			}
		case w.text == "без" && here && c.leads(i, isMailing) && slices.ContainsFunc(c, wishes.has):
		default:
			continue
		}
		return true
	}
	return false
}

// until, behind «не», is what they should do: «якщо не перестанете слати».
var until = of(`перестанете припините прекратите перестанеш перестанешь`)

// purposeless asks what the thing is for, theirs stands in «зі своєю рекламою» alone.
var (
	purposeless = of(`навіщо нащо зачем нафіг нафига нахуй фіг фига хуя хрена`)
	theirs      = of(`своєю своїми своей своими`)
)

// forMe reports whether what is sent is named behind i as a thing the person has no
// use for: «навіщо мені ці новини».
func (c clause) forMe(i int) bool {
	for k, w := range c[i+1:] {
		switch {
		case k == 0 && !addressee.has(w):
			return false
		case isMailing(w):
			return true
		case !slight.has(w) && !attributive(w):
			return false
		}
	}
	return false
}

// noMore reports whether the clause ends with «більше жодних повідомлень».
func (c clause) noMore(i int) bool {
	if i+2 >= len(c) || !none.has(c[i+1]) {
		return false
	}
	return !slices.ContainsFunc(c[i+2:], func(w word) bool { return !isMailing(w) && !slight.has(w) && !attributive(w) }) && slices.ContainsFunc(c[i+2:], isMailing)
}

var none = of(`жодних жодної ніяких ніякої никаких никакой`)

// wishes, beside «без», make a wish of it.
var wishes = of(`мені мне нам нас давайте прошу ласка пожалуйста пишіть пишите`)

// mails reports whether the word is what is sent, or nearly that. Of the words of clauses
// it is asked once: isMailing is what was found.
func mails(w word) bool     { return mailings.has(w) || w.letters > 6 && adverts.near(w) }
func isMailing(w word) bool { return w.mails }

func isSpamming(w word) bool { return bothering.has(w) || sending.has(w) || writing.has(w) }

// ends reports whether the word at i puts an end to sending: «досить слати», «хватит
// вашей рекламы».
func (c clause) ends(i int) bool {
	near := true // but for slight words it stands right behind
	for k := i + 1; k < min(len(c), i+1+within); k++ {
		w := c[k]
		switch {
		case sending.has(w), bothering.has(w):
			return !c.meansGoods(k)
		case writing.has(w):
			return c.toPerson(k)
		case near && isMailing(w):
			return !slices.ContainsFunc(c, elsewhere.has)
		case counter.has(w):
			return false
		}
		near = near && (slight.has(w) || attributive(w) || receiving.has(w))
	}
	return false
}

// meansGoods reports whether what is sent at i is no news: a master, a bill, a code.
func (c clause) meansGoods(i int) bool {
	return slices.ContainsFunc(c[max(i-3, 0):min(len(c), i+1+within)], goods.has)
}

// toPerson reports whether the writing at i is to the person, and is not about what
// is written or in which language.
func (c clause) toPerson(i int) bool {
	for k := i + 1; k < len(c) && k <= i+3; k++ {
		if counter.has(c[k]) || ukrainian.has(c[k]) || russian.has(c[k]) || reporting.has(c[k]) && c[k].text != "то" {
			return false
		}
	}
	around := c[max(i-4, 0):min(len(c), i+1+within)]
	return slices.ContainsFunc(around, addressee.has) || slices.ContainsFunc(around, isMailing)
}

var (
	addressee = of(`мені мне мене меня нам нас більше больше бильше сюди сюда`)
	reporting = of(`що шо что ерунду дурниці глупости шаблонами`)
)

// forbids reports whether the «не» at i begins a refusal: of sending, or of what is
// sent, which may stand before it, too.
func (c clause) forbids(i int, here bool) bool {
	refused, meant := false, slices.ContainsFunc(c[:i], purpose.has)
	for k := i + 1; k < min(len(c), i+1+2*within); k++ {
		w := c[k]
		meant = meant || purpose.has(w)
		switch {
		case refusing.has(w):
			refused = true
		case sending.has(w), bothering.has(w):
			return !c.meansGoods(k)
		case writing.has(w):
			return c.toPerson(k)
		case done.has(w):
			return meant && !c.meansGoods(k)
		case refused && isMailing(w):
			return here
		case receiving.has(w), slight.has(w), attributive(w):
		default:
			return refused && here && c.follows(i) && !infinitive(w)
		}
	}
	return refused && here && c.follows(i)
}

// reproaches reports whether the clause asks how long, or what for, that goes on.
func (c clause) reproaches(here bool) bool {
	if !slices.ContainsFunc(c, asking.has) {
		return false
	}
	if here && slices.ContainsFunc(c, isMailing) && slices.ContainsFunc(c, whatFor.has) && slices.ContainsFunc(c, addressee.has) {
		return true
	}
	return slices.ContainsFunc(c, adverts.has) || slices.ContainsFunc(c, func(w word) bool { return strings.HasPrefix(w.text, "спами") })
}

var whatFor = of(`навіщо нащо зачем`)

var asking = of(`скільки сколько навіщо нащо зачем нафіг нафига якого какого доки пор пір поки`)
