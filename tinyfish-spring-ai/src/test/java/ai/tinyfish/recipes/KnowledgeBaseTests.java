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

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The knowledge base of the recipes.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		classes = { KnowledgeBase.class, KnowledgeBaseConfiguration.class },
		properties = "logging.level.org.springframework.ai=warn")
@AutoConfigureTinyFishSimulator
class KnowledgeBaseTests {

	@Autowired
	private KnowledgeBase knowledge;

	@Test
	void pagesThatWereFoundAnswerQuestionsAndAreStoredOnce(TinyFishSimulator simulator) {
		this.knowledge.learn("java records");
		this.knowledge.learn("java records");
		this.knowledge.read(List.of("https://recipes.example/tea", "https://recipes.example/page_not_found"));
		assertThat(sources("a simulated page of recipes")).startsWith("https://recipes.example/tea");
		assertThat(sources("a simulated page of encyclopedia")).filteredOn((source) -> source.contains("encyclopedia"))
			.containsExactlyInAnyOrder("https://encyclopedia.example/java-records-1",
					"https://encyclopedia.example/java-records-6");
		assertThat(simulator.journal().requests("POST /v1/fetch")).isEqualTo(3);
	}

	@Test
	void nothingIsFetchedIfNothingWasFound(TinyFishSimulator simulator) {
		this.knowledge.learn("[empty]");
		assertThat(simulator.journal().requests("POST /v1/fetch")).isZero();
	}

	private List<String> sources(String question) {
		return this.knowledge.find(question)
			.stream()
			.map(Document::getMetadata)
			.map((metadata) -> metadata.get("source").toString())
			.toList();
	}

}
