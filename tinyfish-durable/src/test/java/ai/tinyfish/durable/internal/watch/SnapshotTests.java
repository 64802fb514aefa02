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

package ai.tinyfish.durable.internal.watch;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.watch.Snapshot.Comparison;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Snapshot} and {@link Shape}.
 */
class SnapshotTests {

	private static final String[] NAMES = { "Assam", "Darjeeling", "Caf\u00e9", "Gr\u00fcntee", "" };

	private static final Shape TEAS = list(new ParameterizedTypeReference<List<Tea>>() {
	}, "sku");

	private static final Shape OFFERS = list(new ParameterizedTypeReference<List<Tea>>() {
	}, "sku", "shop");

	static LongStream seeds() {
		Long given = Long.getLong("tinyfish.test.seed");
		return (given != null) ? LongStream.of(given) : new SplittableRandom().longs(200);
	}

	@ParameterizedTest(name = "-Dtinyfish.test.seed={0}")
	@MethodSource("seeds")
	void theDifferenceAppliedToTheOldListGivesTheNewOne(long seed) {
		Random random = new Random(seed);
		Shape shape = random.nextBoolean() ? TEAS : OFFERS;
		List<Map<String, Object>> old = teas(random, shape);
		List<Map<String, Object>> next = random.nextInt(10) == 0 ? old : teas(random, shape);
		Comparison comparison = snapshot(old, shape).compare(snapshot(next, shape), Map.of(), shape, 1);
		Map<String, JsonNode> applied = byKey(old, shape);
		comparison.changes().forEach((change) -> {
			if (change.after().isEmpty()) {
				assertThat(applied.remove(key(change.before(), shape))).isNotNull();
			}
			else if (change.before().isEmpty()) {
				assertThat(put(applied, change.after(), shape)).isNull();
			}
			else {
				assertThat(plain(put(applied, change.after(), shape)))
					.isEqualTo(plain(Json.read(change.before().json())));
				assertThat(plain(Json.read(change.after().json())))
					.isNotEqualTo(plain(Json.read(change.before().json())));
			}
		});
		assertThat(plain(applied)).isEqualTo(plain(byKey(next, shape)));
		assertThat(plain(byKey(comparison.baseline().toString(), shape))).isEqualTo(plain(byKey(next, shape)));
		assertThat(comparison.agreed()).isEmpty();
	}

	@ParameterizedTest(name = "-Dtinyfish.test.seed={0}")
	@MethodSource("seeds")
	void anotherSpellingIsNoChange(long seed) {
		Random random = new Random(seed);
		List<Map<String, Object>> teas = teas(random, TEAS);
		List<Map<String, Object>> respelled = new ArrayList<>();
		for (Map<String, Object> tea : teas) {
			Map<String, Object> other = new TreeMap<>(Collections.reverseOrder());
			tea.forEach((name, value) -> other.put(name, respelled(value, random)));
			other.putIfAbsent("note", null);
			other.put("rank", random.nextInt());
			respelled.add(other);
		}
		Collections.shuffle(respelled, random);
		Comparison comparison = snapshot(teas, TEAS).compare(snapshot(respelled, TEAS), Map.of(), TEAS, 1);
		assertThat(comparison.changes()).isEmpty();
		assertThat(comparison.agreed()).isEmpty();
	}

	@Test
	void aChangeCountsWhenEnoughResultsInARowAgreeOnIt() {
		Snapshot baseline = snapshot("""
				[{"sku": "a", "price": 1}, {"sku": "b", "price": 1}]""");
		Snapshot first = snapshot("""
				[{"sku": "a", "price": 2}, {"sku": "b", "price": 2}]""");
		Snapshot second = snapshot("""
				[{"sku": "a", "price": 2.0}, {"sku": "b", "price": 3}]""");
		Comparison one = baseline.compare(first, Map.of(), TEAS, 2);
		assertThat(one.changes()).isEmpty();
		assertThat(one.baseline()).containsExactlyElementsOf(baseline.records().values());
		// a noisy record does not hold up the others
		Comparison two = baseline(one).compare(second, one.agreed(), TEAS, 2);
		assertThat(two.changes()).extracting((change) -> change.after().json())
			.containsExactly("{\"sku\":\"a\",\"price\":2.0}");
		assertThat(two.agreed()).hasSize(1);
		Comparison three = baseline(two).compare(first, two.agreed(), TEAS, 2);
		assertThat(three.changes()).isEmpty();
		Comparison back = baseline(three).compare(snapshot("""
				[{"sku": "a", "price": 2}, {"sku": "b", "price": 1}]"""), three.agreed(), TEAS, 2);
		assertThat(back.changes()).isEmpty();
		assertThat(back.agreed()).isEmpty();
	}

	@Test
	void aKeyThatIsMissingOrOccursTwiceIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> snapshot("""
				[{"sku": "a"}, {"sku": " "}]""")).withMessage("Record 2 has no sku");
		assertThatIllegalArgumentException().isThrownBy(() -> snapshot("""
				[{"sku": 7}, {"sku": 7.0}]""")).withMessage("Two records have the same key [sku]: [7]");
		assertThatIllegalArgumentException().isThrownBy(() -> Snapshot.of(Json.read("""
				[{"sku": "a", "shop": "x"}, {"sku": "a "}]"""), OFFERS)).withMessage("Record 2 has no shop");
		assertThatIllegalArgumentException().isThrownBy(() -> Snapshot.of(Json.read("""
				[{"sku": "a", "shop": "x"}, {"sku": "a ", "shop": "x"}]"""), OFFERS))
			.withMessage("Two records have the same key [sku, shop]: [\"a\", \"x\"]");
	}

	@Test
	void aSingleObjectIsComparedByItsProperties() {
		Shape shape = shape(AgentRequest.of("https://shop.example", "Price").withOutputType(Tea.class));
		Snapshot before = single("{\"sku\":\"a\",\"price\":1,\"rank\":1}", shape);
		assertThat(
				before.compare(single("{\"price\":1.0,\"sku\":\"a\",\"rank\":1}", shape), Map.of(), shape, 1).changes())
			.isEmpty();
		assertThat(before.compare(Snapshot.of(List.of(), shape), Map.of(), shape, 1).changes()).singleElement()
			.matches((change) -> change.after().isEmpty());
		assertThat(Snapshot.of(List.of(), shape).compare(before, Map.of(), shape, 1).changes()).singleElement()
			.matches((change) -> change.before().isEmpty());
	}

	@Test
	void singleValuesAndListsOfThemNeedNoKey() {
		Shape price = shape(AgentRequest.of("https://shop.example", "Price").withOutputType(BigDecimal.class));
		assertThat(price.read(run("{\"value\": 9.90}")).path("value").decimalValue()).isEqualByComparingTo("9.9");
		assertThat(price.read(run("9.90")).path("value").decimalValue()).isEqualByComparingTo("9.9");
		Shape urls = list(new ParameterizedTypeReference<List<String>>() {
		});
		Comparison comparison = Snapshot.of(urls.read(run("{\"items\": [\"a\", \"b\"]}")), urls)
			.compare(Snapshot.of(urls.read(run("[\"b \", \"c\"]")), urls), Map.of(), urls, 1);
		assertThat(comparison.changes()).containsExactly(new Change<>(RunResult.ofJson("\"a\""), RunResult.empty()),
				new Change<>(RunResult.empty(), RunResult.ofJson("\"c\"")));
	}

	@Test
	void equalValuesOfAListAreCounted() {
		Shape numbers = list(new ParameterizedTypeReference<List<Integer>>() {
		});
		Snapshot before = Snapshot.of(Json.read("[5, 7, 5]"), numbers);
		assertThat(before.compare(Snapshot.of(Json.read("[5.0, 5, 7]"), numbers), Map.of(), numbers, 1).changes())
			.isEmpty();
		assertThat(before.compare(Snapshot.of(Json.read("[7, 5, 5, 5]"), numbers), Map.of(), numbers, 1).changes())
			.containsExactly(new Change<>(RunResult.empty(), RunResult.ofJson("5")));
		assertThat(before.compare(Snapshot.of(Json.read("[7, 5]"), numbers), Map.of(), numbers, 1).changes())
			.containsExactly(new Change<>(RunResult.ofJson("5"), RunResult.empty()));
	}

	@Test
	void aMapIsComparedByItsEntries() {
		Shape prices = shape(AgentRequest.of("https://shop.example", "Prices")
			.withOutputType(new ParameterizedTypeReference<Map<String, BigDecimal>>() {
			}));
		Comparison comparison = single(prices.read(run("{\"a\": 1}")).toString(), prices)
			.compare(single(prices.read(run("{\"a\": 2}")).toString(), prices), Map.of(), prices, 1);
		assertThat(comparison.changes())
			.containsExactly(new Change<>(RunResult.ofJson("{\"a\":1}"), RunResult.ofJson("{\"a\":2}")));
		assertThatIllegalArgumentException().isThrownBy(() -> prices.read(run("5")))
			.withMessage("The result is not an object");
	}

	@Test
	void aResultThatLacksWhatTheTypeRequiresDoesNotFit() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TEAS.read(run("{\"items\": [{\"sku\": \"a\", \"price\": null}]}")))
			.withMessage("The result lacks price");
		assertThat(TEAS.read(run("{\"items\": [{\"sku\": \"a\", \"price\": 1}]}"))).hasSize(1);
		assertThat(TEAS.read(run("{\"items\": []}"))).isEmpty();
	}

	@Test
	void aPropertyThatAllRecordsHadAndNoneHasIsFound() {
		Snapshot before = snapshot("""
				[{"sku": "a", "note": "x", "rank": 1}, {"sku": "b", "note": "y", "shop": "z", "rank": 1}]""");
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "note": null}, {"sku": "b"}]"""), TEAS)).containsExactly("note");
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "note": null}, {"sku": "b", "note": "y"}]"""), TEAS)).isEmpty();
		assertThat(before.vanished(snapshot("""
				[{"sku": "a"}]"""), TEAS)).isEmpty();
	}

	private static List<Map<String, Object>> teas(Random random, Shape shape) {
		Map<String, Map<String, Object>> teas = new HashMap<>();
		for (int i = random.nextInt(8); i > 0; i--) {
			Map<String, Object> tea = new HashMap<>();
			tea.put("sku", "T-" + random.nextInt(5));
			tea.put("shop", "shop " + random.nextInt(2));
			tea.put("price", new BigDecimal(random.nextInt(4)).movePointLeft(random.nextInt(2)));
			tea.put("name", NAMES[random.nextInt(NAMES.length)]);
			tea.put("rank", random.nextInt(10));
			tea.put("tags", List.of(NAMES[random.nextInt(3)], NAMES[random.nextInt(3)]));
			if (random.nextBoolean()) {
				tea.put("note", random.nextBoolean() ? "new" : null);
			}
			teas.put(shape.key().stream().map(tea::get).toList().toString(), tea);
		}
		List<Map<String, Object>> list = new ArrayList<>(teas.values());
		Collections.shuffle(list, random);
		return list;
	}

	private static @Nullable Object respelled(@Nullable Object value, Random random) {
		if (value instanceof BigDecimal number) {
			return number.setScale(number.scale() + random.nextInt(3));
		}
		if (value instanceof List<?> list) {
			List<Object> other = new ArrayList<>(list);
			Collections.shuffle(other, random);
			return other;
		}
		return (value instanceof String text) ? " " + Normalizer.normalize(text, Normalizer.Form.NFD) + "\n" : value;
	}

	private static Map<String, JsonNode> byKey(List<Map<String, Object>> list, Shape shape) {
		return byKey(Json.write(list), shape);
	}

	private static Map<String, JsonNode> byKey(String list, Shape shape) {
		Map<String, JsonNode> records = new HashMap<>();
		Json.read(list).forEach((record) -> records.put(key(record, shape), record));
		return records;
	}

	private static @Nullable JsonNode put(Map<String, JsonNode> records, RunResult record, Shape shape) {
		return records.put(key(record, shape), Json.read(record.json()));
	}

	private static String key(RunResult record, Shape shape) {
		return key(Json.read(record.json()), shape);
	}

	private static String key(JsonNode record, Shape shape) {
		return shape.key().stream().map((name) -> record.get(name).asString()).toList().toString();
	}

	private static Map<String, Object> plain(Map<String, JsonNode> records) {
		Map<String, Object> plain = new TreeMap<>();
		records.forEach((key, record) -> plain.put(key, plain(record)));
		return plain;
	}

	/**
	 * Return what counts of a record.
	 */
	private static Map<String, Object> plain(@Nullable JsonNode record) {
		Map<String, Object> plain = new TreeMap<>();
		record.properties().forEach((property) -> {
			JsonNode value = property.getValue();
			if (!value.isNull() && !property.getKey().equals("rank")) {
				plain.put(property.getKey(), value.isNumber() ? value.decimalValue().doubleValue() : value.isArray()
						? value.values().stream().map(JsonNode::asString).sorted().toList() : value.asString());
			}
		});
		return plain;
	}

	private static Snapshot snapshot(List<Map<String, Object>> list, Shape shape) {
		return Snapshot.of(Json.tree(list), shape);
	}

	private static Snapshot snapshot(String json) {
		return Snapshot.of(Json.read(json), TEAS);
	}

	private static AgentRun run(String json) {
		return AgentRun.completed("run-1", RunResult.ofJson(json));
	}

	private static Snapshot single(String json, Shape shape) {
		return Snapshot.of(List.of(Json.read(json)), shape);
	}

	private static Snapshot baseline(Comparison comparison) {
		return Snapshot.of(comparison.baseline(), TEAS);
	}

	private static Shape list(ParameterizedTypeReference<?> type, String... key) {
		Watch watch = Watch.of("teas", AgentRequest.of("https://shop.example", "List").withOutputType(type)).key(key);
		return Shape.of(DefaultWatches.definition((key.length > 0) ? watch.ignore("rank") : watch));
	}

	private static Shape shape(AgentRequest request) {
		return Shape.of(DefaultWatches.definition(Watch.of("tea", request)));
	}

	record Tea(String sku, BigDecimal price, @Nullable String shop, @Nullable String name, @Nullable String note,
			@Nullable Integer rank, @Nullable List<String> tags) {

	}

}
