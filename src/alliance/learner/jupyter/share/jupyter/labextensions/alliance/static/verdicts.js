// Give the boxes of `check` dark colours in dark themes: their own are pale, which glares there.
const LOOKS = {
  success: ['#d3eed7', '#16371d', '#3f8f4c'],
  danger: ['#fbdadd', '#471a1f', '#b04a55'],
  info: ['#d6e8f8', '#12314a', '#4680ad'],
  recorded: ['#e6dbf5', '#2f1f47', '#8a6fb3'],
  warning: ['#fbeac0', '#3f3008', '#a8842f'],
};

export function activate() {
  const style = document.createElement('style');
  style.textContent = Object.entries(LOOKS)
    .map(
      ([kind, [text, ground, edge]]) =>
        `body[data-jp-theme-light="false"] .jp-OutputArea-output .alert.alert-${kind} {` +
        ` color: ${text} !important; background: ${ground} !important; border-color: ${edge} !important; }`
    )
    .join('\n');
  document.head.append(style);
}
