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

package ai.tinyfish.simulator.internal.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Results of runs with a schema and no scenario, which are read from the shop page.
 */
class ShopResultTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static final String ONE = "Read The Salt Road Atlas";

	private static final String LIST = "{P: {\"items\": {\"type\": \"array\", \"items\": {P: {\"title\": S}}}}}";

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	private static final Api api = new Api(simulator);

	@Test
	void listHasWhatThePageSays() {
		JsonNode items = result("List the books", """
				{P: {"items": {"type": "array", "items": {P: {"name": S, "author": S, "category": S, "description": S,
				 "price": N, "currency": S, "inStock": {"type": "boolean"}, "availability": S, "rating": N,
				 "url": S}}}}}""").get("items");
		List<Element> books = Jsoup.parse(api.get("/shop").raw()).select("article");
		assertThat(items.size()).isEqualTo(books.size()).isEqualTo(10);
		for (int i = 0; i < books.size(); i++) {
			Element book = books.get(i);
			JsonNode item = items.get(i);
			for (String property : List.of("name", "author", "description")) {
				assertThat(item.get(property).asString()).isEqualTo(text(book, property));
			}
			assertThat(item.get("category").asString()).isEqualTo(text(book, "genre"));
			assertThat(item.get("price").decimalValue()).isEqualByComparingTo(text(book, "price"));
			assertThat(item.get("currency").asString()).isEqualTo(text(book, "priceCurrency"));
			assertThat(item.get("rating").decimalValue()).isEqualByComparingTo(text(book, "ratingValue"));
			assertThat(book.text()).contains(item.get("availability").asString());
			assertThat(book.expectFirst("[itemprop=availability]").attr("href"))
				.endsWith(item.get("inStock").asBoolean() ? "/InStock" : "/OutOfStock");
			assertThat(item.get("url").asString()).isEqualTo(book.expectFirst("[itemprop=url]").attr("href"));
		}
		assertThat(items.valueStream().map((item) -> item.get("inStock").asBoolean())).contains(true, false);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					name            | S                                        | "The Salt Road Atlas"
					title           | S                                        | "The Salt Road Atlas"
					product         | S                                        | "The Salt Road Atlas"
					book            | S                                        | "The Salt Road Atlas"
					bookTitle       | S                                        | "The Salt Road Atlas"
					product_name    | S                                        | "The Salt Road Atlas"
					price           | N                                        | 12.9
					amount          | N                                        | 12.9
					cost            | N                                        | 12.9
					Unit-Price      | N                                        | 12.9
					price           | {"type": "integer"}                      | 13
					price           | S                                        | "12.90 GBP"
					price           | {"type": "number", "minimum": 20}        | 20
					price           | {"type": "number", "maximum": 5.5}       | 5.5
					price           | {"type": "integer", "maximum": 12.5}     | 12
					price           | {"type": "number", "nullable": true}     | 12.9
					price           | {"anyOf": [S, N]}                        | "12.90 GBP"
					price           | {"anyOf": [{"type": "boolean"}, N]}      | 12.9
					currency        | S                                        | "GBP"
					priceCurrency   | S                                        | "GBP"
					currency        | {"type": "string", "enum": ["EUR","GBP"]}| "GBP"
					currency        | {"type": "string", "enum": ["eur","gbp"]}| "gbp"
					currency        | {"type": "string", "enum": ["EUR","USD"]}| "EUR"
					inStock         | {"type": "boolean"}                      | true
					available       | {"type": "boolean"}                      | true
					is_available    | {"type": "boolean"}                      | true
					availability    | S                                        | "In stock"
					stock           | {"type": "integer"}                      | 7
					availability    | {"type": "string", "enum": ["OUT_OF_STOCK", "IN_STOCK"]} | "IN_STOCK"
					stock           | {"type": "string", "enum": ["no", "yes"]} | "yes"
					author          | S                                        | "Ines Halvard"
					brand           | S                                        | "Ines Halvard"
					seller          | S                                        | "Ines Halvard"
					manufacturer    | S                                        | "Ines Halvard"
					authorName      | S                                        | "Ines Halvard"
					rating          | N                                        | 4.5
					stars           | {"type": "integer"}                      | 5
					rating          | S                                        | "4.5"
					url             | S                                        | "https://bookshop.example/books/salt-road-atlas"
					link            | S                                        | "https://bookshop.example/books/salt-road-atlas"
					description     | S                                        | "Forty hand-drawn maps of a road that is no longer there."
					genre           | S                                        | "Travel"
					title           | {}                                       | "The Salt Road Atlas"
					""")
	void propertyIsMatchedByItsNameAndType(String name, String schema, String expected) {
		JsonNode result = result(ONE, "{P: {\"" + name + "\": " + schema + ", \"url\": S}}");
		assertThat(result.get(name)).isEqualTo(JSON.readTree(expected));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			name     | N                                          | 9.99
			name     | {"type": "boolean"}                        | true
			title    | {"type": "string", "format": "date"}       | "2026-01-15"
			author   | {"type": "string", "enum": ["A", "B"]}     | "A"
			url      | {"type": "integer", "minimum": 3.5}        | 4
			currency | N                                          | 9.99
			isbn     | S                                          | "A simulated isbn"
			pages    | S                                          | "A simulated pages"
			id       | S                                          | "b80bb774-0288-3da1-b201-890375a60c8f"
			orderUuid| S                                          | "835bda8c-71f4-3a52-a476-bffb41fac804"
			image    | S                                          | "https://bookshop.example/simulated/image"
			paid_in_currency | S                                  | "GBP"
			opensAt  | S                                          | "2026-01-15T09:30:00"
			month    | S                                          | "2026-01"
			timeZone | S                                          | "Europe/London"
			grade    | S                                          | "A"
			pages    | {"type": "integer"}                        | 3
			tags     | {"type": "array", "items": S}              | ["A simulated tags 1", "A simulated tags 2"]
			more     | {"type": "object"}                         | {}
			""")
	void propertyThatThePageHasNothingForIsMadeUpAsBefore(String name, String schema, String expected) {
		JsonNode result = result(ONE, "{P: {\"" + name + "\": " + schema + ", \"price\": N}}");
		assertThat(result.get("price").doubleValue()).isEqualTo(12.9);
		assertThat(result.get(name)).isEqualTo(JSON.readTree(expected));
	}

	@Test
	void schemaOfWhichNothingMatchesIsFilledAsBefore() {
		JsonNode result = result("List the 3 cheapest books", """
				{P: {"items": {"type": "array", "items": {P: {"isbn": S, "pages": {"type": "integer"},
				 "weight": N}}}, "found": {"type": "boolean"}}}""");
		assertThat(result).isEqualTo(JSON.readTree("""
				{"items": [{"isbn": "A simulated isbn 1", "pages": 3, "weight": 9.99},
				 {"isbn": "A simulated isbn 2", "pages": 4, "weight": 10.99}], "found": true}"""));
	}

	@Test
	void madeUpValuesOfRecordsDifferAndStayWithTheirRecords() {
		String schema = """
				{P: {"items": {"type": "array", "items": {P: {"title": S, "sku": S, "orderId": S, "image": S,
				 "number": {"type": "integer"}, "day": {"type": "string", "format": "date"}}}}}}""";
		JsonNode all = result("List all books", schema).path("items");
		assertThat(all).hasSizeGreaterThan(5);
		for (String name : List.of("sku", "orderId", "image", "number", "day")) {
			assertThat(all.valueStream().map((item) -> item.path(name).asString())).as(name).doesNotHaveDuplicates();
		}
		assertThat(all.get(1).path("sku").stringValue()).isEqualTo("A simulated sku 2");
		JsonNode some = result("List the 3 cheapest books", schema).path("items");
		assertThat(all.valueStream()).containsAll(some.valueStream().toList());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			List the cheapest books, three of them     | Winters of Moss; The Lamplighter's Ledger; Night Ferry to Varn
			List the 3 CHEAPEST books                  | Winters of Moss; The Lamplighter's Ledger; Night Ferry to Varn
			The 2 most expensive books, please         | A Handbook of Quiet Machines; Bread at Daybreak
			Which one is the cheapest of 2 books       | Winters of Moss; The Lamplighter's Ledger
			List two books [steps:7]                   | The Salt Road Atlas; Night Ferry to Varn
			List 2 books of https://a.example/7/       | The Salt Road Atlas; Night Ferry to Varn
			List <count>1</count> books                | The Salt Road Atlas
			Mysteries by price, cheapest first         | The Lamplighter's Ledger; Night Ferry to Varn
			The cheapest mystery or poetry, 2 of them  | Winters of Moss; The Lamplighter's Ledger
			All travel books                           | The Salt Road Atlas; A Map of Minor Rivers
			Books of Halvard                           | The Salt Road Atlas; A Map of Minor Rivers
			Is there a book about clockmakers?         | The Clockmaker's Orchard
			The first 1 of 10 books                    | The Salt Road Atlas
			""")
	void goalNarrowsSortsAndLimitsTheList(String goal, String titles) {
		assertThat(titles(goal, LIST)).containsExactly(titles.split("; "));
	}

	@ParameterizedTest
	@ValueSource(strings = { "List all", "Phones under 19.5 GBP", "List 500 books", "0 results are fine", "[steps:3]" })
	void goalThatNamesNothingOfTheShopListsAll(String goal) {
		assertThat(titles(goal, LIST)).hasSize(10).doesNotHaveDuplicates().startsWith("The Salt Road Atlas");
	}

	@ParameterizedTest
	@CsvSource({ "'', 10, 2", "'\"maxItems\": 4,', 4, 2", "'\"maxItems\": 0,', 0, 0", "'\"minItems\": 12,', 12, 12",
			"'\"minItems\": 2, \"maxItems\": 3,', 3, 2" })
	void boundsOfTheListHold(String bounds, int all, int two) {
		String schema = LIST.replace("\"array\",", "\"array\", " + bounds);
		assertThat(titles("List all", schema)).hasSize(all);
		assertThat(titles("List the 2 cheapest", schema)).hasSize(two);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					What does the cheapest book cost?             | {"value": N}                              | 6.8
					What does the cheapest book cost?             | {"value": S}                              | "6.80 GBP"
					The price of Bread at Daybreak                | {"value": {"type": "integer"}}            | 15
					The cheapest book                             | {"value": S}                              | "Winters of Moss"
					Who is the author of the cheapest book?       | {"value": S}                              | "Sefa Lindqvar"
					The rating of Night Ferry to Varn, in stock   | {"value": N}                              | 4.1
					Is The Clockmaker's Orchard in stock?         | {"value": {"type": "boolean"}}            | false
					How many books are there?                     | {"value": {"type": "integer"}}            | 10
					How many books are in stock?                  | {"value": {"type": "integer"}}            | 8
					The number of travel books                    | {"value": N}                              | 2
					How many books are there?                     | {"value": {"type": "integer", "maximum": 4}} | 4
					When did the shop open?                       | {"value": {"type": "string", "format": "date"}} | "2026-01-15"
					The 2 cheapest books                          | {"items": {"type": "array", "items": S}}  | ["Winters of Moss", "The Lamplighter's Ledger"]
					Prices of the 2 cheapest books                | {"items": {"type": "array", "items": N}}  | [6.8, 7.95]
					Authors of the 2 cheapest books               | {"items": {"type": "array", "items": S}}  | ["Sefa Lindqvar", "Tomas Eklind"]
					The 2 cheapest books                          | {"titles": {"type": "array", "items": S}} | ["Winters of Moss", "The Lamplighter's Ledger"]
					""")
	void singleValuesAndListsOfThemAreWhatTheGoalAsksFor(String goal, String properties, String expected) {
		JsonNode result = result(goal, "{P: " + properties + "}");
		assertThat(result.size()).isEqualTo(1);
		assertThat(result.values().iterator().next()).isEqualTo(JSON.readTree(expected));
	}

	@ParameterizedTest
	@MethodSource
	void nestedSchemasAreFilled(String properties, String expected) {
		assertThat(result("The 2 cheapest mysteries", "{P: {" + properties + "}}"))
			.isEqualTo(JSON.readTree("{" + expected + "}"));
	}

	static List<Arguments> nestedSchemasAreFilled() {
		return List.of(arguments("""
				"title": S, "price": {P: {"amount": N, "currency": S}}""", """
				"title": "The Lamplighter's Ledger", "price": {"amount": 7.95, "currency": "GBP"}"""), arguments("""
				"title": S, "price": {P: {"value": N, "text": S}}""", """
				"title": "The Lamplighter's Ledger", "price": {"value": 7.95, "text": "7.95 GBP"}"""), arguments("""
				"book": {P: {"name": S, "author": {P: {"name": S}}}}""", """
				"book": {"name": "The Lamplighter's Ledger", "author": {"name": "Tomas Eklind"}}"""), arguments("""
				"name": S, "authors": {"type": "array", "items": S}""", """
				"name": "The Lamplighter's Ledger", "authors": ["Tomas Eklind"]"""), arguments("""
				"name": S, "offers": {"type": "array", "minItems": 2, "items": {P: {"price": N}}}""", """
				"name": "The Lamplighter's Ledger", "offers": [{"price": 7.95}, {"price": 7.95}]"""), arguments("""
				"name": S, "url": S, "products": {"type": "array", "items": {P: {"name": S}}}""", """
				"name": "The Paper Harbour", "url": "https://bookshop.example/",
				 "products": [{"name": "The Lamplighter's Ledger"}, {"name": "Night Ferry to Varn"}]"""), arguments("""
				"name": S, "price": {P: {"amount": N}}, "similar": {"type": "array", "items": {P: {"name": S}}}""", """
				"name": "The Lamplighter's Ledger", "price": {"amount": 7.95},
				 "similar": [{"name": "The Lamplighter's Ledger"}]"""), arguments("""
				"data": {P: {"books": {"type": "array", "items": {P: {"price": S}}}}}, "currency": S""", """
				"currency": "GBP", "data": {"books": [{"price": "7.95 GBP"}, {"price": "8.50 GBP"}]}"""));
	}

	@Test
	void requiredNamesWithoutASchemaAreFilled() {
		assertThat(result(ONE, "{P: {\"price\": N}, \"required\": [\"price\", \"title\", \"isbn\"]}"))
			.isEqualTo(JSON.readTree("""
					{"price": 12.9, "title": "The Salt Road Atlas", "isbn": "A simulated isbn"}"""));
	}

	@Test
	void sameRequestHasTheSameResultInAnyWayToRunIt() {
		JsonNode first = result("The 3 cheapest books", LIST);
		assertThat(result("The 3 cheapest books", LIST)).isEqualTo(first);
		Api.Reply queued = api.post("/v1/automation/run-async", body("The 3 cheapest books", LIST));
		Map<String, Object> run = api.get("/v1/runs/" + queued.text("run_id")).body();
		assertThat(run.get("result")).isEqualTo(JSON.convertValue(first, Map.class));
	}

	@Test
	void exampleOfTheReadmeIsTrue() throws IOException {
		String page = Files.readString(Path.of("README.md")).replace("\r\n", "\n");
		String example = page.substring(page.indexOf("```json\n") + 8,
				page.indexOf("\n```\n", page.indexOf("```json")));
		assertThat(page).contains("\"List the 2 cheapest books\":\n\n```json\n" + example);
		assertThat(result("List the 2 cheapest books", """
				{P: {"items": {"type": "array", "items": {P: {"title": S, "price": N,
				 "inStock": {"type": "boolean"}}}}}}""")).isEqualTo(JSON.readTree(example));
	}

	@Test
	void scenariosAndMarksComeFirst() {
		simulator.given("chosen", Scenario.completed(Map.of("title", "Chosen")));
		assertThat(result("chosen", "{P: {\"title\": S}}").get("title").asString()).isEqualTo("Chosen");
		assertThat(api.post("/v1/automation/run", body("[empty]", LIST)).body()).containsEntry("result", null);
		assertThat(api.post("/v1/automation/run", body("[misfit]", LIST)).object("schema_validation"))
			.containsEntry("valid", false);
	}

	private static List<String> titles(String goal, String schema) {
		return result(goal, schema).get("items").valueStream().map((item) -> item.get("title").asString()).toList();
	}

	/**
	 * Returns the result of a run, which fits the schema.
	 */
	private static JsonNode result(String goal, String schema) {
		Api.Reply reply = api.post("/v1/automation/run", body(goal, schema));
		assertThat(reply.status()).as(reply.raw()).isEqualTo(200);
		assertThat(reply.object("schema_validation")).as(reply.raw()).containsEntry("valid", true);
		return JSON.readTree(reply.raw()).get("result");
	}

	private static String body(String goal, String schema) {
		String whole = schema.replace("{P:", "{\"type\": \"object\", \"properties\":")
			.replaceAll("\\bS\\b(?=[,}\\]])", "{\"type\": \"string\"}")
			.replaceAll("\\bN\\b(?=[,}\\]])", "{\"type\": \"number\"}");
		return "{\"url\": \"https://a.example\", \"goal\": " + JSON.writeValueAsString(goal) + ", \"output_schema\": "
				+ whole + "}";
	}

	private static String text(Element book, String property) {
		return book.expectFirst("[itemprop=" + property + "]").text();
	}

}
