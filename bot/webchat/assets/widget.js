// The chat on any site:  <script src="https://bot.example.com/chat/widget.js" async></script>
// A button and a frame in a shadow tree, so that the site's styles and ours never meet.
((words, style) => {
  const script = document.currentScript;
  if (!script || document.getElementById('visnyk-chat')) return;
  const chat = new URL(script.src).origin;
  const site = location.origin;
  const wish = [script.dataset.lang, document.documentElement.lang, navigator.language]
    .map((tag) => String(tag || '').toLowerCase().split('-')[0]).find((tag) => tag in words) || 'uk';
  const say = words[wish];

  const host = document.createElement('div');
  host.id = 'visnyk-chat';
  const root = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; color-scheme: light dark; --accent: light-dark(#0b6161, #6cc7c1); --on-accent: light-dark(#fff, #10201f); }
    ${style}
    button {
      position: fixed; z-index: 2147483000; right: 16px; bottom: 16px; width: 56px; height: 56px; padding: 0;
      border: 0; border-radius: 50%; cursor: pointer; display: grid; place-items: center;
      color: var(--on-accent); background: var(--accent);
      font: 600 13px/1 system-ui, sans-serif; box-shadow: 0 0 0 1px var(--on-accent);
    }
    button:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; box-shadow: 0 0 0 7px #fff; } /* on any site, light or dark */
    svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
    .count {
      position: absolute; top: -4px; right: -4px; min-width: 24px; padding: 5px 4px; box-sizing: border-box;
      border-radius: 12px; color: #fff; background: #a32a1f; text-align: center;
    }
    iframe {
      position: fixed; z-index: 2147483001; right: 16px; bottom: 84px; border: 1px solid light-dark(#8a857b, #77726a);
      width: min(400px, calc(100vw - 32px)); height: min(640px, calc(100dvh - 100px)); border-radius: 12px;
      background: light-dark(#fbfaf8, #161514);
    }
    @media (max-width: 480px) { iframe { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; } }
    [hidden] { display: none; }
  `);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-expanded', 'false');
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M3 5a2 2 0 012-2h10a2 2 0 012 2v7a2 2 0 01-2 2H9l-4 3v-3a2 2 0 01-2-2z');
  svg.append(path);
  const count = document.createElement('span');
  count.className = 'count';
  count.hidden = true;
  button.append(svg, count);
  root.append(button);

  let frame = null;
  let loaded = false;
  let open = false;
  let unread = 0;

  const name = () => {
    const many = unread ? `. ${say.unread} ${unread}` : '';
    button.setAttribute('aria-label', (open ? say.close : say.open) + many);
    button.title = open ? say.close : say.open;
    count.textContent = String(unread);
    count.hidden = !unread || open;
  };
  const used = (note) => { // a visitor who has talked here hears of news before the chat is opened
    try {
      if (note) localStorage.setItem('visnyk-chat', 'used');
      return localStorage.getItem('visnyk-chat') === 'used';
    } catch {
      return false;
    }
  };
  const tell = (type) => { if (loaded) frame.contentWindow.postMessage({ visnyk: type }, chat); };
  const load = () => {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = say.title;
    frame.hidden = true;
    frame.src = `${chat}/chat?frame=1&lang=${wish}&site=${encodeURIComponent(site)}`
      + (script.dataset.start ? `&start=${encodeURIComponent(script.dataset.start)}` : '');
    frame.addEventListener('load', () => {
      loaded = true;
      tell(open ? 'open' : 'shut');
    });
    root.append(frame);
  };
  const show = (on) => {
    open = on;
    if (on) {
      used(true);
      load();
    }
    if (frame) frame.hidden = !on;
    button.setAttribute('aria-expanded', String(on));
    name();
    tell(on ? 'open' : 'shut');
    if (on) frame.focus();
    else button.focus();
  };

  button.addEventListener('click', () => show(!open));
  addEventListener('message', (event) => {
    if (event.origin !== chat || !frame || event.source !== frame.contentWindow) return;
    if (event.data?.visnyk === 'close') show(false);
    if (event.data?.visnyk === 'unread' && Number.isSafeInteger(event.data.count)) {
      unread = Math.min(Math.max(event.data.count, 0), 99);
      name();
    }
  });
  name();
  document.body.append(host);
  if (used()) load();
})(WORDS, STYLE);
