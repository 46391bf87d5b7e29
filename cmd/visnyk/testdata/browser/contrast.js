// Every text that can be seen stands out from what is behind it: 4.5, or 3 when
// it is large. So do the words of fields, typed or suggested.

const faults = [];
settle();

const judge = (el, what, style, x, y) => {
	const size = parseFloat(style.fontSize);
	const need = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700) ? 3 : 4.5;
	const found = worst(el, style.color, behind(el, x, y));
	if (found.picture) faults.push(`${what} stands on a picture: ${found.picture}`);
	else if (found.ratio < need - 0.005) faults.push(`${what}: ${found.colour} on ${found.on} is ${found.ratio.toFixed(2)}, needs ${need}`);
};

const idle = el => inside(el, ':disabled, [aria-disabled=true]');

for (const el of elements()) {
	if (!shown(el) || idle(el) || inside(el, 'svg')) continue;
	for (const node of el.childNodes) {
		if (node.nodeType !== Node.TEXT_NODE || !tidy(node.data)) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		for (const box of [...range.getClientRects()].slice(0, 4)) {
			if (box.width < 1 || box.height < 1) continue;
			judge(el, `«${tidy(node.data).slice(0, 40)}» in ${describe(el)}`, getComputedStyle(el), box.x + box.width / 2, box.y + box.height / 2);
		}
	}
	const box = el.getBoundingClientRect();
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	for (const pseudo of ['::before', '::after']) {
		const style = getComputedStyle(el, pseudo);
		if (/^"[^"]*[\p{L}\p{N}]/u.test(style.content) && style.display !== 'none' && style.visibility === 'visible')
			judge(el, `${pseudo} ${style.content} of ${describe(el)}`, style, x, y);
	}
	if (el.matches('input, textarea')) {
		if (el.value) judge(el, describe(el), getComputedStyle(el), x, y);
		else if (el.placeholder) judge(el, `«${el.placeholder}» suggested in ${describe(el)}`, getComputedStyle(el, '::placeholder'), x, y);
	}
	if (el.matches('select')) judge(el, describe(el), getComputedStyle(el), x, y);
}

// A field shows where it is: by its words, its border or its own colour.
for (const el of elements()) {
	if (!el.matches('input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=submit], [type=button], [type=range]), textarea, select') || !shown(el) || idle(el) || el.value || el.placeholder) continue;
	const style = getComputedStyle(el);
	const box = el.getBoundingClientRect();
	const around = behind(el, box.x + box.width / 2, box.y + box.height / 2).slice(1);
	const sides = ['Top', 'Right', 'Bottom', 'Left'].filter(s => parseFloat(style[`border${s}Width`]) > 0).map(s => style[`border${s}Color`]);
	const edges = [...sides, style.backgroundColor].map(c => worst(el, c, around)).filter(f => !f.picture);
	// What frames it may be its owner's, as around a row of a field and a button.
	const frame = parent(el);
	if (frame && parseFloat(getComputedStyle(frame).borderTopWidth) > 0)
		edges.push(worst(frame, getComputedStyle(frame).borderTopColor, [...ancestors(frame)].slice(1)));
	const best = Math.max(...edges.map(e => e.ratio ?? 0));
	if (best < 3) faults.push(`the edge of ${describe(el)} is ${best.toFixed(2)}, needs 3`);
}

return faults;
