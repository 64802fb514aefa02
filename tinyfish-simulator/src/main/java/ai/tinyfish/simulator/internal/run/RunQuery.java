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
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Parameters;
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

	private static final Set<String> STATES = Arrays.stream(RunState.values())
		.map(RunState::name)
		.collect(Collectors.toSet());

	private static final int MAX_GOAL = 500;

	private static final int MAX_LIMIT = 100;

	private static final int DEFAULT_LIMIT = 20;

	public static RunQuery parse(Map<String, List<String>> query) {
		Parameters parameters = new Parameters(query);
		String status = parameters.oneOf("status", STATES);
		String goal = parameters.raw("goal");
		if (goal != null && goal.length() > MAX_GOAL) {
			parameters.issue("too_big", "goal", "must have at most " + MAX_GOAL + " characters");
		}
		Instant after = parameters.instant("created_after");
		Instant before = parameters.instant("created_before");
		boolean ascending = "asc".equals(parameters.oneOf("sort_direction", Set.of("asc", "desc")));
		Integer limit = parameters.integer("limit", 1, MAX_LIMIT);
		parameters.verify();
		RunQuery first = new RunQuery((status != null) ? RunState.valueOf(status) : null,
				(goal != null) ? goal.toLowerCase(Locale.ROOT) : null, after, before, ascending, null,
				(limit != null) ? limit : DEFAULT_LIMIT);
		String cursor = parameters.raw("cursor");
		return (cursor != null)
				? new RunQuery(first.state, first.goal, after, before, ascending, first.numberIn(cursor), first.limit)
				: first;
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

}
