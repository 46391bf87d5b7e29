/** The page's words, in the language of the page. */

import words from './words.js';
import * as store from './store.js';

const html = document.documentElement;

/** The language that the visitor chose here, or the first of theirs that is ours. */
function first() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = [store.get('language'), asked, ...(navigator.languages ?? [navigator.language])];
  for (const tag of wanted) {
    const main = String(tag ?? '').toLowerCase().split('-')[0];
    if (main in words) return main;
  }
  return html.lang;
}

/** @returns {string} the page's language: "uk" or "ru" */
export const language = () => html.lang;

/** Whose chat it is, where that is known: the title in each language. */
const companies = { uk: html.dataset.companyUk, ru: html.dataset.companyRu };

/** @param {string} key @returns {string} */
export const say = (key) => (key === 'title' && companies[html.lang]) || (words[html.lang]?.[key] ?? '');

/** What a language calls itself. @param {string} language @returns {string} */
export const nameOf = (language) => words[language].name;

/** Writes a word that follows the language. @param {Element} node @param {string} key */
export function word(node, key) {
  node.dataset.word = key;
  node.textContent = say(key);
}

/** Puts the page into the language. @param {string} language */
export function speak(language = first()) {
  html.lang = language;
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = say(node.dataset.word);
  for (const node of document.querySelectorAll('[data-word-label]')) node.setAttribute('aria-label', say(node.dataset.wordLabel));
  for (const node of document.querySelectorAll('[data-word-title]')) node.title = say(node.dataset.wordTitle);
  for (const node of document.querySelectorAll('[data-word-placeholder]')) node.placeholder = say(node.dataset.wordPlaceholder);
  for (const node of document.querySelectorAll('[data-day]')) node.textContent = day(Number(node.dataset.day));
  for (const code of Object.keys(words)) {
    document.getElementById(`language-${code}`)?.setAttribute('aria-pressed', String(code === language));
  }
}

/** A size as people read it. @param {number} bytes */
export const size = (bytes) => {
  const [n, unit] = bytes < 100_000 ? [Math.ceil(bytes / 1000), 'КБ'] : [bytes / 1_000_000, 'МБ'];
  return `${new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(n)} ${unit}`;
};

/** The clock at a moment, in milliseconds. @param {number} at */
export const clock = (at) => new Intl.DateTimeFormat(language(), { hour: '2-digit', minute: '2-digit' }).format(at);

/** The day of a moment, as people write it. @param {number} at */
export function day(at) {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  if (at >= midnight.getTime()) return say('today');
  if (at >= midnight.getTime() - 86_400_000) return say('yesterday');
  return new Intl.DateTimeFormat(language(), { weekday: 'short', day: 'numeric', month: 'long' }).format(at);
}
