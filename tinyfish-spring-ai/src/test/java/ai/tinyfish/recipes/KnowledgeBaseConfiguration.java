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

import java.util.Locale;
import java.util.stream.IntStream;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class KnowledgeBaseConfiguration {

	@Bean
	VectorStore vectorStore(EmbeddingModel embeddings) {
		return SimpleVectorStore.builder(embeddings).build();
	}

	@Bean
	EmbeddingModel embeddings() {
		return new WordCount();
	}

	/**
	 * A made-up model: texts are close to each other if they have the same words.
	 */
	static class WordCount implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(IntStream.range(0, request.getInstructions().size())
				.mapToObj((index) -> new Embedding(count(request.getInstructions().get(index)), index))
				.toList());
		}

		@Override
		public float[] embed(Document document) {
			return count(document.getText());
		}

		private static float[] count(String text) {
			float[] counts = new float[256];
			for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
				counts[Math.floorMod(word.hashCode(), counts.length)]++;
			}
			return counts;
		}

	}

}
