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

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@AutoConfigureTinyFishSimulator
class TinyFishDocumentRetrieverTests {

	private static final String SEARCH = "GET /v1/search";

	private static final String FETCH = "POST /v1/fetch";

	private TinyFishClient client;

	private TinyFishSimulator simulator;

	@BeforeEach
	void open(TinyFishSimulator simulator) {
		this.simulator = simulator;
		this.client = TinyFishClient.builder().baseUrl(simulator.baseUrl()).apiKey(simulator.apiKey()).build();
	}

	@AfterEach
	void close() {
		this.client.close();
	}

	@Test
	void firstPagesThatAreFoundAreReadWithOneRequest() {
		List<Document> documents = retrieve(3, "tea pots");
		assertThat(documents).extracting(Document::getId)
			.containsExactly("https://encyclopedia.example/tea-pots-1", "https://www.guides.example/tea-pots-2",
					"https://news.example/tea-pots-3");
		assertThat(documents.get(0).getText()).startsWith("# A simulated page of encyclopedia.example");
		assertThat(documents.get(0).getMetadata()).isEqualTo(Map.of("url", "https://encyclopedia.example/tea-pots-1",
				"title", "A simulated page of encyclopedia.example", "fetched", true));
		assertThat(this.simulator.journal().requests(FETCH)).isEqualTo(1);
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void pageThatCannotBeReadHasItsSnippet() {
		answer(FETCH, """
				{"results": [], "errors": [{"url": "https://encyclopedia.example/tea-1", "error": "bot_blocked"}]}""");
		assertThat(retrieve(1, "tea")).singleElement().satisfies((document) -> {
			assertThat(document.getText()).isEqualTo("A simulated result for tea");
			assertThat(document.getMetadata()).isEqualTo(Map.of("url", "https://encyclopedia.example/tea-1", "title",
					"tea, page 1 of encyclopedia.example", "fetched", false));
		});
	}

	@Test
	void pagesThatCannotBeAskedForHaveTheirSnippets() {
		this.simulator.fault(FaultPoint.answerOf(FETCH), Fault.refusal(403, "FORBIDDEN", "No fetch"), 10);
		assertThat(retrieve(2, "tea")).hasSize(2)
			.allSatisfy((document) -> assertThat(document.getMetadata()).containsEntry("fetched", false));
	}

	@Test
	void applicationChoosesThePages() {
		assertThat(TinyFishDocumentRetriever.of(this.client, 3, (url) -> url.startsWith("https://shop.example/"))
			.retrieve(new Query("tea"))).extracting(Document::getId)
			.containsExactly("https://shop.example/tea-4", "https://shop.example/tea-9");
	}

	@Test
	void pagesAtHostsThatAreNotAllowedHaveTheirSnippets() {
		try (TinyFishClient bound = this.client.mutate()
			.allowedHosts(AllowedHosts.of("encyclopedia.example", "*.guides.example"))
			.build()) {
			assertThat(TinyFishDocumentRetriever.of(bound, 5).retrieve(new Query("tea"))).hasSize(5)
				.filteredOn((document) -> document.getMetadata().get("fetched").equals(true))
				.extracting(Document::getId)
				.containsExactly("https://encyclopedia.example/tea-1", "https://www.guides.example/tea-2");
			assertThat(this.simulator.journal().requests(FETCH)).isEqualTo(1);
		}
	}

	@Test
	void pageThatRedirectsToOneThatIsNotChosenHasItsSnippet() {
		answer(FETCH, """
				{"results": [{"url": "https://shop.example/tea-4", "final_url": "https://other.example/",
				"text": "Buy now"}], "errors": []}""");
		assertThat(TinyFishDocumentRetriever.of(this.client, 1, (url) -> url.startsWith("https://shop.example/"))
			.retrieve(new Query("tea"))).singleElement()
			.satisfies((document) -> assertThat(document.getText()).isEqualTo("A simulated result for tea"));
	}

	@Test
	void textIsCutBetweenCharacters() {
		answer(FETCH, """
				{"results": [{"url": "https://encyclopedia.example/tea-1", "text": "%s"}], "errors": []}"""
			.formatted("\uD83C\uDF75".repeat(20_001)));
		assertThat(retrieve(1, "tea")).singleElement()
			.satisfies((document) -> assertThat(document.getText()).isEqualTo("\uD83C\uDF75".repeat(20_000)));
	}

	@Test
	void nothingIsReadIfNothingIsFound() {
		assertThat(retrieve(3, "tea [empty]")).isEmpty();
		assertThat(this.simulator.journal().requests(FETCH)).isZero();
	}

	@Test
	void resultWithoutUrlOrTextIsLeftOut() {
		answer(SEARCH, """
				{"results": [{"snippet": "No URL"}, {"url": "javascript:alert(1)", "snippet": "No page"},
				{"url": "https://shop.example/empty_content"}]}""");
		assertThat(retrieve(3, "tea")).isEmpty();
	}

	@Test
	void numberOfPagesIsThatOfARequest() {
		assertThat(retrieve(10, "tea")).hasSize(10);
		IntStream.of(0, 11)
			.forEach((number) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> TinyFishDocumentRetriever.of(this.client, number)));
	}

	private List<Document> retrieve(int maxPages, String query) {
		return TinyFishDocumentRetriever.of(this.client, maxPages).retrieve(new Query(query));
	}

	private void answer(String endpoint, String json) {
		this.simulator.fault(FaultPoint.answerOf(endpoint), Fault.answer(200, "application/json", json), 1);
	}

}
