// Nothing has to be scrolled sideways, nothing is cut off or out of reach at the
// side, and what is pressed is large enough to be hit.

const faults = [];
const wide = document.documentElement.clientWidth;
const page = document.scrollingElement;

if (innerWidth !== width) faults.push(`the page is laid out ${innerWidth} px wide in a window of ${width} px`);
if (page.scrollWidth > wide) faults.push(`the page is ${page.scrollWidth} px wide in a window of ${wide} px`);

const scrolls = el => /auto|scroll/.test(getComputedStyle(el).overflowX);

for (const el of elements()) {
	if (!shown(el) || inside(el, 'svg')?.localName === 'svg' && el.localName !== 'svg') continue;
	const box = el.getBoundingClientRect();
	const style = getComputedStyle(el);
	let scroller = null;
	for (const a of ancestors(parent(el))) if (a !== page && a !== document.body && scrolls(a)) { scroller = a; break; }
	if (!scroller && (box.right > wide + 1 || box.left < -1))
		faults.push(`${describe(el)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} px of ${wide}`);
	const cuts = ['hidden', 'clip'].includes(style.overflowX) && el.scrollWidth > el.clientWidth + 1;
	if (cuts && tidy(el.textContent) && !(style.textOverflow === 'ellipsis' && (el.title || inside(el, '[title]'))))
		faults.push(`${describe(el)} is cut off: ${el.scrollWidth} px in ${el.clientWidth}`);
	if (scrolls(el) && el.scrollWidth > el.clientWidth + 1 && !el.matches('input, pre') && !el.querySelector('svg, table, pre')) // drawings and tables may be wide
		faults.push(`${describe(el)} has to be scrolled sideways: ${el.scrollWidth} px in ${el.clientWidth}`);
}

// 24 px; a link inside a sentence is as high as its line.
for (const el of elements()) {
	if (!usable(el)) continue;
	const style = getComputedStyle(el);
	if (style.display === 'inline' && tidy(parent(el).textContent) !== tidy(el.textContent)) continue;
	const boxes = [el, ...(el.labels || [])].map(e => e.getBoundingClientRect());
	if (!boxes.some(b => Math.min(b.width, b.height) >= 24)) {
		const b = boxes[0];
		faults.push(`${describe(el)} is ${Math.round(b.width)}×${Math.round(b.height)} px, too small to hit`);
	}
}

return faults;
