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

import java.net.http.HttpRequest.BodyPublishers;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.Pages;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ShopPageTests {

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.start();

	private static final Api api = new Api(simulator);

	@Test
	void pageNeedsNoKeyAndHasMicrodataOfEachBook() throws Exception {
		Document page = Pages.check(api.send(api.withoutKey("/shop")));
		assertThat(page.select("[itemtype='https://schema.org/Book']")).hasSize(10).allSatisfy((book) -> {
			for (String property : new String[] { "name", "author", "genre", "description", "ratingValue", "price",
					"priceCurrency" }) {
				assertThat(book.select("[itemprop=" + property + "]").eachText()).as(property)
					.singleElement()
					.asString()
					.isNotBlank();
			}
			assertThat(book.expectFirst("[itemprop=availability]").attr("href"))
				.matches("https://schema.org/(In|OutOf)Stock");
			assertThat(book.expectFirst("[itemprop=url]").attr("href"))
				.isEqualTo("https://bookshop.example/books/" + book.id());
		});
		assertThat(page.select("a[href]").eachAttr("href"))
			.allSatisfy((link) -> assertThat(page.select(link)).hasSize(1));
		assertThat(page.select("article").stream().map(Element::id)).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "HEAD", "POST", "DELETE" })
	void otherMethodsAreRefused(String method) {
		Api.Reply reply = api.send(api.withoutKey("/shop").method(method, BodyPublishers.noBody()));
		assertThat(reply.status()).isEqualTo(405);
		assertThat(reply.headers().firstValue("allow")).hasValue("GET");
	}

	@Test
	void requestsAreCountedAndFaultsAffectThem() {
		simulator.fault(FaultPoint.answerOf("GET /shop"), Fault.badGateway(), 1);
		long before = simulator.journal().requests("GET /shop");
		assertThat(api.get("/shop").status()).isEqualTo(502);
		assertThat(api.get("/shop").status()).isEqualTo(200);
		assertThat(simulator.journal().requests("GET /shop")).isEqualTo(before + 2);
	}

}
