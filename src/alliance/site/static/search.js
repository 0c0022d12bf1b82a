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

// What Sphinx says of no result speaks of categories, which there are none of; what is not searched, it cannot know.
Documentation.TRANSLATIONS[
  "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories."
] = "No page has all of these words. Try fewer words, or another spelling. The solved exercises are not searched.";
