// Prepares a walk with the Tab key: remembers every control and how it looks
// while the keyboard is elsewhere, and puts the keyboard before the first one.
// The page gets one global, which a step reads.

const grouped = el => inside(el, '[role=tablist], [role=menu], [role=menubar], [role=listbox], [role=radiogroup], [role=grid], [role=toolbar]');

const properties = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'backgroundColor', 'backgroundImage', 'borderTopColor',
	'borderTopWidth', 'borderTopStyle', 'borderBottomColor', 'borderBottomWidth', 'color', 'textDecorationLine', 'transform', 'filter'];
const looks = el => {
	const parts = [];
	const add = style => parts.push(properties.map(p => style[p]).join('|'));
	let a = el;
	for (let i = 0; i < 3 && a; i++, a = parent(a)) add(getComputedStyle(a));
	for (const l of el.labels || []) add(getComputedStyle(l));
	add(getComputedStyle(el, '::before'));
	add(getComputedStyle(el, '::after'));
	return parts.join('\n');
};

const active = () => {
	let el = document.activeElement;
	while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
	return el;
};

active()?.blur();
settle();
const list = [...elements()].filter(usable).filter(el => {
	if (el.matches('[type=radio]') && el.name) { // the arrows move within a group
		const group = [...(el.form || document).querySelectorAll(`[type=radio][name="${CSS.escape(el.name)}"]`)];
		return el === (group.find(r => r.checked) || group[0]);
	}
	return !(el.tabIndex < 0 && grouped(el) && [...grouped(el).querySelectorAll('*')].some(m => m.tabIndex >= 0));
});
const before = new Map(list.map(el => [el, looks(el)]));

const start = document.createElement('span');
start.tabIndex = -1;
document.body.prepend(start);
start.focus({preventScroll: true});
start.remove();

const indicated = el => {
	settle();
	if (looks(el) === before.get(el)) return `${describe(el)} does not show that the keyboard is on it`;
	const style = getComputedStyle(el);
	if (style.outlineStyle === 'none' || style.outlineStyle === 'auto' || parseFloat(style.outlineWidth) === 0) return '';
	const box = el.getBoundingClientRect();
	const found = worst(el, style.outlineColor, [...ancestors(parent(el))]);
	return !found.picture && found.ratio < 2.995 && parseFloat(style.outlineOffset) >= 0 ? `the ring around ${describe(el)} is ${found.ratio.toFixed(2)}, needs 3` : '';
};

const reachable = el => { // seen where the keyboard is
	const box = el.getBoundingClientRect();
	const [x, y] = [box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, innerHeight) / 2];
	if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `${describe(el)} is off the window when the keyboard is on it: ${Math.round(x)},${Math.round(y)} of ${innerWidth}x${innerHeight}`;
	const stack = behind(el, x, y);
	const [hit] = document.elementsFromPoint(x, y);
	if (hit && !stack.includes(hit) && !el.contains(hit) && !hit.shadowRoot && !hit.contains(el)) return `${describe(el)} is under ${describe(hit)} when the keyboard is on it`;
	return '';
};

globalThis[Symbol.for('walk')] = () => {
	const el = active();
	if (!el || el === document.body || el === document.documentElement) return {At: -1, Who: ''};
	if (el.localName === 'iframe') return {At: -2, Who: describe(el)};
	const at = list.indexOf(el);
	const faults = at < 0 ? [] : [indicated(el), reachable(el)].filter(Boolean);
	return {At: at, Who: describe(el), Faults: faults};
};
globalThis[Symbol.for('walk')].whole = () => list.every(el => el.isConnected);

// What only a mouse can do: it has the hand over it, and is no control.
const mouseOnly = [...elements()].filter(el => shown(el) && getComputedStyle(el).cursor === 'pointer' && !inside(el, controls) && !inside(el, 'label') &&
	!el.querySelector(controls) && (!parent(el) || getComputedStyle(parent(el)).cursor !== 'pointer')).map(describe);

return {Controls: list.map(describe), Ordered: list.map((el, i) => !i || el.getRootNode() !== list[i - 1].getRootNode() ||
	Boolean(list[i - 1].compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING)), MouseOnly: mouseOnly};
