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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Result that is a list of objects, as a table.
 *
 * @param columns the names of all properties
 * @param rows the objects
 */
record ResultTable(Set<String> columns, List<Map<String, @Nullable Object>> rows) {

	private static final int MAX_COLUMNS = 50;

	private static final int MAX_ROWS = 100;

	private static final int MAX_CELLS = 1_000_000;

	private static final int MAX_TEXT = 200;

	/**
	 * The place before a possible formula of a spreadsheet: a sign at the beginning of a
	 * cell, also after the separator of another locale, with or without invisible
	 * characters in between.
	 */
	private static final Pattern FORMULA = Pattern
		.compile("(?:^|(?<=[;\t\r\n]))(?=[\"\\p{Z}\\p{Cc}\\p{Cf}&&[^\t\r\n]]*+[=+\\-@\uff1d\uff0b\uff0d\uff20])");

	private static final ParameterizedTypeReference<List<Map<String, @Nullable Object>>> LIST = new ParameterizedTypeReference<>() {
	};

	/**
	 * Read a result.
	 * @return the table, or null if the result is something else
	 */
	static @Nullable ResultTable of(RunResult result) {
		List<Map<String, @Nullable Object>> rows;
		try {
			rows = result.to(LIST);
		}
		catch (TinyFishException | IllegalStateException ex) {
			return null;
		}
		if (rows.stream().anyMatch(Objects::isNull)) {
			return null;
		}
		Set<String> columns = rows.stream()
			.flatMap((row) -> row.keySet().stream())
			.limit(MAX_CELLS)
			.collect(Collectors.toCollection(LinkedHashSet::new));
		boolean usual = !columns.isEmpty() && columns.size() <= MAX_COLUMNS
				&& (long) columns.size() * rows.size() <= MAX_CELLS;
		return usual ? new ResultTable(columns, rows) : null;
	}

	public List<Map<String, @Nullable Object>> shownRows() {
		return this.rows.subList(0, Math.min(MAX_ROWS, this.rows.size()));
	}

	/**
	 * Return the rows that are shown, with a text for each column.
	 */
	List<Map<String, String>> texts() {
		return shownRows().stream().map((row) -> {
			Map<String, String> texts = new LinkedHashMap<>();
			this.columns.forEach((column) -> texts.put(column, shown(row.get(column))));
			return texts;
		}).toList();
	}

	public String shown(@Nullable Object value) {
		return Card.shortened(text(value), MAX_TEXT);
	}

	public boolean isNumber(@Nullable Object value) {
		return value instanceof Number;
	}

	/**
	 * Return the table as CSV by RFC 4180. A possible formula is preceded by an
	 * apostrophe, so that a spreadsheet reads it as a text.
	 */
	String csv() {
		StringBuilder csv = new StringBuilder();
		line(csv, this.columns.stream());
		for (Map<String, @Nullable Object> row : this.rows) {
			line(csv, this.columns.stream().map((column) -> row.get(column)));
		}
		return csv.toString();
	}

	private static void line(StringBuilder csv, Stream<? extends @Nullable Object> cells) {
		csv.append(cells.map(ResultTable::cell).collect(Collectors.joining(","))).append("\r\n");
	}

	private static String cell(@Nullable Object value) {
		String text = text(value);
		if (!(value instanceof Number)) {
			text = FORMULA.matcher(text).replaceAll("'");
		}
		boolean plain = text.chars().noneMatch((character) -> ",;\t\"\r\n".indexOf(character) >= 0);
		return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
	}

	private static String text(@Nullable Object value) {
		if (value == null) {
			return "";
		}
		boolean nested = value instanceof Map || value instanceof List;
		return nested ? JsonMapper.shared().writeValueAsString(value) : value.toString();
	}

}
