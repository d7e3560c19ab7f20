"""What a browser is asked about a page, as the scripts that it runs."""

UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"

TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.unseen'))
  .map((each) => `${each.tagName}.${each.getAttribute('class')}: ${each.textContent.slice(0, 60)}`)"""

FOCUSABLE = """() => {
  const all = [...document.querySelectorAll('a[href], summary, input, select, button, [tabindex="0"]')];
  const reachable = all.filter((each) => each.checkVisibility({ visibilityProperty: true }));
  reachable.forEach((each, at) => { each.dataset.at = String(at); });
  return reachable.length;
}"""

FOCUSED = """() => {
  const style = getComputedStyle(document.activeElement);
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return [document.activeElement.dataset.at ?? document.activeElement.tagName, seen];
}"""

# The contrast of WCAG 2.2 for every text that is shown, with what stands behind it.
PALE = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const channel = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('script, style, .unseen, .skip') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const [one, other] = [light(numbers(drawn ? style.fill : style.color)), light(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    texts += 1;
    if (contrast < 4.5) pale.push(`${contrast.toFixed(2)} ${element.className} ${node.data.slice(0, 40)}`);
  }
  return [texts, pale];
}"""

# Cells of rows that are blocks: whatever is in them stands beside the name of the column, not below it.
ASTRAY = """() => [...document.querySelectorAll('.rows td *')]
  .filter((each) => each.checkVisibility() && each.tagName !== 'WBR')
  .filter((each) => each.getBoundingClientRect().left < each.closest('table').getBoundingClientRect().left + 120)
  .map((each) => each.textContent)"""

# Of these elements those whose text takes more than one line.
BROKEN = """(which) => [...document.querySelectorAll(which)].filter((each) => {
  const range = document.createRange();
  range.selectNodeContents(each);
  return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1;
}).map((each) => each.textContent)"""

FOLDED = """() => [...document.querySelectorAll('.places li, .rows td[data-label], .notice li')]
  .filter((each) => !each.checkVisibility({ contentVisibilityAuto: true }) || !each.getClientRects().length)
  .map((each) => each.textContent.slice(0, 60))"""

LEVELS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter((each) => each.checkVisibility())
  .map((each) => Number(each.tagName[1]))"""
