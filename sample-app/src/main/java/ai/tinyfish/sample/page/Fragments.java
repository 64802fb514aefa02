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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.sample.page.DurableCounts.Count;

import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * Renders parts of the page for its event stream.
 */
@Component
class Fragments {

	private final ITemplateEngine templates;

	private final CodeAtWork code;

	private final boolean simulated;

	Fragments(ITemplateEngine templates, CodeAtWork code, Simulation simulation) {
		this.templates = templates;
		this.code = code;
		this.simulated = simulation.isActive();
	}

	/**
	 * Render all rows.
	 * @param scale the time that a whole bar is
	 */
	String board(List<Card> cards, Duration scale) {
		return render("board", Map.of("cards", cards, "scale", scale));
	}

	/**
	 * Render changes, as the parts of the page to swap.
	 * @param changed whether the run is still on the page, with the cards
	 * @param scale the time that a whole bar is
	 * @param news a text to read out, possibly empty
	 */
	String changes(List<Card> added, Map<Boolean, List<Card>> changed, Duration scale, String news) {
		return render("changes", Map.of("added", added, "changed", changed.getOrDefault(true, List.of()), "removed",
				changed.getOrDefault(false, List.of()), "scale", scale, "news", news));
	}

	/**
	 * Render a card with its code.
	 * @param framed whether its live view is framed; a page is not loaded before its
	 * frames
	 */
	String card(Card card, boolean framed) {
		return render("card", Map.of("card", card, "files", this.code.files(), "framed", framed));
	}

	/**
	 * Render the cost of the runs, and their outcomes over time.
	 */
	String money(Map<String, Object> sums) {
		return render("money", sums);
	}

	/**
	 * Render the number of durable runs in each state.
	 */
	String durable(Map<DurableRunState, Count> states) {
		return render("durable", Map.of("states", states, "pid", ProcessHandle.current().pid()));
	}

	private String render(String fragment, Map<String, Object> variables) {
		Map<String, Object> all = new HashMap<>(variables);
		all.put("simulated", this.simulated);
		return this.templates.process("cards", Set.of(fragment), new Context(Locale.ENGLISH, all));
	}

}
