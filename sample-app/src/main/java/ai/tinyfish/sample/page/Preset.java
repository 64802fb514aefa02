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

package ai.tinyfish.sample.page;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.sample.Shop;
import ai.tinyfish.sample.Shop.Product;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.webagent.WebAgent;
import org.jspecify.annotations.Nullable;

/**
 * Runs that the page starts at the push of a button, with the scenario of the simulator
 * for the shop that they visit.
 */
enum Preset {

	PRODUCTS("Typed products", "JSON that fits a record, or an exception that says where it does not",
			"List the 3 cheapest books", null, Shop.class.getAnnotation(WebAgent.class).url()),

	NEWS("Headlines", "Another site, and another record", "List the top 5 headlines of the news", null,
			"https://news.example"),

	JOBS("Jobs", "Numbers that are numbers, such as a salary", "List 4 jobs for Java developers", null,
			"https://jobs.example"),

	SHOPS("Five shops", "Two runs at a time; the others are queued", "List the 2 cheapest books", null,
			"https://north.shop.example", "https://south.shop.example", "https://east.shop.example",
			"https://west.shop.example", "https://harbour.shop.example"),

	MISSED("Goal missed", "The run completes, and the verdict says why that is not a success",
			"List the 3 cheapest books",
			scenario().result(Map.of("status", "failure", "reason", "A captcha stood in the way")).build(),
			"https://captcha.shop.example"),

	BLOCKED("Site blocked", "The run fails, with the service's code", "List the 3 cheapest books",
			scenario().fails("SITE_BLOCKED", "The site blocks the agent").build(), "https://blocked.shop.example"),

	CUT("Stream cut", "The connection breaks, the run is followed to its outcome, and nothing is paid twice",
			"List the 3 cheapest books",
			scenario().fault(FaultPoint.afterEvent(3), Fault.reset(), 1)
				.result(Map.of("items",
						List.of(book("Winters of Moss", "6.80"), book("The Lamplighter's Ledger", "7.95"),
								book("Night Ferry to Varn", "8.50"))))
				.build(),
			"https://cut.shop.example"),

	DEADLINE("Deadline", "The run takes longer than its 5 seconds, and is cancelled", "List the 3 cheapest books",
			scenario().neverEnds().build(), "https://slow.shop.example");

	private static final Duration LIMIT = Duration.ofSeconds(5);

	private final String title;

	private final String text;

	private final String goal;

	private final @Nullable Scenario scenario;

	private final List<String> urls;

	Preset(String title, String text, String goal, @Nullable Scenario scenario, String... urls) {
		this.title = title;
		this.text = text;
		this.goal = goal;
		this.scenario = scenario;
		this.urls = List.of(urls);
	}

	private static Scenario.Builder scenario() {
		return Scenario.builder()
			.steps("Opening the shop", "Reading the page", "Looking for the requested data", "Writing down the answer");
	}

	private static Product book(String name, String price) {
		return new Product(name, new BigDecimal(price), "GBP", true);
	}

	/**
	 * Return the scenario of a shop, or null if it has no special scenario.
	 */
	static @Nullable Scenario scenarioOf(String url) {
		return Arrays.stream(values())
			.filter((preset) -> preset.scenario != null && preset.urls.contains(url))
			.findFirst()
			.map((preset) -> preset.scenario)
			.orElse(null);
	}

	public String title() {
		return this.title;
	}

	public String text() {
		return this.text;
	}

	String goal() {
		return this.goal;
	}

	String url() {
		return this.urls.get(0);
	}

	Answer answer() {
		return switch (this) {
			case NEWS -> Answer.HEADLINES;
			case JOBS -> Answer.JOBS;
			default -> Answer.PRODUCTS;
		};
	}

	/**
	 * Return whether the preset is available: a scenario needs our simulator.
	 */
	boolean isShown(Simulation simulation) {
		return this == PRODUCTS || ((this == SHOPS) ? simulation.isActive() : simulation.isHere());
	}

	List<AgentRequest> requests() {
		return this.urls.stream().map(this::request).toList();
	}

	private AgentRequest request(String url) {
		AgentRequest.Builder request = AgentRequest.builder().url(url).goal(this.goal);
		return answer().addTo((this == DEADLINE) ? request.runTimeout(LIMIT) : request, "").build();
	}

}
