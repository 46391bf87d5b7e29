package search

import "strings"

// stance is how a text stands to whom it is written to: whether it asks, denies,
// begs, tells what happened, and whether it speaks of you and of me. The same words
// are a question in one stance and an accusation in another.
type stance struct{ asks, denies, begs, past, you, me bool }

func stanceOf(ts []token) (s stance) {
	for _, t := range ts {
		s.asks = s.asks || t.asks || t.is(asking)
		s.denies = s.denies || t.is(negates)
		s.begs = s.begs || t.is(begging)
		s.you = s.you || t.is(addressing)
		s.me = s.me || t.is(oneself)
		s.past = s.past || len(t.word) > 3 && past(t.word)
	}
	return s
}

// past reports whether a word ends as a verb that tells what happened.
func past(word string) bool {
	for _, e := range pastEnds {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

func (s stance) String() string {
	out := make([]byte, 0, 6)
	for _, b := range []bool{s.asks, s.denies, s.begs, s.past, s.you, s.me} {
		if b {
			out = append(out, '1')
		} else {
			out = append(out, '0')
		}
	}
	return string(out)
}

// eachStance calls f with the stance, and with every word and meaning in it.
func eachStance(m *said, f func(slot)) {
	all := stanceOf(m.words).String()
	f(newSlot('S').with(all))
	f(newSlot('S').with(all[:1]).with(all[3:5]))
	f(newSlot('S').with(all[:2]).with(all[4:]))
	how := newSlot('x').with(all[:1])
	who := newSlot('x').with(all[1:2]).with(all[4:])
	for i := range m.words {
		f(how.with(m.words[i].stem))
		f(who.with(m.words[i].stem))
	}
	how, who = newSlot('X').with(all[:1]), newSlot('X').with(all)
	eachName := func(l *lexicon, heards []heard) {
		for _, h := range heards {
			f(how.with(l.names[h.concept]))
			f(who.with(l.names[h.concept]))
		}
	}
	eachName(general(), m.matters)
	eachName(moodWords(), m.moods)
	how = newSlot('E').with(all[:1])
	last := "^"
	for i := range m.words {
		word := m.words[i].word
		end := word[max(0, len(word)-2):]
		f(newSlot('E').with(last).with(end))
		f(how.with(last).with(end))
		last = end
	}
}

var (
	asking = kindOf(`як коли де куди звідки скільки чи чому який яка яке які якого якої якій яким якими котрий хто что кто где когда куда откуда сколько почему зачем
		какой какая какое какие какого каким какими ли можна можно підкажіть подскажите порадьте посоветуйте цікаво интересно`)
	begging    = kindOf(`будь ласка пожалуйста прошу плиз дайте зробіть сделайте`)
	addressing = kindOf(`ви вы вас вам вами ваш ваша ваше ваші ваши вашого вашої вашему вашого вашей ваших вашим вашу ти ты тебе тебя`)
	oneself    = kindOf(`я мене меня мені мне мною мной мій мой моя моє мое мої мои моїх моих мого моего моєї моей мою ми мы нас нам наш наша наші наши`)
	pastEnds   = func() (all []string) {
		for _, e := range strings.Fields(`в ла ло ли л лась лося лися ся`) {
			all = append(all, fold(e))
		}
		return all
	}()
)
