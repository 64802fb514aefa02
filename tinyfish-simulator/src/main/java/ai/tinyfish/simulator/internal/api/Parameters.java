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

package ai.tinyfish.simulator.internal.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the parameters of a query string, which collects their problems.
 */
public final class Parameters {

	private static final Pattern INTEGER = Pattern.compile("-?\\d{1,9}");

	private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");

	private final Map<String, List<String>> values;

	private final List<Issue> issues = new ArrayList<>();

	public Parameters(Map<String, List<String>> values) {
		this.values = values;
	}

	/**
	 * Refuse the request if there are problems.
	 */
	public void verify() {
		if (!this.issues.isEmpty()) {
			throw ApiException.invalidInput(this.issues);
		}
	}

	public boolean has(String name) {
		return raw(name) != null;
	}

	public @Nullable String text(String name, int maxLength) {
		String text = raw(name);
		if (text != null && text.isBlank()) {
			issue("too_small", name, "must not be blank");
		}
		if (text != null && text.length() > maxLength) {
			issue("too_big", name, "must have at most " + maxLength + " characters");
		}
		return text;
	}

	public String requiredText(String name) {
		String text = text(name, Integer.MAX_VALUE);
		if (text == null) {
			issue("invalid_type", name, "is required");
			return "";
		}
		return text;
	}

	public @Nullable Integer integer(String name, int min, int max) {
		String text = raw(name);
		if (text == null) {
			return null;
		}
		Integer number = INTEGER.matcher(text).matches() ? Integer.valueOf(text) : null;
		if (number == null || number < min || number > max) {
			issue("invalid_value", name, "must be an integer from " + min + " to " + max);
			return null;
		}
		return number;
	}

	public @Nullable String oneOf(String name, Set<String> allowed) {
		String text = raw(name);
		if (text != null && !allowed.contains(text)) {
			issue("invalid_value", name, "must be one of " + String.join(", ", new TreeSet<>(allowed)));
		}
		return text;
	}

	public List<String> domains(String name) {
		String text = raw(name);
		if (text == null) {
			return List.of();
		}
		List<String> domains = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
		if (!domains.stream().allMatch((domain) -> DOMAIN.matcher(domain).matches())) {
			issue("invalid_format", name, "must be domains with commas between them");
			return List.of();
		}
		return domains;
	}

	public @Nullable LocalDate date(String name) {
		String text = raw(name);
		try {
			return (text != null) ? LocalDate.parse(text) : null;
		}
		catch (DateTimeException ex) {
			issue("invalid_format", name, "must be a date such as 2026-01-31");
			return null;
		}
	}

	public @Nullable Instant instant(String name) {
		String text = raw(name);
		try {
			return (text != null) ? OffsetDateTime.parse(text).toInstant() : null;
		}
		catch (DateTimeException ex) {
			issue("invalid_format", name, "must be an ISO 8601 date-time");
			return null;
		}
	}

	public @Nullable String raw(String name) {
		List<String> all = this.values.get(name);
		return (all != null && !all.isEmpty()) ? all.get(0) : null;
	}

	public void issue(String code, String name, String message) {
		this.issues.add(new Issue(code, List.of(name), "Query parameter \"%s\" %s".formatted(name, message)));
	}

}
