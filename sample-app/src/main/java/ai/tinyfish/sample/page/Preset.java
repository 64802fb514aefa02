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

import java.time.Duration;
import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.sample.Shop;
import ai.tinyfish.webagent.WebAgent;

/**
 * Runs that the page starts at the push of a button. The marks in brackets tell the
 * simulator how the run has to go.
 */
enum Preset {

	PRODUCTS("Typed products", "JSON that fits a record, or an exception that says where it does not", true,
			"List the 3 cheapest books"),

	SHOPS("Five shops, two at a time", "Further runs wait in line", true, "List the 2 cheapest books",
			"https://north.shop.example", "https://south.shop.example", "https://east.shop.example",
			"https://west.shop.example", "https://harbour.shop.example"),

	MISSED("Goal missed", "The run completes, and the verdict says why that is no success", false,
			"List the 3 cheapest books [captcha]"),

	BLOCKED("Site blocked", "The run fails, with the service's code", false,
			"List the 3 cheapest books [fail:SITE_BLOCKED]"),

	CUT("Stream cut", "The connection breaks, the run is followed to its outcome, and nothing is paid twice", true,
			"List the 3 cheapest books [cut]"),

	DEADLINE("Deadline", "The run takes longer than its 5 seconds, and is cancelled", false,
			"List the 3 cheapest books [never]");

	static final String URL = Shop.class.getAnnotation(WebAgent.class).url();

	private static final Duration LIMIT = Duration.ofSeconds(5);

	private final String title;

	private final String text;

	private final boolean typed;

	private final String goal;

	private final List<String> urls;

	Preset(String title, String text, boolean typed, String goal, String... urls) {
		this.title = title;
		this.text = text;
		this.typed = typed;
		this.goal = goal;
		this.urls = List.of(urls);
	}

	public String title() {
		return this.title;
	}

	public String text() {
		return this.text;
	}

	public String goal() {
		return this.goal;
	}

	boolean typed() {
		return this.typed;
	}

	/**
	 * Return whether the preset makes sense without the simulator.
	 */
	boolean isForReal() {
		return this == PRODUCTS;
	}

	List<AgentRequest> requests() {
		List<String> urls = this.urls.isEmpty() ? List.of(URL) : this.urls;
		return urls.stream().map(this::request).toList();
	}

	private AgentRequest request(String url) {
		AgentRequest.Builder request = AgentRequest.builder().url(url).goal(this.goal);
		return (this == DEADLINE) ? request.runTimeout(LIMIT).build() : request.build();
	}

}
