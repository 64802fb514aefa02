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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The documents of the project, with their code, links and anchors.
 */
final class Documents {

	static final Path ROOT = Path.of("..");

	static final Path README = ROOT.resolve("README.md");

	static final Path PAGES = ROOT.resolve("docs");

	private static final String FENCED = "(?ms)^```.*?^```$";

	private static final String INLINE = "`[^`\\n]+`";

	private static final String HEADING = "(?m)^#{1,6} (.+)$";

	private Documents() {
	}

	/**
	 * Return all documents: those of the project, those of the modules, and the pages.
	 */
	static List<Path> all() throws IOException {
		List<Path> documents = new ArrayList<>();
		try (Stream<Path> files = Files.list(ROOT)) {
			files.map((file) -> Files.isDirectory(file) ? file.resolve("README.md") : file)
				.filter((file) -> file.toString().endsWith(".md") && Files.exists(file))
				.sorted()
				.forEach(documents::add);
		}
		documents.addAll(pages());
		return documents;
	}

	/**
	 * Return the pages: all texts below {@code docs}.
	 */
	static List<Path> pages() throws IOException {
		try (Stream<Path> files = Files.walk(PAGES)) {
			return files.filter((file) -> file.toString().matches(".*\\.(md|txt)")).sorted().toList();
		}
	}

	/**
	 * Return the pages of the recipes.
	 */
	static List<Path> recipes() throws IOException {
		return pages().stream().filter((page) -> page.startsWith(PAGES.resolve("recipes"))).toList();
	}

	static List<String> blocks(Path document, String language) throws IOException {
		return find(Files.readString(document), "(?ms)^```" + language + "\\n(.*?)^```$");
	}

	/**
	 * Return the targets of the links in a text that lead into the project.
	 */
	static List<String> links(String text) {
		return find(withoutCode(text), "(?<!!)\\[[^\\]\\n]*\\]\\((?![a-z]+:)([^)\\s]+)\\)");
	}

	/**
	 * Return the anchors of a document, as GitHub makes them of its headings.
	 */
	static Set<String> anchors(Path document) throws IOException {
		Set<String> anchors = new HashSet<>();
		Map<String, Integer> repeated = new HashMap<>();
		for (String heading : find(Files.readString(document).replaceAll(FENCED, ""), HEADING)) {
			String anchor = heading.strip()
				.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-');
			int before = repeated.merge(anchor, 1, Integer::sum) - 1;
			anchors.add((before != 0) ? anchor + "-" + before : anchor);
		}
		return anchors;
	}

	static List<String> find(String text, String pattern) {
		return Pattern.compile(pattern).matcher(text).results().map((match) -> match.group(1)).toList();
	}

	/**
	 * Return a text in which code cannot be taken for a link.
	 */
	static String withoutCode(String text) {
		return text.replaceAll(FENCED, "").replaceAll(INLINE, "code");
	}

}
