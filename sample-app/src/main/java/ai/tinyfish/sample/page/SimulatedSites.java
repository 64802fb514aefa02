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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Gives the simulator the scenarios of the presets, a news site and a jobs site beside
 * its bookshop, and an honest answer to all other goals.
 */
@Component
class SimulatedSites implements TinyFishSimulatorBuilderCustomizer {

	private static final Pattern NEWS = words("news|headlines?|articles?|stor(?:y|ies)");

	private static final Pattern JOBS = words("jobs?|positions?|vacanc(?:y|ies)|openings?");

	/** Words for data of the bookshop. A goal with a mark defines its run. */
	private static final Pattern BOOKS = words("books?|novels?|authors?|titles?|products?|poetry");

	private static final Pattern MARK = Pattern.compile("\\[[a-z]+(:\\w+)?]");

	private static final Pattern NUMBER = Pattern.compile("\\d{1,2}");

	private static final String UNKNOWN = "The simulator has a bookshop, a news site and a jobs site. Ask for books, "
			+ "headlines or jobs, or set TINYFISH_API_KEY to ask TinyFish";

	private static final List<Map<String, Object>> HEADLINES = List.of(headline("Harbour bridge opens", "City", 12),
			headline("Bees return to the rooftops", "Science", 35), headline("A quiet year for storms", "Weather", 48),
			headline("Night trains are full again", "Travel", 71),
			headline("Library lends its millionth map", "City", 96),
			headline("Chess club beats its teachers", "Sport", 130));

	private static final List<Map<String, Object>> POSITIONS = List.of(
			job("Java Developer", "Lantern & Sons", "Varn", 68_000),
			job("Platform Engineer", "Moss Mail", "Oslo", 74_500),
			job("Test Engineer", "Ferry Lines", "Hamburg", 61_000),
			job("Data Engineer", "Small Rivers", "Lyon", 70_000),
			job("Site Reliability Engineer", "Thimble Bank", "London", 82_000));

	private final ShopClock clock;

	SimulatedSites(ShopClock clock) {
		this.clock = clock;
	}

	private static Pattern words(String words) {
		return Pattern.compile("(?i)\\b(" + words + ")\\b");
	}

	private static Map<String, Object> headline(String title, String section, int minutesAgo) {
		return Map.of("title", title, "headline", title, "section", section, "minutesago", minutesAgo);
	}

	private static Map<String, Object> job(String title, String company, String city, int salary) {
		return Map.of("title", title, "company", company, "city", city, "location", city, "salary", salary);
	}

	/**
	 * Check that a goal is simulated.
	 * @throws IllegalArgumentException if it is not, with the goals that are
	 */
	static void require(String goal) {
		if (!BOOKS.matcher(goal).find() && !MARK.matcher(goal).find() && records(goal).isEmpty()) {
			throw new IllegalArgumentException("This goal is not simulated, and nothing was started. " + UNKNOWN);
		}
	}

	private static List<Map<String, Object>> records(String goal) {
		return NEWS.matcher(goal).find() ? HEADLINES : JOBS.matcher(goal).find() ? POSITIONS : List.of();
	}

	@Override
	public void customize(TinyFishSimulatorBuilder builder) {
		builder.given(this::scenario);
	}

	private @Nullable Scenario scenario(SimulatorRequest request) {
		Scenario watched = this.clock.scenario(request);
		Scenario scenario = (watched != null) ? watched : Preset.scenarioOf(request.url());
		String goal = request.goal();
		if (scenario != null || request.outputSchema() == null || MARK.matcher(goal).find()) {
			return scenario;
		}
		List<Map<String, Object>> records = records(goal);
		if (!records.isEmpty()) {
			return answer(records, goal, JsonMapper.shared().readTree(request.outputSchema()));
		}
		return BOOKS.matcher(goal).find() ? null : Scenario.builder().steps().fails("NOT_SIMULATED", UNKNOWN).build();
	}

	/**
	 * Return the records in the form of the schema, or null if it is not that of a list.
	 */
	private static @Nullable Scenario answer(List<Map<String, Object>> records, String goal, JsonNode schema) {
		JsonNode properties = schema.at("/properties/items/items/properties");
		if (properties.isMissingNode()) {
			return null;
		}
		Matcher number = NUMBER.matcher(goal);
		return Scenario.builder()
			.steps("Opening the site", "Reading the page", "Looking for the requested data", "Writing down the answer")
			.result(records.stream()
				.limit(number.find() ? Integer.parseInt(number.group()) : records.size())
				.map((record) -> fill(properties, record))
				.toList())
			.build();
	}

	private static Map<String, Object> fill(JsonNode properties, Map<String, Object> record) {
		Map<String, Object> filled = new LinkedHashMap<>();
		properties.propertyStream().forEach((property) -> {
			Object value = record.getOrDefault(property.getKey().toLowerCase(Locale.ROOT),
					"A simulated " + property.getKey());
			boolean text = property.getValue().path("type").toString().contains("string");
			filled.put(property.getKey(), text ? value.toString() : value);
		});
		return filled;
	}

}
