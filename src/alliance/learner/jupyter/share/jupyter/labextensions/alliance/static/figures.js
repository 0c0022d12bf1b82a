// Give figures the alternative text that stands in their outputs: JupyterLab's own pictures have none.

const LONGEST = 250; // characters that a screen reader reads in one go; the rest can be opened below the figure
const MORE = 'In words below.';

// As the reading site has it (`site/shown/described.py`): the finding, and what kind of chart it is.
export function alternative(description) {
  const words = description.split(/\s+/).join(' ').trim();
  const place = words.lastIndexOf('Finding: ');
  if (place < 0) return words.length <= LONGEST ? words : cut(words);
  const point = words.slice(place + 'Finding: '.length).split(' Source: ')[0];
  const chart = words.slice(0, place).split(' Across: ')[0].trim();
  const whole = [point, chart, MORE].filter(Boolean).join(' ');
  if (whole.length <= LONGEST) return whole;
  return point.length > LONGEST - MORE.length - 3 ? cut(point) : `${point} ${MORE}`;
}

function cut(words) {
  const room = words.slice(0, LONGEST - MORE.length - 3);
  return `${room.slice(0, room.lastIndexOf(' '))} … ${MORE}`;
}

// The words for a picture: its own, or else what Python calls the object that was drawn, as in "Axes: …".
function wordsFor(model, kind) {
  const own = model.metadata?.[kind]?.alt;
  if (own) return alternative(String(own));
  return String(model.data['text/plain'] ?? '').replace(/[<>]/g, '').trim() || 'Picture without a description';
}

export function activate(app, rendermime) {
  for (const kind of ['image/png', 'image/jpeg', 'image/svg+xml']) {
    const usual = rendermime.getFactory(kind);
    if (!usual) continue;
    rendermime.addFactory({
      safe: usual.safe,
      mimeTypes: [kind],
      defaultRank: usual.defaultRank,
      createRenderer: (options) => {
        const renderer = usual.createRenderer(options);
        const render = renderer.renderModel.bind(renderer);
        renderer.renderModel = async (model) => {
          await render(model);
          const picture = renderer.node.querySelector('img');
          if (picture) picture.alt = wordsFor(model, kind);
        };
        return renderer;
      },
    });
  }
}
