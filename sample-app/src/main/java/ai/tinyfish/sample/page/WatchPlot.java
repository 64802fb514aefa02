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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchValue;

/**
 * Prices of a watch as lines over its slots, in the coordinates of an SVG.
 *
 * @param lines a line for each record
 * @param marks a mark for each slot, the oldest first
 * @param grid the labels of the grid, by their height
 */
record WatchPlot(List<Line> lines, List<Mark> marks, Map<Integer, String> grid) {

	private static final int MAX_SLOTS = 48;

	private static final int MAX_LINES = 6;

	private static final int LEFT = 56;

	private static final int WIDTH = 540;

	private static final int TOP = 16;

	private static final int HEIGHT = 200;

	/** The least distance of two labels. */
	private static final int LABEL = 17;

	/**
	 * Plot a series of prices.
	 * @param history the slots, the newest first
	 */
	static WatchPlot of(List<WatchResult> history, List<WatchValue> series) {
		List<WatchResult> slots = new ArrayList<>(history.subList(0, Math.min(MAX_SLOTS, history.size())));
		slots.sort(Comparator.comparing(WatchResult::slot));
		Map<Instant, Integer> columns = new HashMap<>();
		List<Mark> marks = new ArrayList<>();
		for (WatchResult slot : slots) {
			int x = LEFT + WIDTH * (2 * marks.size() + 1) / (2 * slots.size());
			columns.put(slot.slot(), x);
			marks.add(new Mark(x, slot));
		}
		List<WatchValue> values = series.stream()
			.filter((value) -> columns.containsKey(value.time()) && !value.value().isEmpty())
			.toList();
		if (values.isEmpty()) {
			return new WatchPlot(List.of(), marks, Map.of());
		}
		double min = values.stream().mapToDouble(WatchPlot::price).min().getAsDouble();
		double max = values.stream().mapToDouble(WatchPlot::price).max().getAsDouble();
		// whole units, with room below the lowest line
		int low = (int) Math.floor(min - 0.1);
		int step = (int) Math.max(1, Math.ceil((max - low) / 4));
		double scale = HEIGHT / (4.0 * step);
		Map<Integer, String> grid = new LinkedHashMap<>();
		IntStream.rangeClosed(0, 4)
			.forEach((i) -> grid.put(TOP + HEIGHT - i * HEIGHT / 4, "%d.00".formatted(low + i * step)));
		Map<String, List<WatchValue>> records = new LinkedHashMap<>();
		values.forEach((value) -> records.computeIfAbsent(value.key(), (key) -> new ArrayList<>()).add(value));
		List<Instant> results = values.stream().map(WatchValue::time).distinct().toList();
		List<Line> lines = new ArrayList<>();
		records.entrySet().stream().limit(MAX_LINES).forEach((record) -> {
			StringBuilder path = new StringBuilder();
			int before = -1;
			int y = 0;
			for (WatchValue value : record.getValue()) {
				int result = results.indexOf(value.time());
				y = TOP + HEIGHT - (int) Math.round((price(value) - low) * scale);
				String point = columns.get(value.time()) + " " + y;
				// not across results without the record
				path.append((result == before + 1 && before >= 0) ? "L" + point : "M" + point + "h0");
				before = result;
			}
			WatchValue last = record.getValue().get(record.getValue().size() - 1);
			lines.add(new Line(record.getKey(), last.value().to(BigDecimal.class), path.toString(), y));
		});
		return new WatchPlot(spread(lines), marks, grid);
	}

	private static double price(WatchValue value) {
		return value.value().to(BigDecimal.class).doubleValue();
	}

	/**
	 * Move labels apart, from the top.
	 */
	private static List<Line> spread(List<Line> lines) {
		Map<Line, Line> moved = new HashMap<>();
		int free = TOP - LABEL;
		for (Line line : lines.stream().sorted(Comparator.comparing(Line::y)).toList()) {
			free = Math.max(free + LABEL, line.y());
			moved.put(line, new Line(line.name(), line.price(), line.path(), free));
		}
		return lines.stream().map(moved::get).toList();
	}

	/**
	 * Line of a record.
	 *
	 * @param name the key of the record
	 * @param price the last price
	 * @param path the path of the line
	 * @param y the height of its label
	 */
	record Line(String name, BigDecimal price, String path, int y) {

	}

	/**
	 * Mark of a slot.
	 *
	 * @param x its place
	 * @param slot the slot
	 */
	record Mark(int x, WatchResult slot) {

		public String kind() {
			return this.slot.outcome().name().toLowerCase(Locale.ROOT);
		}

		public String symbol() {
			return symbol(this.slot);
		}

		/**
		 * Return the sign of an outcome. Each has a shape of its own.
		 */
		static String symbol(WatchResult slot) {
			return switch (slot.outcome()) {
				case BASELINE -> "\u25c6";
				case UNCHANGED, SAME_PAGE -> "\u2013";
				case UNCONFIRMED -> "\u25cb";
				case CHANGED -> "\u25cf";
				case MISSED -> "\u00d7";
				case SKIPPED, UNKNOWN, LATE -> "?";
			};
		}

	}

}
