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

package ai.tinyfish.goals;

import java.math.BigDecimal;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

/**
 * The pairs of the page about goals, in its order.
 */
@WebAgent(url = "https://shop.example/books")
interface Books {

	// before
	@Goal("List cheap books")
	List<Book> cheap();

	// after
	@Goal("List the {count} cheapest books, the cheapest first")
	List<Book> cheapest(int count);

	// before
	@Goal("Find the cheapest book. Answer in JSON with title and price")
	AgentRun cheapestAsJson();

	// after
	@Goal("Find the cheapest book")
	Book cheapestBook();

	record Book(String title, BigDecimal price) {
	}

	// before
	@Goal("What does the cheapest book cost?")
	String priceAsText();

	// after
	@Goal("What does the cheapest book cost? Give the currency as an ISO code")
	Price price();

	record Price(BigDecimal amount, String currency) {
	}

	// before
	@Goal("When is the shop open?")
	Hours hours();

	record Hours(LocalTime from, LocalTime to) {
	}

	// after
	@Goal("When does the shop open and close? Give times such as 09:30")
	OpeningHours openingHours();

	record OpeningHours(LocalTime opensAt, LocalTime closesAt) {
	}

	// before
	@Goal("Read the offer of the day")
	Offer offer();

	record Offer(String title, BigDecimal price, BigDecimal oldPrice) {
	}

	// after
	@Goal("Read the offer of the day. Leave the old price out if the page shows none")
	DailyOffer dailyOffer();

	record DailyOffer(String title, BigDecimal price, Optional<BigDecimal> oldPrice) {
	}

	// before
	@Goal("List the books by {author}")
	List<Book> by(String author);

	// after
	@Goal("List the books by {author}")
	Optional<List<Book>> anyBy(String author);

	// before
	@Goal("Compare the delivery times")
	AgentRun deliveryTimes();

	// after
	@Goal("Compare the delivery times. If a login or a captcha is in the way, answer with status failure and the reason")
	AgentRun deliveryTimesOrReason();

	// before
	default String review(TinyFishClient client, String url, String title) {
		AgentRequest request = AgentRequest.of(url, "Summarize the reviews of " + title);
		return client.agent().run(request, String.class).value();
	}

	// after
	@Goal("Summarize the reviews of {title}")
	String reviewOf(String title);

	// before
	@Goal("How many stars has the book {title}?")
	BigDecimal stars(String title);

	// after
	@Goal(url = "https://shop.example/books/{isbn}", value = "How many stars has this book? Read this page only")
	BigDecimal starsOf(String isbn);

	// before
	@Goal("Put the book {title} into the cart")
	String toCart(String title);

	// after
	@Goal("Put the book {title} into the cart. Stop there: do not log in, order or pay")
	String onlyToCart(String title);

}
