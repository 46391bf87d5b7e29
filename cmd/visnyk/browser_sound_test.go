package main

import (
	"testing"

	"visnyk/bot"
)

// countTones counts the tones that the page sounds, and notes when the last did.
const countTones = `(() => {
	window.tones = 0;
	window.OscillatorNode = class extends OscillatorNode {
		start(...when) {
			window.tones++;
			window.sounded = performance.now();
			super.start(...when);
		}
	};
	return 0;
})()`

// queueSounds: the desk asks about the sound with the first press; who wants it hears
// two tones once for a burst, who does not hears none.
func queueSounds(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	hears, deaf := s.operator(t, b, "maryna", bot.Ukrainian, w), s.operator(t, b, "oleh", bot.Ukrainian, w)
	for o, choice := range map[*operator]string{hears: "queue.sound.on", deaf: "queue.sound.off"} {
		o.home()
		o.waiting(0)
		value[int](o.tab, countTones)
		if value[bool](o.tab, `!document.getElementById('sound').hidden`) {
			t.Error("the sound is asked about before anything is pressed")
		}
		o.press('\t')
		o.awaits("the question about the sound", `!document.getElementById('sound').hidden`)
		o.click("button", o.says(choice))
		o.awaits("the question to be gone", `document.getElementById('sound').hidden`)
	}
	hears.awaits("a sound as an example", `tones === 2`)
	for i, as := range []string{"olena", "dmytro"} {
		a := b.guest(t, view{width: 1440, height: 900}).open(s.url+"/?lang=uk&as="+as).at("telegram", bot.Ukrainian, w)
		a.begins()
		a.writes("покличте людину")
		hears.waiting(i + 1)
		deaf.waiting(i + 1)
		if i == 0 {
			hears.awaits("the sound", `tones === 4`)
			value[int](hears.tab, `(window.first = sounded, 0)`)
		}
	}
	if !value[bool](hears.tab, `tones === 4 || sounded - first >= 8000`) {
		t.Errorf("%d tones for a burst", value[int](hears.tab, `tones`))
	}
	if n := value[int](deaf.tab, `tones`); n != 0 {
		t.Errorf("%d tones for who wants none", n)
	}
}
