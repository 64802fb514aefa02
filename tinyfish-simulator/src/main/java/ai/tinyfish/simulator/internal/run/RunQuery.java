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

package ai.tinyfish.simulator.internal.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.RunState;
import org.jspecify.annotations.Nullable;

/**
 * Filters, order and position of a list of runs.
 *
 * @param state the state, or {@code null} for any
 * @param goal a part of the goal in lower case, or {@code null} for any
 * @param createdAfter an exclusive bound, or {@code null}
 * @param createdBefore an exclusive bound, or {@code null}
 * @param ascending whether the oldest run comes first
 * @param afterNumber the number of the last run of the page before, or {@code null}
 * @param limit the most runs on a page
 */
public record RunQuery(@Nullable RunState state, @Nullable String goal, @Nullable Instant createdAfter,
		@Nullable Instant createdBefore, boolean ascending, @Nullable Long afterNumber, int limit) {

	private static final Pattern CURSOR = Pattern.compile("\\{\"after\":(\\d{1,18}),\"filters\":\"([0-9a-f]{16})\"} *");

	private static final int MAX_GOAL = 500;

	private static final int MAX_LIMIT = 100;

	private static final int DEFAULT_LIMIT = 20;

	public static RunQuery parse(Map<String, List<String>> parameters) {
		RunState state = state(first(parameters, "status"));
		String goal = first(parameters, "goal");
		if (goal != null && goal.length() > MAX_GOAL) {
			throw ApiException.invalidInput("Query parameter \"goal\" must have at most " + MAX_GOAL + " characters");
		}
		Instant after = instant("created_after", first(parameters, "created_after"));
		Instant before = instant("created_before", first(parameters, "created_before"));
		boolean ascending = ascending(first(parameters, "sort_direction"));
		int limit = limit(first(parameters, "limit"));
		String part = (goal == null || goal.isEmpty()) ? null : goal.toLowerCase(Locale.ROOT);
		RunQuery query = new RunQuery(state, part, after, before, ascending, null, limit);
		String cursor = first(parameters, "cursor");
		return (cursor != null) ? new RunQuery(state, part, after, before, ascending, query.numberIn(cursor), limit)
				: query;
	}

	boolean matches(RunSnapshot run) {
		return (this.state == null || this.state == run.state())
				&& (this.goal == null || run.submission().goal().toLowerCase(Locale.ROOT).contains(this.goal))
				&& (this.createdAfter == null || run.createdAt().isAfter(this.createdAfter))
				&& (this.createdBefore == null || run.createdAt().isBefore(this.createdBefore));
	}

	boolean isBeyondCursor(RunSnapshot run) {
		return this.afterNumber == null
				|| (this.ascending ? run.number() > this.afterNumber : run.number() < this.afterNumber);
	}

	String cursorAfter(RunSnapshot last) {
		String text = "{\"after\":%d,\"filters\":\"%s\"}".formatted(last.number(), fingerprint());
		// always padded with "=", so that a client which forgets to encode it is caught
		while (text.length() % 3 == 0) {
			text += " ";
		}
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
	}

	private long numberIn(String cursor) {
		Matcher matcher = CURSOR.matcher(decoded(cursor));
		if (!matcher.matches()) {
			throw ApiException.invalidInput("Query parameter \"cursor\" is not a cursor of this list");
		}
		if (!matcher.group(2).equals(fingerprint())) {
			throw ApiException.invalidInput("Query parameter \"cursor\" belongs to other filters");
		}
		return Long.parseLong(matcher.group(1));
	}

	private String fingerprint() {
		String filters = "%s|%s|%s|%s|%s".formatted(this.state, this.createdAfter, this.createdBefore, this.ascending,
				this.goal);
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(filters.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String decoded(String cursor) {
		try {
			return new String(Base64.getDecoder().decode(cursor), StandardCharsets.ISO_8859_1);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

	private static @Nullable RunState state(@Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			return RunState.valueOf(text);
		}
		catch (IllegalArgumentException ex) {
			throw ApiException.invalidInput("Query parameter \"status\" must be one of " + List.of(RunState.values()));
		}
	}

	private static @Nullable Instant instant(String name, @Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			return OffsetDateTime.parse(text).toInstant();
		}
		catch (DateTimeException ex) {
			throw ApiException.invalidInput("Query parameter \"" + name + "\" must be an ISO 8601 date-time");
		}
	}

	private static boolean ascending(@Nullable String text) {
		if (text == null || text.equals("desc")) {
			return false;
		}
		if (!text.equals("asc")) {
			throw ApiException.invalidInput("Query parameter \"sort_direction\" must be asc or desc");
		}
		return true;
	}

	private static int limit(@Nullable String text) {
		if (text == null) {
			return DEFAULT_LIMIT;
		}
		int limit = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
		if (limit < 1 || limit > MAX_LIMIT) {
			throw ApiException.invalidInput("Query parameter \"limit\" must be an integer from 1 to " + MAX_LIMIT);
		}
		return limit;
	}

	private static @Nullable String first(Map<String, List<String>> parameters, String name) {
		List<String> values = parameters.get(name);
		return (values != null && !values.isEmpty()) ? values.get(0) : null;
	}

}
