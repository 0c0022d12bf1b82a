// Sphinx drops numbers from what is searched for. In a course about numbers, keep them (the index has them, too).
const parseWords = Search._parseQuery;
Search._parseQuery = (query) => {
  const parsed = parseWords(query);
  const [, words, , highlighted] = parsed;
  for (const part of splitQuery(query.trim())) {
    if (/^\d+$/.test(part)) {
      words.add(part);
      highlighted.add(part);
    }
  }
  return parsed;
};
