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

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.sample.page.DurableCounts.Count;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

import org.springframework.stereotype.Component;

/**
 * Renders parts of the page for its event stream.
 */
@Component
class Fragments {

	private static final String TEMPLATE = "cards";

	private final ITemplateEngine templates;

	private final boolean simulated;

	Fragments(ITemplateEngine templates, Simulation simulation) {
		this.templates = templates;
		this.simulated = simulation.isActive();
	}

	/**
	 * Render all cards.
	 * @param framed whether live views are framed; a page is not loaded before its frames
	 */
	String board(Map<CardGroup, List<Card>> groups, boolean framed) {
		return render("board", Map.of("groups", groups, "simulated", this.simulated, "framed", framed));
	}

	/**
	 * Render the elapsed time of cards.
	 */
	String times(Collection<Card> cards) {
		return render("times", Map.of("cards", cards));
	}

	/**
	 * Render a change of a card, as the parts of the page to swap.
	 */
	String change(String name, Card card) {
		return render(name, Map.of("card", card, "simulated", this.simulated, "framed", true));
	}

	/**
	 * Render the cost of the runs.
	 */
	String money(Map<String, Object> sums) {
		Map<String, Object> variables = new HashMap<>(sums);
		variables.put("simulated", this.simulated);
		return render("money", variables);
	}

	/**
	 * Render the durable runs.
	 */
	String durable(Map<DurableRunState, Count> states, List<DurableRun> newestFirst) {
		return render("durable", Map.of("states", states, "runs", newestFirst, "pid", ProcessHandle.current().pid()));
	}

	private String render(String fragment, Map<String, Object> variables) {
		return this.templates.process(TEMPLATE, Set.of(fragment), new Context(Locale.ENGLISH, variables));
	}

}
