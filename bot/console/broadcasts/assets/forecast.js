/** The forecast: its numbers are counted once the page stands, and come beside the button. */

const form = document.getElementById('foresee');

async function foresee() {
  const numbers = document.getElementById('numbers');
  numbers.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(), headers: { Accept: 'text/html' } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    numbers.replaceChildren(...page.getElementById('numbers').childNodes);
    const told = page.querySelector('[data-told]')?.textContent ?? '';
    for (const span of document.querySelectorAll('[data-told]')) span.textContent = told;
  } catch { /* the connection is away: the button is still there */ } finally {
    numbers.removeAttribute('aria-busy');
  }
}

if (form) foresee();
