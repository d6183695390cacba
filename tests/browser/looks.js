// What must hold of every page, each found by name: what is wrong, or nothing.
({
contrast: () => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const rgba = (color) => {
    if (!known.has(color)) known.set(color, measured(color));
    return known.get(color);
  };
  const measured = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((each, i) => each * top[3] + below[i] * (1 - top[3]));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, each) => over(each, below), [255, 255, 255]);
  };
  const light = (color) => {
    const [r, g, b] = color.map((each) => each / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({visibilityProperty: true}) || element.closest(".unseen, .skip, option")) continue;
    const style = getComputedStyle(element), below = behind(element);
    const one = light(over(rgba(style.color), below)), other = light(below);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return faults;
},
nameless: () => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a, summary")]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.labels?.length || each.getAttribute("aria-label") || each.innerText?.trim()))
  .map((each) => each.outerHTML.slice(0, 80)),
double: () => { const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  return ids.filter((each, i) => ids.indexOf(each) !== i); },
small: () => [...document.querySelectorAll("button, select, input:not([type=hidden]), .option")]
  .filter((each) => each.checkVisibility())
  .filter((each) => { const box = each.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
  .filter((each) => !each.closest("label"))
  .map((each) => each.outerHTML.slice(0, 80)),
wide: () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
})
