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

package ai.tinyfish.wording;

import java.util.List;
import java.util.function.IntFunction;

import ai.tinyfish.spring.test.evaluation.Evaluation;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = { "tinyfish.simulator.enabled=auto", "tinyfish.simulator.pace=0s" })
class CountsTests {

	@Test
	void counts(@Autowired Shop shop) {
		Evaluation.<IntFunction<List<Shop.Book>>>of("A", () -> shop::cheapest)
			.against("B", () -> shop::sorted)
			.cases(List.of(1, 3, 10), (list, count) -> {
				List<Shop.Book> books = list.apply(count);
				assertThat(books).hasSize(count);
				return books;
			})
			.score((books) -> books.stream().filter((book) -> book.price() != null).count() / (double) books.size())
			.repetitions(10)
			.maxSteps(6000)
			.run();
	}

}
