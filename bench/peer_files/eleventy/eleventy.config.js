export default function (config) {
  config.addPassthroughCopy("**/*.png");
  config.addCollection("posts", (all) => all.getFilteredByGlob("**/posts/*.md").sort((a, b) => b.date - a.date));
  config.addFilter("first", (list, count) => list.slice(0, count));
  config.setFrontMatterParsingOptions({ language: "yaml" });
}
