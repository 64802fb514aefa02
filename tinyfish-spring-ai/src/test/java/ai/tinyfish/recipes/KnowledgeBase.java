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

package ai.tinyfish.recipes;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.fetch.FetchFormat;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchResult;
import ai.tinyfish.search.SearchResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.ai.document.Document;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.stereotype.Service;

@Service
class KnowledgeBase {

	private static final Logger logger = LoggerFactory.getLogger(KnowledgeBase.class);

	private final TokenTextSplitter splitter = TokenTextSplitter.builder().build();

	private final TinyFishClient tinyFish;

	private final VectorStore store;

	KnowledgeBase(TinyFishClient tinyFish, VectorStore store) {
		this.tinyFish = tinyFish;
		this.store = store;
	}

	void learn(String topic) {
		List<String> urls = this.tinyFish.search().query(topic).results().stream().map(SearchResult::url).toList();
		if (!urls.isEmpty()) {
			read(urls.subList(0, Math.min(urls.size(), 10)));
		}
	}

	void read(List<String> urls) {
		FetchResponse pages = this.tinyFish.fetch()
			.getContents(FetchRequest.builder().urls(urls).format(FetchFormat.MARKDOWN).build());
		pages.results().forEach(this::store);
		pages.errors().forEach((error) -> logger.warn("Page was not read: {}", error));
	}

	private void store(FetchResult page) {
		String text = Objects.requireNonNullElse(page.text(), "");
		List<Document> parts = this.splitter.split(new Document(text, Map.of("source", page.url())));
		if (!parts.isEmpty()) {
			this.store.delete(new FilterExpressionBuilder().eq("source", page.url()).build());
			this.store.add(parts);
		}
	}

	List<Document> find(String question) {
		return this.store.similaritySearch(question);
	}

}
