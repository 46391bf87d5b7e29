package main

import (
	"strings"
	"testing"
)

// wantFault fails the test unless one of the faults contains the words; with no
// words, when there is any fault.
func wantFault(t *testing.T, faults []string, words string) {
	t.Helper()
	if words == "" && len(faults) > 0 {
		t.Errorf("faults on a sound page:\n%s", strings.Join(faults, "\n"))
	}
	if !strings.Contains(strings.Join(faults, "\n"), words) {
		t.Errorf("faults %q, want one with %q", faults, words)
	}
}

// checksCanFail shows every check a page that is wrong in one way, and one that
// is right in spite of looking so.
func checksCanFail(t *testing.T, b *chromium) {
	styled := func(css, body string) string { return sound("<style>" + css + "</style>" + body) }
	kinds := map[string]struct {
		find  func(p *tab) []string
		pages map[string]struct{ page, want string }
	}{
		"contrast": {(*tab).contrast, map[string]struct{ page, want string }{
			"black on white":       {sound(`<p>Текст</p>`), ""},
			"grey on white":        {styled(`p {color: #777}`, `<p>Текст</p>`), "#777777 on #ffffff is 4.48, needs 4.5"},
			"just enough":          {styled(`p {color: #767676}`, `<p>Текст</p>`), ""},
			"large may be paler":   {styled(`p {color: #888; font-size: 24px}`, `<p>Текст</p>`), ""},
			"large and too pale":   {styled(`p {color: #999; font-size: 24px}`, `<p>Текст</p>`), "needs 3"},
			"modern colours":       {styled(`p {color: oklch(80% 0.05 200)}`, `<p>Текст</p>`), "needs 4.5"},
			"see-through paper":    {styled(`div {background: #000} p {background: rgb(255 255 255 / .5); color: #555}`, `<div><p>Текст</p></div>`), "#555555 on #80"},
			"faded together":       {styled(`div {background: #000; color: #fff; opacity: .4}`, `<div><p>Текст</p></div>`), "#ffffff on #999999"},
			"a gradient's end":     {styled(`p {background: linear-gradient(#000, #ddd); color: #fff}`, `<p>Текст</p>`), "on #dddddd"},
			"on a picture":         {styled(`p {background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=)}`, `<p>Текст</p>`), "stands on a picture"},
			"over a neighbour":     {styled(`div {background: #000; width: 200px; height: 100px; position: absolute; top: 0; left: 0} p {position: absolute; top: 10px; left: 0}`, `<div></div><p>Текст</p>`), "#000000 on #000000"},
			"a suggestion":         {styled(`::placeholder {color: #aaa}`, `<input placeholder="Ваше ім’я">`), "suggested in"},
			"a field's words":      {styled(`input {color: #aaa}`, `<input value="Олена">`), "needs 4.5"},
			"a field's edge":       {styled(`input {border: 1px solid #ccc}`, `<input>`), "the edge of input"},
			"made by the style":    {styled(`p::after {content: "нове"; color: #bbb}`, `<p>Текст</p>`), "::after"},
			"hidden":               {styled(`p {color: #ccc}`, `<p hidden>Текст</p><p style="visibility:hidden">Текст</p>`), ""},
			"cannot be used":       {sound(`<button disabled>Далі</button>`), ""},
			"dark where it is not": {styled(`:root {color-scheme: light dark} p {color: light-dark(#000, #333)}`, `<p>Текст</p>`), ""},
			"in a shadow":          {sound(`<div id="host"><template shadowrootmode="open"><style>p {color: #aaa}</style><p>Тінь</p></template></div>`), "Тінь"},
		}},
		"keyboard": {(*tab).keyboard, map[string]struct{ page, want string }{
			"sound":          {sound(`<a href="#x">Далі</a><button>Так</button><input><select><option>1</select><textarea></textarea><label><input type="checkbox">Згода</label>`), ""},
			"one of a group": {sound(`<input type="radio" name="a" aria-label="1"><input type="radio" name="a" checked aria-label="2">`), ""},
			"not reachable":  {sound(`<button>Так</button><button tabindex="-1">Ні</button>`), "«Ні» is out of the keyboard's reach"},
			"a div":          {sound(`<button>Так</button><div role="button">Ні</div>`), "«Ні» is out of the keyboard's reach"},
			"mouse only":     {styled(`div {cursor: pointer}`, `<div>Натисніть</div>`), "is for a mouse only"},
			"no ring":        {styled(`:focus {outline: none}`, `<button>Так</button>`), "does not show"},
			"another sign":   {styled(`:focus {outline: none; box-shadow: 0 0 0 3px #000}`, `<button>Так</button>`), ""},
			"a pale ring":    {styled(`:focus {outline: 2px solid #eee}`, `<button>Так</button>`), "the ring around button"},
			"a trap":         {sound(`<button>Так</button><input id="in"><button>Ні</button><script>document.getElementById('in').onkeydown = e => e.preventDefault()</script>`), "does not let the keyboard go"},
			"jumps":          {sound(`<button>Один</button><button tabindex="2">Два</button><button>Три</button>`), "jumps about"},
			"covered":        {styled(`div {position: fixed; inset: 0; background: #fff}`, `<button>Так</button><div>Заставка</div>`), "is under div"},
			"behind a modal": {sound(`<button>Ззаду</button><dialog aria-label="Питання"><button>Так</button></dialog><script>document.querySelector('dialog').showModal()</script>`), ""},
			"in a shadow":    {sound(`<div><template shadowrootmode="open"><style>:focus {outline: none}</style><button>Тінь</button></template></div>`), "does not show"},
		}},
		"names": {(*tab).names, map[string]struct{ page, want string }{
			"sound":           {sound(`<main><h1>Так</h1><button>Так</button><a href="/">Далі</a><img alt="" src="data:,"></main>`), ""},
			"button":          {sound(`<button><svg width="9" height="9"></svg></button>`), "a button without a name"},
			"link":            {sound(`<a href="/"></a>`), "a link without a name"},
			"field":           {sound(`<input>`), "a textbox without a name"},
			"image":           {sound(`<img src="data:,">`), "without a name"},
			"drawing":         {sound(`<svg role="img" width="9" height="9"></svg>`), "without a name"},
			"log":             {sound(`<div role="log">Слово</div>`), "a log without a name"},
			"a form as it is": {sound(`<form><label>Ім’я <input></label><div role="group" aria-label="Так"><button>Так</button></div></form><section><p>Так</p></section>`), ""},
			"hidden from all": {sound(`<main><h1>Так</h1><p>Так</p><button hidden></button></main>`), ""},
		}},
		"layout": {func(p *tab) []string { return p.layout(320) }, map[string]struct{ page, want string }{
			"sound":            {sound(`<p>Довге речення, яке переноситься на інший рядок, коли не вміщається.</p><p>Так</p>`), ""},
			"a long word":      {sound(`<p>` + strings.Repeat("ї", 200) + `</p>`), "px wide in a window of 320"},
			"a broken word":    {styled(`p {overflow-wrap: anywhere}`, `<p>`+strings.Repeat("ї", 200)+`</p>`), ""},
			"wide":             {styled(`div {width: 400px}`, `<div>Текст</div>`), "px wide in a window of 320"},
			"cut off":          {styled(`div {overflow: hidden; white-space: nowrap}`, `<div>`+strings.Repeat("слово ", 40)+`</div>`), "is cut off"},
			"off the left":     {styled(`button {position: absolute; left: -20px}`, `<button>Так, далі</button>`), "reaches from -20"},
			"scrolled inside":  {styled(`div {overflow: auto; white-space: nowrap}`, `<div>`+strings.Repeat("слово ", 40)+`</div>`), "has to be scrolled sideways"},
			"a table may":      {styled(`div {overflow: auto} td {min-width: 100px}`, `<div><table><tr><td>1<td>2<td>3<td>4<td>5</table></div>`), ""},
			"no viewport":      {`<!doctype html><title>ні</title><p>Текст`, "laid out"},
			"too small to hit": {styled(`button {width: 20px; height: 20px; padding: 0; border: 0}`, `<button aria-label="Так">×</button>`), "too small to hit"},
			"a link in a text": {sound(`<p>Читайте <a href="/">тут</a>, якщо хочете.</p>`), ""},
			"for ears only":    {styled(`span {position: absolute; left: -9999px; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}`, `<p>Так<span>і ще</span></p>`), ""},
		}},
		"markup": {func(p *tab) []string { return p.markup("uk") }, map[string]struct{ page, want string }{
			"sound":              {sound(`<main><h1>Так</h1><h2>І ще</h2><label for="a">Ім’я</label><input id="a"></main>`), ""},
			"another language":   {strings.Replace(sound(`<main><h1>Так</h1></main>`), `lang="uk"`, `lang="en"`, 1), "«en», not in uk"},
			"no title":           {strings.Replace(sound(`<main><h1>Так</h1></main>`), "Сторінка", "", 1), "no title"},
			"no main":            {sound(`<h1>Так</h1>`), "0 main landmarks"},
			"no heading":         {sound(`<main>Так</main>`), "0 headings of the first level"},
			"skipped level":      {sound(`<main><h1>Так</h1><h3>Ні</h3></main>`), "skips a level"},
			"twins":              {sound(`<main><h1 id="a">Так</h1><p id="a"></p></main>`), "two elements are #a"},
			"names nobody":       {sound(`<main aria-labelledby="b"><h1>Так</h1></main>`), "#b, which is not there"},
			"no alt":             {sound(`<main><h1>Так</h1><img src="data:,"></main>`), "without alt"},
			"a nameless frame":   {sound(`<main><h1>Так</h1><iframe srcdoc="так"></iframe></main>`), "a frame without a title"},
			"a suggestion":       {sound(`<main><h1>Так</h1><input placeholder="Ім’я"></main>`), "has no label"},
			"a form's role":      {sound(`<main><h1>Так</h1><div role="form"></div></main>`), "a form without a name"},
			"a region's role":    {sound(`<main><h1>Так</h1><div role="region" aria-label=" "></div></main>`), "a region without a name"},
			"a plain form":       {sound(`<main><h1>Так</h1><form><label>Ім’я <input></label></form><section><p>Так</p></section></main>`), ""},
			"a silent log":       {sound(`<main><h1>Так</h1><div role="log" aria-live="off" aria-label="Розмова"></div></main>`), "keeps silent"},
			"inline script":      {sound(`<main><h1>Так</h1></main><script>1</script>`), "the answer has an inline script"},
			"a grown script":     {sound(`<main><h1>Так</h1></main><script src="/grow.js"></script>`), "the page has an inline script"},
			"inline style":       {sound(`<main><h1 style="color:#000">Так</h1></main>`), "the answer has a style on h1"},
			"inline stylesheet":  {sound(`<main><style>p {color: #000}</style><h1>Так</h1></main>`), "an inline stylesheet"},
			"on click":           {sound(`<main><h1 onclick="1">Так</h1></main>`), "has onclick on h1"},
			"javascript address": {sound(`<main><h1>Так</h1><a href=" javascript:1">Так</a></main>`), "a javascript: address"},
			"data is no code":    {sound(`<main><h1>Так</h1><script type="application/json">{"a": 1}</script></main>`), ""},
		}},
		"weight": {func(p *tab) []string { _, _, faults := p.weight(); return faults }, map[string]struct{ page, want string }{
			"light":          {sound(`<p>Так</p>`), ""},
			"a heavy page":   {sound(`<p>` + strings.Repeat("x", 100_000) + `</p>`), "bytes on the wire"},
			"a heavy script": {sound(`<script src="/heavy.js"></script>`), "bytes on the wire"},
		}},
	}
	p := b.guest(t, view{width: 320, height: 568}).blank()
	defer p.close()
	for kind, k := range kinds {
		pages := map[string]string{
			"/heavy.js": "// " + strings.Repeat("x", 100_000),
			"/grow.js":  "const s = document.createElement('script'); s.textContent = '1'; document.body.append(s);",
		}
		for name, tt := range k.pages {
			pages["/"+strings.ReplaceAll(name, " ", "-")] = tt.page
		}
		url := little(t, "", pages)
		for name, tt := range k.pages {
			t.Run(kind+"/"+name, func(t *testing.T) {
				p.t = t
				p.to(url + "/" + strings.ReplaceAll(name, " ", "-"))
				wantFault(t, k.find(p), tt.want)
			})
		}
	}
	t.Run("contrast in the dark", func(t *testing.T) {
		p.t = t
		p.look(view{dark: true})
		p.to(little(t, "", map[string]string{"/": styled(`:root {color-scheme: light dark} p {color: light-dark(#000, #333)}`, `<p>Текст</p>`)}))
		wantFault(t, p.contrast(), "#333333 on #121212")
	})
}

// policyCanFail needs no browser.
func policyCanFail(t *testing.T, _ *chromium) {
	const strict = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	for name, tt := range map[string]struct{ policy, want string }{
		"strict":        {strict, ""},
		"none":          {"", "no Content-Security-Policy"},
		"inline script": {strings.Replace(strict, "script-src 'self'", "script-src 'self' 'unsafe-inline'", 1), "lets script-src be 'unsafe-inline'"},
		"inline style":  {strings.Replace(strict, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1), "lets style-src be 'unsafe-inline'"},
		"eval":          {strings.Replace(strict, "script-src 'self'", "script-src 'self' 'unsafe-eval'", 1), "lets script-src be 'unsafe-eval'"},
		"anywhere":      {strings.Replace(strict, "script-src 'self'", "script-src *", 1), "lets script-src be *"},
		"no default":    {strings.Replace(strict, "default-src 'none'; ", "", 1), "leaves object-src open"},
		"framed by all": {strings.Replace(strict, "; frame-ancestors 'none'", "", 1), "leaves frame-ancestors open"},
	} {
		t.Run(name, func(t *testing.T) {
			wantFault(t, policyFaults(map[string]string{
				"content-security-policy": tt.policy, "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
				"cross-origin-opener-policy": "same-origin",
			}), tt.want)
		})
	}
	const nosniff, referrer, opener = "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"
	for missing, want := range map[string]string{nosniff: "nosniff", referrer: "Referrer-Policy", opener: "Cross-Origin-Opener-Policy"} {
		headers := map[string]string{"content-security-policy": strict, nosniff: "nosniff", referrer: "no-referrer", opener: "same-origin"}
		delete(headers, missing)
		wantFault(t, policyFaults(headers), want)
	}
}
