// What the checks share. A check is the body of a function that begins with
// this file and returns a list of faults in words.

const tidy = text => (text || '').replace(/\s+/g, ' ').trim();

const describe = el => {
	let name = el.localName;
	if (el.id) name += '#' + el.id;
	for (const c of el.classList) name += '.' + c;
	const text = tidy(el.getAttribute('aria-label') || el.value || el.textContent).slice(0, 40);
	return text ? `${name} «${text}»` : name;
};

// Open shadow trees belong to the page.
function* elements(root = document) {
	for (const el of root.querySelectorAll('*')) {
		yield el;
		if (el.shadowRoot) yield* elements(el.shadowRoot);
	}
}

const parent = el => el.assignedSlot || el.parentElement || el.getRootNode().host || null;

function* ancestors(el) {
	for (; el; el = parent(el)) yield el;
}

const inside = (el, selector) => {
	for (const a of ancestors(el)) if (a.matches(selector)) return a;
	return null;
};

// What was found out of an element once; nothing moves while a check runs.
const once = f => {
	const known = new Map();
	return el => {
		if (!known.has(el)) known.set(el, f(el));
		return known.get(el);
	};
};

// For ears only: cut to nothing, or moved out of the way as skip links are.
const unseen = once(el => {
	const style = getComputedStyle(el);
	const box = el.getBoundingClientRect();
	if (/inset\((50|100)%/.test(style.clipPath)) return true;
	if (style.position === 'absolute' && /^rect\((0px|1px)/.test(style.clip)) return true;
	if (box.width <= 1 && box.height <= 1 && style.overflow !== 'visible') return true;
	const above = parent(el);
	return Boolean(above) && unseen(above);
});

const shown = el => {
	const box = el.getBoundingClientRect();
	return box.width > 0 && box.height > 0 && el.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !unseen(el);
};

const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls], ' +
	'[contenteditable]:not([contenteditable=false]), [tabindex]:not([tabindex^="-"]), ' +
	['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'option', 'slider', 'textbox', 'combobox'].map(r => `[role=${r}]`).join();

// Ends what moves or fades now; what never ends stops.
const settle = () => { for (const a of document.getAnimations()) try { a.finish(); } catch { a.cancel(); } };

const modal = () => document.querySelector('dialog:modal');

// What a person could use now.
const usable = el => el.matches(controls) && !el.matches(':disabled, [aria-disabled=true]') && shown(el) && !inside(el, '[inert]') &&
	(!modal() || modal().contains(el));

// Colours are [red, green, blue, alpha], the first three to 255.
const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
const parseColour = text => {
	const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
	if (plain) return [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]];
	canvas.clearRect(0, 0, 1, 1);
	canvas.fillStyle = text;
	canvas.fillRect(0, 0, 1, 1);
	const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
	return [r, g, b, a / 255];
};

const over = (top, below) => {
	const a = top[3] + below[3] * (1 - top[3]);
	if (a === 0) return [0, 0, 0, 0];
	return [0, 1, 2].map(i => (top[i] * top[3] + below[i] * below[3] * (1 - top[3])) / a).concat(a);
};

const luminance = c => {
	const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a, b) => {
	const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (light + 0.05) / (dark + 0.05);
};

const hex = c => '#' + c.slice(0, 3).map(v => Math.round(v).toString(16).padStart(2, '0')).join('');

// What stands behind an element at a point, the element first. Out of sight
// nobody can be asked, so there it is the ancestors.
const behind = (el, x, y) => {
	const stack = [];
	const look = root => {
		for (const hit of root.elementsFromPoint(x, y)) {
			if (hit.shadowRoot && hit.shadowRoot !== root) look(hit.shadowRoot);
			if (!stack.includes(hit)) stack.push(hit);
		}
	};
	look(document);
	const at = stack.indexOf(el);
	return at >= 0 ? stack.slice(at) : [...ancestors(el)];
};

const sheet = () => { // what is under the page itself
	const scheme = getComputedStyle(document.documentElement).colorScheme;
	const dark = scheme.includes('dark') && (!scheme.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches);
	return dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
};

// The colours an element may paint under what it holds: one, or each stop of a
// gradient; null for a picture.
const paints = once(el => {
	const style = getComputedStyle(el);
	const flat = parseColour(style.backgroundColor);
	if (style.backgroundImage === 'none') return [flat];
	if (style.backgroundImage.includes('url(')) return null;
	const stops = style.backgroundImage.match(/(rgba?|color|oklch|oklab|lab|lch|hsl)\([^()]*\)/g) || [];
	return stops.map(s => over(parseColour(s), flat));
});

const opacities = once(el => [...ancestors(el)].reverse().filter(a => getComputedStyle(a).opacity !== '1'));

// Paints layers, the lowest first, over a backdrop. Everything under one
// see-through ancestor is painted together and then fades together.
const paint = (layers, backdrop, depth = 0) => {
	let result = backdrop;
	for (let i = 0; i < layers.length;) {
		const group = layers[i].groups[depth];
		if (!group) {
			result = over(layers[i].colour, result);
			i++;
			continue;
		}
		let end = i;
		while (end < layers.length && layers[end].groups[depth] === group) end++;
		const together = paint(layers.slice(i, end), [0, 0, 0, 0], depth + 1);
		result = over([...together.slice(0, 3), together[3] * parseFloat(getComputedStyle(group).opacity)], result);
		i = end;
	}
	return result;
};

// The worst contrast of a colour of an element with what is behind it there:
// {ratio, on, colour}, or {picture} when a picture is behind.
const worst = (el, colour, stack) => {
	let all = [[]]; // ways the layers may turn out
	for (const below of stack) {
		const colours = paints(below);
		if (!colours) return {picture: describe(below)};
		all = all.flatMap(way => colours.map(c => [{colour: c, groups: opacities(below)}, ...way])).slice(0, 64);
		if (colours.every(c => c[3] === 1) && opacities(below).length === 0) break;
	}
	const self = {colour: parseColour(colour), groups: opacities(el)};
	return all.map(layers => {
		const on = paint(layers, sheet());
		const text = paint([...layers, self], sheet());
		return {ratio: contrast(text, on), on: hex(on), colour: hex(text)};
	}).reduce((a, b) => a.ratio <= b.ratio ? a : b);
};
