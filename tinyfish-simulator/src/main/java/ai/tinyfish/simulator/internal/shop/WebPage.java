/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.simulator.internal.shop;

import java.util.ArrayList;
import java.util.List;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.Elements;
import org.jsoup.select.NodeVisitor;

/**
 * Page whose content is read: the elements that selectors name, as they are, or else its
 * body without navigation and other parts around the content.
 *
 * @param title its title
 * @param description its description, empty if it has none
 * @param language the code of its language, empty if it has none
 * @param links the absolute addresses of all links
 * @param images the absolute addresses of all images
 * @param matched whether there is an element that the selectors name
 * @param html the content as HTML
 * @param head the head of the page as HTML
 * @param blocks the headings and paragraphs of the content
 */
public record WebPage(String title, String description, String language, List<String> links, List<String> images,
		boolean matched, String html, String head, List<Block> blocks) {

	private static final String AROUND = "header, nav, aside, footer, form, script, style, noscript, template, link, meta";

	/**
	 * Read a page.
	 * @param html the page
	 * @param url its address
	 * @param included the selectors of its content, if there are any
	 * @param excluded the selectors of elements to leave out
	 * @throws IllegalArgumentException if a selector is not valid
	 * @throws IllegalStateException if a selector is not valid
	 */
	public static WebPage of(String html, String url, List<String> included, List<String> excluded) {
		Document page = Jsoup.parse(html, url);
		page.outputSettings().prettyPrint(false);
		List<String> links = page.select("a[href]").eachAttr("abs:href").stream().distinct().toList();
		List<String> images = page.select("img[src]").eachAttr("abs:src").stream().distinct().toList();
		excluded.forEach((selector) -> page.body().select(selector).remove());
		boolean whole = included.isEmpty();
		if (whole) {
			page.body().select(AROUND).remove();
		}
		Elements found = whole ? new Elements(page.body()) : page.select(String.join(", ", included));
		Elements content = new Elements(
				found.stream().filter((element) -> element.parents().stream().noneMatch(found::contains)).toList());
		Blocks blocks = new Blocks();
		for (Element element : content) {
			element.traverse(blocks);
			blocks.end(0);
		}
		return new WebPage(page.title(), page.select("meta[name=description]").attr("content"),
				page.select("html").attr("lang"), links, images, !content.isEmpty(),
				whole ? page.body().html().strip() : content.outerHtml(), page.head().outerHtml(), blocks.found);
	}

	/**
	 * Heading, or another block of text.
	 *
	 * @param level the level of the heading, or 0
	 * @param text the text in one line
	 */
	public record Block(int level, String text) {

		/**
		 * Return the block as a line of Markdown.
		 */
		public String markdown() {
			return ("#".repeat(this.level) + " " + this.text).strip() + "\n";
		}

	}

	private static final class Blocks implements NodeVisitor {

		private final List<Block> found = new ArrayList<>();

		private final StringBuilder text = new StringBuilder();

		@Override
		public void head(Node node, int depth) {
			if (node instanceof TextNode part) {
				this.text.append(part.getWholeText());
			}
			else if (node instanceof Element element && (element.isBlock() || element.nameIs("br"))) {
				end(0);
				this.text.append(element.nameIs("li") ? "- " : "");
			}
		}

		@Override
		public void tail(Node node, int depth) {
			if (node instanceof Element element && element.isBlock()) {
				end(element.normalName().matches("h[1-6]") ? element.normalName().charAt(1) - '0' : 0);
			}
		}

		private void end(int level) {
			String line = this.text.toString().replaceAll("\\s+", " ").strip();
			if (!line.isEmpty() && !line.equals("-")) {
				this.found.add(new Block(level, line));
			}
			this.text.setLength(0);
		}

	}

}
