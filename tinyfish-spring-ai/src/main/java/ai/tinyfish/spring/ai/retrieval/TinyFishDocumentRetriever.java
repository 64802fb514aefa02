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

package ai.tinyfish.spring.ai.retrieval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResult;
import ai.tinyfish.search.SearchResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Document retriever that searches the web for the text of a query, and reads the first
 * pages that are found. It starts no run.
 * <p>
 * The text of a document is the page as Markdown, or the snippet of the search if the
 * page cannot be read, and at most 20,000 characters of it. The metadata are {@code url},
 * {@code title} if there is one, and {@code fetched}, which is false for a snippet. The
 * id is the URL that was found.
 * <p>
 * The URLs are from the search, not from a model: the hosts that are allowed for tools do
 * not apply. The application may select pages with a predicate. If
 * {@code tinyfish.allowed-hosts} does not allow a page, its snippet is used.
 *
 * @since 0.1.0
 */
public final class TinyFishDocumentRetriever implements DocumentRetriever {

	private static final Logger logger = LoggerFactory.getLogger(TinyFishDocumentRetriever.class);

	private static final int MAX_PAGES = 10;

	private static final int MAX_LENGTH = 20_000;

	private final TinyFishClient client;

	private final int maxPages;

	private final Predicate<String> urls;

	private TinyFishDocumentRetriever(TinyFishClient client, int maxPages, Predicate<String> urls) {
		Assert.notNull(client, "client must not be null");
		Assert.isTrue(maxPages >= 1 && maxPages <= MAX_PAGES, "maxPages must be 1 to 10");
		Assert.notNull(urls, "urls must not be null");
		this.client = client;
		this.maxPages = maxPages;
		this.urls = urls;
	}

	/**
	 * Create a retriever for all pages.
	 * @param client the client
	 * @param maxPages the maximum number of documents for a query, 1 to 10
	 * @return the retriever
	 * @throws IllegalArgumentException if the number is not 1 to 10
	 */
	public static TinyFishDocumentRetriever of(TinyFishClient client, int maxPages) {
		return of(client, maxPages, (url) -> true);
	}

	/**
	 * Create a retriever for the pages that a predicate accepts. If a page redirects to a
	 * URL that it does not accept, the snippet is used.
	 * @param client the client
	 * @param maxPages the maximum number of documents for a query, 1 to 10
	 * @param urls accepts the URLs of pages
	 * @return the retriever
	 * @throws IllegalArgumentException if the number is not 1 to 10
	 */
	public static TinyFishDocumentRetriever of(TinyFishClient client, int maxPages, Predicate<String> urls) {
		return new TinyFishDocumentRetriever(client, maxPages, urls);
	}

	@Override
	public List<Document> retrieve(Query query) {
		List<SearchResult> found = this.client.search()
			.query(query.text())
			.results()
			.stream()
			.filter((result) -> isWebUrl(result.url()) && this.urls.test(result.url()))
			.limit(this.maxPages)
			.toList();
		Map<String, FetchResult> pages = found.isEmpty() ? Map.of() : read(found);
		return found.stream().flatMap((result) -> document(result, pages.get(result.url()))).toList();
	}

	private static boolean isWebUrl(String url) {
		try {
			FetchRequest.of(url);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private Map<String, FetchResult> read(List<SearchResult> found) {
		return fetch(found.stream().map(SearchResult::url).toList()).stream()
			.filter((page) -> StringUtils.hasText(page.text())
					&& (page.finalUrl() == null || this.urls.test(page.finalUrl())))
			.collect(Collectors.toMap(FetchResult::url, (page) -> page, (first, second) -> first));
	}

	private List<FetchResult> fetch(List<String> urls) {
		try {
			return this.client.fetch().getContents(FetchRequest.builder().urls(urls).build()).results();
		}
		catch (TinyFishHostNotAllowedException ex) {
			// nothing was sent: read the allowed pages one by one
			int half = urls.size() / 2;
			return (half == 0) ? List.of()
					: Stream.of(urls.subList(0, half), urls.subList(half, urls.size()))
						.flatMap((part) -> fetch(part).stream())
						.toList();
		}
		catch (TinyFishApiException ex) {
			// the snippets remain
			logger.debug("The pages of a search could not be read", ex);
			return List.of();
		}
	}

	private static Stream<Document> document(SearchResult result, @Nullable FetchResult page) {
		String text = (page != null) ? page.text() : result.snippet();
		if (!StringUtils.hasText(text)) {
			return Stream.empty();
		}
		Map<String, Object> metadata = new HashMap<>();
		metadata.put("url", (page != null) ? Objects.requireNonNullElse(page.finalUrl(), page.url()) : result.url());
		metadata.put("fetched", page != null);
		String title = (page != null && page.title() != null) ? page.title() : result.title();
		if (title != null) {
			metadata.put("title", title);
		}
		return Stream.of(new Document(result.url(), cut(text), metadata));
	}

	private static String cut(String text) {
		return text.substring(0,
				text.offsetByCodePoints(0, Math.min(text.codePointCount(0, text.length()), MAX_LENGTH)));
	}

}
