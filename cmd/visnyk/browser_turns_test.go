package main

import (
	"os"
	"strings"
	"testing"
)

// turnsAreAskedForAgain: a page that is left may be refused its turn among the tabs
// with an error of the browser's. It is none of the page's: it asks again, once what
// is to be done has its turn it is done once, and only what that throws is thrown.
func turnsAreAskedForAgain(t *testing.T, b *chromium) {
	pages := map[string]string{"/": sound(`<h1>Черга</h1>`)}
	for _, name := range []string{"/store.js", "/net.js"} {
		text, err := os.ReadFile("../../bot/web/assets" + name)
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(text)
	}
	p := b.guest(t, view{lang: "uk"}).open(little(t, "", pages) + "/")
	const take = `(async () => {
		const { alone } = await import('/store.js');
		const locks = Object.getPrototypeOf(navigator.locks), request = locks.request;
		let asked = 0, done = 0;
		locks.request = function (...all) {
			asked++;
			if (asked > %REFUSED%) return request.apply(this, all);
			return Promise.reject(new DOMException('The provided callback is no longer runnable.', %NAME%));
		};
		const got = await alone('turn', async () => { done++; %DO% }).catch((fault) => 'thrown: ' + fault.message);
		locks.request = request;
		return got + ', asked ' + asked + ', done ' + done;
	})()`
	for _, tt := range []struct{ name, refused, fault, do, want string }{
		{"has its turn", "0", "''", "return 'mine'", "mine, asked 1, done 1"},
		{"refused while it is left", "1", "'AbortError'", "return 'mine'", "mine, asked 2, done 1"},
		{"nothing is shared", "9", "'SecurityError'", "return 'mine'", "mine, asked 1, done 1"},
		{"what it throws", "0", "''", "throw new Error('ours')", "thrown: ours, asked 1, done 1"},
		{"what it throws later", "1", "'AbortError'", "throw new Error('ours')", "thrown: ours, asked 2, done 1"},
	} {
		js := strings.NewReplacer("%REFUSED%", tt.refused, "%NAME%", tt.fault, "%DO%", tt.do).Replace(take)
		if got := value[string](p, js); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	} // An answer that breaks off on the way, as when the page is left, is none.
	const broken = `(async () => {
		const { wholePage } = await import('/net.js');
		window.fetch = async () => new Response(new ReadableStream({ start(c) { c.error(new TypeError('network error')); } }));
		return String(await wholePage('/'));
	})()`
	if got := value[string](p, broken); got != "null" {
		t.Errorf("a page that breaks off is %q", got)
	}
}
