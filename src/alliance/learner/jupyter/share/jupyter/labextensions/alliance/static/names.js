// Tell tabs apart: a lesson and its exercise are files of one name in two folders.

const KINDS = { lessons: 'Lesson', exercises: 'Exercise', solutions: 'Solution' };

export function activate(app, tracker) {
  const style = document.createElement('style');
  style.textContent = Object.entries(KINDS)
    .map(([kind, word]) => `.lm-TabBar-tab[data-course=${kind}] .lm-TabBar-tabLabel::before { content: "${word} · "; }`)
    .join('\n');
  document.head.append(style);

  tracker.widgetAdded.connect((_, panel) => {
    // Not in the label itself: a label that is changed renames the file.
    const mark = () => {
      const folder = panel.context.localPath.split('/').at(-2);
      const { course, ...others } = panel.title.dataset;
      panel.title.dataset = folder in KINDS ? { ...others, course: folder } : others;
    };
    mark();
    panel.context.pathChanged.connect(mark);
  });
}
