// The page of the demo: one stream brings pieces as the server has drawn them,
// and forms are sent without leaving the page. Nothing is ever parsed as code:
// pieces are read into a document of their own, which runs nothing, and only
// what differs is carried over.
"use strict";

const root = document.documentElement;
const live = document.getElementById("live");
const problem = document.getElementById("problem");
const parser = new DOMParser();

function say(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

// Carrying over.

const keyOf = (n) => (n.nodeType === 1 ? n.dataset.key || n.id || "" : "");
const alike = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

function patch(old, fresh) {
  if (old.nodeType !== 1) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const a of fresh.attributes) {
    if (old.getAttribute(a.name) !== a.value) old.setAttribute(a.name, a.value);
  }
  for (const a of [...old.attributes]) {
    if (!fresh.hasAttribute(a.name) && a.name !== "open" && a.name !== "data-new") old.removeAttribute(a.name);
  }
  if (old.nodeName !== "TEXTAREA") children(old, fresh);
}

function children(old, fresh) {
  const known = new Map();
  for (const n of old.childNodes) {
    if (keyOf(n)) known.set(keyOf(n), n);
  }
  let at = old.firstChild;
  for (const n of [...fresh.childNodes]) {
    const key = keyOf(n);
    const match = key ? known.get(key) : at && !keyOf(at) ? at : null;
    if (!match || !alike(match, n)) {
      const added = document.importNode(n, true);
      if (added.nodeType === 1) added.dataset.new = ""; // for the eye alone: where it came in
      old.insertBefore(added, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    patch(match, n);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// Showing.

const low = (thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 120;

// down shows the end of a thread, or the beginning of a last message that the
// window is too small for: its title is read first.
function down(thread) {
  thread.scrollTop = thread.scrollHeight;
  const last = thread.querySelector(".bubble:last-of-type");
  if (!last || last.dataset.from !== "bot") return;
  const above = last.getBoundingClientRect().top - thread.getBoundingClientRect().top;
  if (above < 0) thread.scrollTop += above - 8;
}

function show(id, html) {
  const place = document.getElementById(id);
  if (!place) return;
  const thread = place.querySelector(".thread");
  const follow = thread && low(thread);
  const held = place.contains(document.activeElement);
  children(place, parser.parseFromString(html, "text/html").body);
  if (held && document.activeElement === document.body) { // what one was on is gone: go on beside it
    const next = place.querySelector(".keyboard .key") || thread;
    if (next) next.focus({ preventScroll: true });
  }
  if (follow) down(thread);
  if (thread) read(thread);
}

// read tells the messenger that what is before somebody's eyes was read.
function read(thread) {
  if (!thread.dataset.unread || document.hidden || !thread.offsetParent) return;
  send(thread.dataset.read, new URLSearchParams()).catch(() => {});
}

function listen() {
  const stream = new EventSource(root.dataset.stream);
  stream.addEventListener("open", () => connected(true));
  stream.addEventListener("piece", (e) => {
    const piece = JSON.parse(e.data);
    show(piece.id, piece.html);
  });
  stream.addEventListener("error", () => {
    connected(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  });
}

function connected(yes) {
  root.dataset.live = yes ? "on" : "off";
  live.textContent = yes ? live.dataset.linked : live.dataset.broken;
}

// Sending.

const send = (url, body) => fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });

document.addEventListener("submit", async (e) => {
  const form = e.target;
  if ("leave" in form.dataset) return; // a link led here, and the page goes on without it
  e.preventDefault();
  if (form.dataset.busy) return;
  const text = form.querySelector("textarea[name=text]"); // not a button that has its words
  const said = text ? text.value : "";
  const button = e.submitter;
  const url = button && button.hasAttribute("formaction") ? button.formAction : form.action;
  if (text) form.dataset.busy = "yes";
  try {
    const answer = await send(url, new URLSearchParams(new FormData(form, button)));
    say(answer.ok ? "" : (await answer.json()).detail);
    if (answer.ok && text && text.value === said) text.value = "";
  } catch {
    say(problem.dataset.lost);
  } finally {
    delete form.dataset.busy;
  }
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.target.nodeName !== "TEXTAREA") return;
  e.preventDefault();
  e.target.form.requestSubmit(e.target.form.querySelector("button"));
});

document.addEventListener("visibilitychange", () => {
  for (const thread of document.querySelectorAll(".thread")) read(thread);
});

// What is for engineers stays as they left it.
const engineers = document.getElementById("engineers");
const folded = "demo-engineers";
try {
  engineers.open = localStorage.getItem(folded) === "open";
  engineers.addEventListener("toggle", () => localStorage.setItem(folded, engineers.open ? "open" : ""));
} catch {
  // a browser that keeps nothing folds it each time
}

for (const thread of document.querySelectorAll(".thread")) down(thread);
listen();
