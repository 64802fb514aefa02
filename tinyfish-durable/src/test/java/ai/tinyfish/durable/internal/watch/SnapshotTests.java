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
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
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
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
		assertThat(comparison.pending()).isEmpty();
	}

	@ParameterizedTest(name = "-Dtinyfish.test.seed={0}")
	@MethodSource("seeds")
	void anotherSpellingIsNotAChange(long seed) {
		Random random = new Random(seed);
		List<Map<String, Object>> teas = teas(random, TEAS);
		List<Map<String, Object>> respelled = new ArrayList<>();
		for (Map<String, Object> tea : teas) {
			Map<String, Object> other = new TreeMap<>(Collections.reverseOrder());
			tea.forEach((name, value) -> other.put(name, respelled(value, random)));
			other.putIfAbsent("note", null);
			other.put("rank", random.nextInt());
			other.put("readAt", random.nextInt());
			respelled.add(other);
		}
		Collections.shuffle(respelled, random);
		Comparison comparison = snapshot(teas, TEAS).compare(snapshot(respelled, TEAS), Map.of(), TEAS, 1);
		assertThat(comparison.changes()).isEmpty();
		assertThat(comparison.pending()).isEmpty();
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
		Comparison two = baseline(one).compare(second, one.pending(), TEAS, 2);
		assertThat(two.changes()).extracting((change) -> change.after().json())
			.containsExactly("{\"sku\":\"a\",\"price\":2.0}");
		assertThat(two.pending()).hasSize(1);
		Comparison three = baseline(two).compare(first, two.pending(), TEAS, 2);
		assertThat(three.changes()).isEmpty();
		Comparison back = baseline(three).compare(snapshot("""
				[{"sku": "a", "price": 2}, {"sku": "b", "price": 1}]"""), three.pending(), TEAS, 2);
		assertThat(back.changes()).isEmpty();
		assertThat(back.pending()).isEmpty();
	}

	@Test
	void aKeyThatIsMissingOrOccursTwiceIsNamedWithItsPath() {
		assertThat(problems(TEAS, "[{\"sku\": \"a\", \"price\": 1}, {\"sku\": \" \", \"price\": 1}]"))
			.containsExactly("$[1].sku is missing");
		assertThat(problems(TEAS, "[{\"sku\": 7, \"price\": 1}, {\"sku\": \"7 \", \"price\": 1}]"))
			.containsExactly("$[1].sku occurs twice: $[0] has it, too");
		assertThat(
				problems(OFFERS, "[{\"sku\": \"a\", \"shop\": \"x\", \"price\": 1}, {\"sku\": \"a \", \"price\": 1}]"))
			.containsExactly("$[1].shop is missing");
		assertThat(problems(OFFERS,
				"[{\"sku\": \"a\", \"shop\": \"x\", \"price\": 1}, {\"sku\": \"a \", \"shop\": \"x\", \"price\": 1}]"))
			.containsExactly("$[1].sku, shop occurs twice: $[0] has it, too");
	}

	@Test
	void refusedValueIsNamedWithItsPathAtAnyDepth() {
		Shape offers = offers();
		assertThat(problems(offers, """
				[{"sku": "a", "stock": 1, "price": "sold out", "seller": {"name": "x"}, "open": "yes", "unit": "KG"},
				{"sku": ["b"], "stock": 1.5, "seller": {}, "open": true, "unit": "POUND", "sizes": ["1", null]},
				{"sku": "c", "stock": " 2.0 ", "seller": "x", "open": false, "unit": "G", "sizes": {"a": 1}}, "d"]"""))
			.containsExactly("$[0].price is not of type number", "$[0].open is not of type boolean",
					"$[1].sku is not of type string", "$[1].stock is not of type integer",
					"$[1].seller.name is missing", "$[1].unit is not of type enum", "$[1].sizes[1] is missing",
					"$[1].sku is missing", "$[2].seller is not of type object", "$[2].sizes is not of type array",
					"$[3] is not of type object");
	}

	@Test
	void valuesAreReadAsTheirType() {
		Shape offers = offers();
		Snapshot read = Snapshot.of(Json.read("""
				[{"sku": 7, "stock": "3.0", "price": "12.50", "seller": {"name": "x", "rank": 1, "rating": "null"},
				"open": true, "unit": " KG", "sizes": ["1", 2.0, 3e1], "readAt": "now", "note": {"a": [1]}}]"""),
				offers);
		assertThat(read.problems()).isEmpty();
		assertThat(read.records().values()).singleElement()
			.hasToString("{\"sku\":\"7\",\"stock\":3,\"price\":12.50,\"seller\":{\"name\":\"x\"},\"open\":true,"
					+ "\"unit\":\"KG\",\"sizes\":[1,2,30]}");
		// a number with a billion digits
		assertThat(problems(offers,
				"[{\"sku\": \"a\", \"stock\": 1e999999999, \"seller\": {\"name\": \"x\"}, \"open\": true, \"unit\": \"G\"}]"))
			.containsExactly("$[0].stock is not of type integer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"sold out\"", "\"1,5\"", "\"1.000,00\"", "\"9.99 EUR\"", "\"NaN\"", "\"Infinity\"",
			"\"0x1F\"", "\"1_000\"", "true", "[1]", "{}", "1e999999999", "1e-999999999", "\"1e999999999\"",
			"\"1e2147483647\"", "1e2147483647", "\"1e99999999999\"", "1e99999999999" })
	@Timeout(10)
	void textAndHugeNumberAreRefused(String value) {
		Shape shape = Shape.of(DefaultWatches.definition(teas().tolerance("price", Tolerance.percent(5))));
		Snapshot read = read(shape, "[{\"sku\":\"a\",\"price\":" + value + ",\"rank\":" + value + "}]");
		assertThat(read.problems()).isNotEmpty();
		// neither does the comparison take for ever
		assertThat(read.compare(prices(shape, "1"), Map.of(), shape, 1)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e600000000", "100e2147483647", "[{\"a\": 1e-999999999}]" })
	@Timeout(10)
	void hugeNumberInAValueOfAnyTypeIsRefused(String value) {
		Shape shape = shape(AgentRequest.of("https://shop.example", "Price")
			.withOutputType(new ParameterizedTypeReference<Map<String, Object>>() {
			}));
		assertThat(read(shape, "{\"price\":" + value + "}").problems()).isNotEmpty();
	}

	@Test
	void halfOfAPairIsWrittenAsItsEscape() {
		assertThat(Json.write(Map.of("title", "x\ud83d"))).isEqualToIgnoringCase("{\"title\":\"x\\ud83d\"}");
		assertThat(Json.read(Json.write("\ud83d\ude00")).asString()).isEqualTo("\ud83d\ude00");
	}

	@ParameterizedTest
	@CsvSource({ "1e3, 1000", "'\"1e3\"', 1000", "'\"1E+3\"', 1000", "'\" 1000 \"', 1000", "1000.0, 1000",
			"'\"+1000\"', 1000", "10000e-1, 1000", "'\"1000.000\"', 1000", "-0.0, 0", "0e10, 0" })
	void numbersAreTheSameInAllSpellings(String value, String number) {
		Shape shape = Shape.of(DefaultWatches.definition(teas()));
		Snapshot read = read(shape, "[{\"sku\":\"a\",\"price\":" + value + ",\"rank\":" + value + "}]");
		assertThat(read.problems()).isEmpty();
		Snapshot plain = read(shape, "[{\"sku\":\"a\",\"price\":" + number + ",\"rank\":" + number + "}]");
		assertThat(read.compare(plain, Map.of(), shape, 1).changes()).isEmpty();
		assertThat(read.records().values()).singleElement()
			.satisfies((record) -> assertThat(record.get("rank").toString()).isEqualTo(number));
	}

	private static Snapshot read(Shape shape, String json) {
		return WatchOutcomes.read(run(json), GoalVerdict.unknown(), false, shape);
	}

	@Test
	void aTextMustHaveTheFormatOfItsType() {
		Shape price = shape(AgentRequest.of("https://shop.example", "Price").withOutputType(Dated.class));
		for (String text : List.of("yesterday", "2026-02-30", "2026-01-01T10:00:00Z")) {
			assertThat(Snapshot.of(List.of(Json.read("{\"day\": \"" + text + "\"}")), price).problems())
				.containsExactly("$.day is not of type date");
		}
		assertThat(Snapshot.of(List.of(Json.read("""
				{"day": "2026-02-28 ", "at": "2026-01-01T10:00:00+01:00", "every": "PT5M"}""")), price).problems())
			.isEmpty();
		assertThat(Snapshot.of(List.of(Json.read("""
				{"day": "2026-02-28", "at": "10:00", "every": "5m"}""")), price).problems())
			.containsExactly("$.at is not of type date-time", "$.every is not of type duration");
	}

	@Test
	void aRecordWhoseOnlyPropertyIsAListIsARecord() {
		Shape page = shape(AgentRequest.of("https://shop.example", "Page").withOutputType(Page.class));
		assertThat(page.list()).isFalse();
		Snapshot before = Snapshot.of(page.records(run("{\"teas\": [\"a\", \"b\"]}")), page);
		Snapshot after = Snapshot.of(page.records(run("{\"teas\": [\"b\", \"c\"]}")), page);
		assertThat(before.compare(after, Map.of(), page, 1).changes()).containsExactly(new Change<>(
				RunResult.ofJson("{\"teas\":[\"a\",\"b\"]}"), RunResult.ofJson("{\"teas\":[\"b\",\"c\"]}")));
	}

	@Test
	void aToleranceIsMeasuredFromTheLastPublishedValue() {
		Shape shape = Shape.of(DefaultWatches.definition(teas().tolerance("price", Tolerance.percent(5))));
		Snapshot baseline = prices(shape, "100");
		for (String price : List.of("101", "102.01", "103.03", "104.06", "95.01")) {
			Comparison comparison = baseline.compare(prices(shape, price), Map.of(), shape, 1);
			assertThat(comparison.changes()).as(price).isEmpty();
			baseline = Snapshot.of(comparison.baseline(), shape);
		}
		assertThat(baseline.compare(prices(shape, "105.10"), Map.of(), shape, 1).changes())
			.containsExactly(new Change<>(RunResult.ofJson("{\"sku\":\"a\",\"price\":100}"),
					RunResult.ofJson("{\"sku\":\"a\",\"price\":105.10}")));
		assertThat(baseline.compare(prices(shape, "95"), Map.of(), shape, 1).changes()).hasSize(1);
		// two results agree although the second one is a little higher
		Comparison first = baseline.compare(prices(shape, "110"), Map.of(), shape, 2);
		assertThat(baseline.compare(prices(shape, "110.5"), first.pending(), shape, 2).changes()).singleElement()
			.satisfies((change) -> assertThat(change.after().json()).contains("110.5"));
		assertThat(prices(shape, "0").compare(prices(shape, "0.01"), Map.of(), shape, 1).changes()).hasSize(1);
		Shape absolute = Shape.of(DefaultWatches.definition(teas().tolerance("price", Tolerance.absolute(2))));
		assertThat(prices(absolute, "10").compare(prices(absolute, "11.9"), Map.of(), absolute, 1).changes()).isEmpty();
		assertThat(prices(absolute, "10").compare(prices(absolute, "12"), Map.of(), absolute, 1).changes()).hasSize(1);
		assertThat(prices(absolute, "0").compare(prices(absolute, "1"), Map.of(), absolute, 1).changes()).hasSize(1);
	}

	@Test
	void aToleranceOfAPropertyThatMayBeNullCountsFromNull() {
		Shape shape = Shape.of(DefaultWatches.definition(teas().tolerance("rank", Tolerance.absolute(5))));
		Snapshot none = snapshot(shape, "[{\"sku\": \"a\", \"price\": 1}]");
		Snapshot one = snapshot(shape, "[{\"sku\": \"a\", \"price\": 1, \"rank\": 1}]");
		assertThat(none.compare(one, Map.of(), shape, 1).changes()).hasSize(1);
		assertThat(one.compare(none, Map.of(), shape, 1).changes()).hasSize(1);
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
		for (String result : List.of("{\"value\": 9.90}", "9.90", "\"9.9\"")) {
			assertThat(Snapshot.of(price.records(run(result)), price).records().values()).singleElement()
				.satisfies((record) -> assertThat(record.path("value").decimalValue()).isEqualByComparingTo("9.9"));
		}
		Shape urls = list(new ParameterizedTypeReference<List<String>>() {
		});
		Comparison comparison = Snapshot.of(urls.records(run("{\"items\": [\"a\", \"b\"]}")), urls)
			.compare(Snapshot.of(urls.records(run("[\"b \", \"c\"]")), urls), Map.of(), urls, 1);
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
		Comparison comparison = Snapshot.of(prices.records(run("{\"a\": 1}")), prices)
			.compare(Snapshot.of(prices.records(run("{\"a\": 2}")), prices), Map.of(), prices, 1);
		assertThat(comparison.changes())
			.containsExactly(new Change<>(RunResult.ofJson("{\"a\":1}"), RunResult.ofJson("{\"a\":2}")));
		assertThatIllegalArgumentException().isThrownBy(() -> prices.records(run("5")))
			.withMessage("$ is not an object");
	}

	@Test
	void aResultThatLacksWhatTheTypeRequiresDoesNotFit() {
		assertThat(Snapshot.of(TEAS.records(run("{\"items\": [{\"sku\": \"a\", \"price\": null}], \"note\": 1}")), TEAS)
			.problems()).containsExactly("$[0].price is missing");
		assertThat(Snapshot.of(TEAS.records(run("{\"items\": []}")), TEAS))
			.isEqualTo(new Snapshot(Map.of(), List.of()));
	}

	@Test
	void aPropertyThatAllRecordsHadAndNoneHasIsFoundIfNothingElseHasChanged() {
		Snapshot before = snapshot(
				"""
						[{"sku": "a", "price": 1, "note": "x", "rank": 1}, {"sku": "b", "price": 1, "note": "y", "rank": 1}]""");
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "price": 1, "note": null}, {"sku": "b", "price": 1}]"""), TEAS)).containsExactly("note");
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "price": 1, "note": null}, {"sku": "b", "price": 1, "note": "y"}]"""), TEAS)).isEmpty();
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "price": 1, "note": null}, {"sku": "b", "price": 2}]"""), TEAS)).isEmpty();
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "price": 1}, {"sku": "b", "price": 1}, {"sku": "c", "price": 1}]"""), TEAS)).isEmpty();
		assertThat(before.vanished(snapshot("""
				[{"sku": "a", "price": 1}]"""), TEAS)).isEmpty();
	}

	private static Watch teas() {
		return Watch.of("teas", AgentRequest.of("https://shop.example", "List")
			.withOutputType(new ParameterizedTypeReference<List<Tea>>() {
			})).key("sku");
	}

	private static Shape offers() {
		return Shape.of(DefaultWatches.definition(Watch.of("offers", AgentRequest.of("https://shop.example", "List")
			.withOutputType(new ParameterizedTypeReference<List<Offer>>() {
			})).key("sku")));
	}

	private static Snapshot prices(Shape shape, String price) {
		return snapshot(shape, "[{\"sku\": \"a\", \"price\": " + price + "}]");
	}

	private static List<String> problems(Shape shape, String json) {
		return Snapshot.of(Json.read(json), shape).problems();
	}

	private static Snapshot snapshot(Shape shape, String json) {
		Snapshot snapshot = Snapshot.of(Json.read(json), shape);
		assertThat(snapshot.problems()).isEmpty();
		return snapshot;
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
			BigDecimal respelled = number.setScale(number.scale() + random.nextInt(3));
			return random.nextBoolean() ? respelled : " " + respelled;
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
		return snapshot(TEAS, json);
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

	record Page(List<String> teas) {

	}

	record Dated(LocalDate day, @Nullable Instant at, @Nullable Duration every) {

	}

	record Offer(String sku, long stock, @Nullable BigDecimal price, Seller seller, boolean open, Unit unit,
			@Nullable List<Integer> sizes) {

	}

	record Seller(String name, @Nullable BigDecimal rating) {

	}

	enum Unit {

		KG, G

	}

	record Tea(String sku, BigDecimal price, @Nullable String shop, @Nullable String name, @Nullable String note,
			@Nullable Integer rank, @Nullable List<String> tags) {

	}

}
