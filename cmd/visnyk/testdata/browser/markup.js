// The bones of a page, as a screen reader and the policy need them. What was
// sent is judged beside what it became.

const faults = [];

if (document.documentElement.lang !== lang) faults.push(`the page says it is in «${document.documentElement.lang}», not in ${lang}`);
if (!tidy(document.title)) faults.push('the page has no title');

const all = [...elements()];
const visible = all.filter(el => el.checkVisibility({visibilityProperty: true}));
const mains = visible.filter(el => el.matches('main, [role=main]'));
if (mains.length !== 1) faults.push(`${mains.length} main landmarks`);

// Their names come from the author alone.
for (const el of visible.filter(el => el.matches('[role=form], [role=region]')))
	if (!['aria-label', 'aria-labelledby', 'title'].some(name => tidy(el.getAttribute(name))))
		faults.push(`a ${el.getAttribute('role')} without a name`);

const level = el => +(el.getAttribute('aria-level') || el.localName[1]);
const headings = visible.filter(el => el.matches('h1, h2, h3, h4, h5, h6, [role=heading]'));
if (headings.filter(h => level(h) === 1).length !== 1) faults.push(`${headings.filter(h => level(h) === 1).length} headings of the first level`);
headings.forEach((h, i) => {
	if (!tidy(h.textContent)) faults.push(`an empty heading: ${describe(h)}`);
	if (i && level(h) > level(headings[i - 1]) + 1) faults.push(`${describe(h)} skips a level`);
});

const ids = new Map();
for (const el of all) {
	if (el.id) {
		const key = el.getRootNode() === document ? el.id : describe(el.getRootNode().host) + el.id;
		if (ids.has(key)) faults.push(`two elements are #${el.id}`);
		ids.set(key, el);
	}
	for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'for'])
		for (const id of (el.getAttribute(name) || '').split(/\s+/).filter(Boolean))
			if (!el.getRootNode().getElementById(id)) faults.push(`${describe(el)} names #${id}, which is not there`);
	if (el.matches('img:not([alt])')) faults.push(`an image without alt: ${el.outerHTML.slice(0, 80)}`);
	if (el.matches('iframe') && !tidy(el.title)) faults.push('a frame without a title');
	if (el.matches('[role=log]') && ['off'].includes(el.getAttribute('aria-live'))) faults.push(`${describe(el)} is a log that keeps silent`);
	if (el.matches('input:not([type=hidden], [type=submit], [type=button]), textarea, select') && shown(el) &&
		!el.labels?.length && !el.getAttribute('aria-label') && !el.getAttribute('aria-labelledby') && !el.title)
		faults.push(`${describe(el)} has no label; a suggestion is none`);
	if (el.tabIndex > 0) faults.push(`${describe(el)} jumps the queue: tabindex ${el.tabIndex}`);
}

const policy = (root, where) => {
	for (const el of root.querySelectorAll('*')) {
		if (el.localName === 'script' && !el.src && !/json|^speculationrules$/.test(el.type) && tidy(el.textContent)) faults.push(`${where} has an inline script`);
		for (const a of el.attributes) {
			if (/^on/.test(a.name)) faults.push(`${where} has ${a.name} on ${el.localName}`);
			if (/^\s*javascript:/i.test(a.value)) faults.push(`${where} has a javascript: address on ${el.localName}`);
		}
		if (where === 'the answer' && el.localName === 'style') faults.push('the answer has an inline stylesheet');
		if (where === 'the answer' && el.hasAttribute('style')) faults.push(`the answer has a style on ${el.localName}`);
	}
};
policy(document, 'the page');
policy(new DOMParser().parseFromString(sent, 'text/html'), 'the answer');

return faults;
