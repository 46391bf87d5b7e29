/** Draws what lines say. Texts become text nodes and nothing else. */

import { say, size, word } from './say.js';
import { askAs } from './visitor.js';

/** @param {string} tag @param {string} [name] its class @param {...(Node | string)} inside */
export function make(tag, name = '', ...inside) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...inside);
  return node;
}

/** @param {string} key @param {string} name */
export function worded(key, name) {
  const node = make('span', name);
  word(node, key);
  return node;
}

/** A link that opens beside us; null where the address is none to open. */
function link(href, schemes, ...inside) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  if (!schemes.includes(url.protocol)) return null;
  const node = make('a', '', ...inside);
  node.href = url.href;
  node.target = '_blank';
  node.rel = 'noopener noreferrer';
  return node;
}

const web = ['http:', 'https:'];

function span({ t = '', m = '', href }) {
  let node = document.createTextNode(t);
  for (const [letter, tag] of [['c', 'code'], ['s', 's'], ['i', 'em'], ['b', 'strong']]) {
    if (m.includes(letter)) node = make(tag, '', node);
  }
  return (href && link(href, [...web, 'tel:', 'mailto:'], node)) || node;
}

/** @param {object[]} blocks @returns {Node[]} */
export function paragraphs(blocks = []) {
  const nodes = [];
  for (const { kind, depth = 0, marker = '', spans = [] } of blocks) {
    const inside = spans.map(span);
    if (kind === 'li') {
      let list = nodes.at(-1);
      if (list?.tagName !== 'UL') {
        list = make('ul');
        list.setAttribute('role', 'list'); // some readers drop it where there are no bullets
        nodes.push(list);
      }
      list.append(make('li', `depth-${Math.min(depth, 3)}`, make('span', 'marker', marker), make('span', '', ...inside)));
    } else if (kind === 'quote') {
      nodes.push(make('blockquote', '', marker ? `${marker} ` : '', ...inside));
    } else if (kind === 'code') {
      nodes.push(make('pre', '', ...inside));
    } else {
      nodes.push(make('p', kind === 'h' ? 'heading' : '', ...inside));
    }
  }
  return nodes;
}

/** A picture or a file of the service, by its address, or one of this chat by its id. */
export function media({ kind, url, name, file: id, type, size: bytes, alt }) {
  if (id) return file({ id, name, type, size: bytes, alt });
  if (kind !== 'photo') return link(url, web, name || url) ?? make('span');
  const image = make('img');
  image.src = url;
  image.alt = alt || name || say('picture');
  image.loading = 'lazy';
  return link(url, ['https:'], image) ?? make('span');
}

/** What chooses a language: the page follows it. @param {object} button @returns {string} "" for another one */
export const chooses = ({ action = '' }) => /^lang\.(uk|ru)$/.exec(action)?.[1] ?? '';

/** The buttons of a line; languages offered beside them stand in the bar already. @param {object[][]} rows @param {(button: object, node: HTMLElement) => void} press */
export function buttons(rows, press) {
  const box = make('div', 'buttons');
  for (const [at, row] of rows.entries()) {
    if (at > 0 && row.every(chooses)) continue;
    const group = make('div', 'row');
    for (const one of row) {
      if (one.url) {
        const open = link(one.url, web, one.label);
        if (open) group.append(open);
        continue;
      }
      const node = make('button', '', one.label);
      node.type = 'button';
      if (one.action) node.dataset.action = one.action;
      node.addEventListener('click', () => {
        if (node.getAttribute('aria-disabled') !== 'true') press(one, node);
      });
      group.append(node);
    }
    if (group.childElementCount) box.append(group);
  }
  return box;
}

/** A file that the visitor sent. One that does not come is told of with the event "undelivered". */
export function file({ id, name, type, size: bytes, alt }, bytesOf) {
  const take = async () => bytesOf ?? (await askAs('GET', `/chat/files/${id}`, { seconds: 120 })).blob();
  const node = make('button', 'file', make('span', 'name', name), make('span', 'size', size(bytes)));
  node.type = 'button';
  const label = worded('download', 'sr');
  node.prepend(label);
  node.addEventListener('click', async () => {
    let blob;
    try {
      blob = await take();
    } catch (refusal) {
      node.dispatchEvent(new CustomEvent('undelivered', { bubbles: true, detail: refusal }));
      return;
    }
    const url = URL.createObjectURL(blob);
    const anchor = make('a');
    anchor.href = url;
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
  if (/^image\/(png|jpeg|gif|webp)$/.test(type)) {
    take().then((blob) => {
      const image = make('img');
      image.alt = alt || name;
      image.onload = () => URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(new Blob([blob], { type }));
      node.prepend(image);
    }).catch(() => {}); // the name stands there
  }
  return node;
}
