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

package ai.tinyfish.durable.watch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;

/**
 * Request that runs on a schedule, and the comparison of its results.
 *
 * @param id the id: 1 to 100 letters, digits or characters of {@code . _ : @ -}
 * @param request the request, with an output type. A list of records needs a key
 * @param cron the schedule, as for {@code @Scheduled}; {@link #NEVER} unless set
 * @param zone the time zone of the schedule; UTC unless set
 * @param key the properties that identify a record of a list
 * @param ignore the properties that are not compared
 * @param tolerance the differences that are not changes, by the properties of numbers
 * @param confirm how many results in a row must agree on a change; 2 unless set
 * @param confirmAfter the time after which a change that is not confirmed is looked for
 * again, or null to wait for the next slot
 * @param acceptEmpty whether an empty result is a result, and not a missed goal
 * @param account the account whose API key is used, or null for the client's own
 * @since 0.1.0
 */
public record Watch(String id, AgentRequest request, String cron, String zone, List<String> key, List<String> ignore,
		Map<String, Tolerance> tolerance, int confirm, @Nullable Duration confirmAfter, boolean acceptEmpty,
		@Nullable String account, int skipUnchanged, List<String> selectors) {

	/**
	 * Schedule of a watch that runs with {@link Watches#runNow} alone.
	 */
	public static final String NEVER = "-";

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:@-]{1,100}");

	/**
	 * Create a watch.
	 * @param id the id
	 * @param request the request
	 * @param cron the schedule
	 * @param zone the time zone of the schedule
	 * @param key the properties that identify a record of a list
	 * @param ignore the properties that are not compared
	 * @param tolerance the differences that are not changes, by the properties of numbers
	 * @param confirm how many results in a row must agree on a change
	 * @param confirmAfter the time after which a change is looked for again, or null
	 * @param acceptEmpty whether an empty result is a result
	 * @param account the account, or null
	 * @param skipUnchanged how many slots in a row are skipped while the page has not
	 * changed; 0 to run each
	 * @param selectors the parts of the page that count; empty for all of it
	 * @throws IllegalArgumentException naming the component that is not valid
	 */
	public Watch {
		Assert.isTrue(ID.matcher(id).matches(), "id must have 1 to 100 letters, digits or characters of ._:@-");
		Assert.isTrue(confirm > 0, "confirm must be positive");
		Assert.isTrue(confirmAfter == null || (confirmAfter.compareTo(Duration.ZERO) > 0 && confirm > 1),
				"confirmAfter must be positive, and has no effect unless confirm is at least 2");
		String name = "zone '" + zone + "'";
		try {
			ZoneId.of(zone);
			name = "cron '" + cron + "'";
			Assert.isTrue(cron.equals(NEVER) || CronExpression.parse(cron).next(LocalDateTime.now()) != null,
					"it never comes");
		}
		catch (DateTimeException | IllegalArgumentException ex) {
			throw new IllegalArgumentException(name + " is not valid: " + ex.getMessage(), ex);
		}
		key = List.copyOf(key);
		ignore = List.copyOf(ignore);
		tolerance = Map.copyOf(tolerance);
		selectors = List.copyOf(selectors);
		Assert.isTrue(skipUnchanged >= 0, "skipUnchanged must not be negative");
		Assert.isTrue(selectors.isEmpty() || skipUnchanged > 0, "selectors have no effect without skipUnchanged");
	}

	/**
	 * Create a watch without a schedule.
	 * @param id the id
	 * @param request the request, with an output type
	 * @return the watch
	 */
	public static Watch of(String id, AgentRequest request) {
		return new Watch(id, request, NEVER, "UTC", List.of(), List.of(), Map.of(), 2, null, false, null, 0, List.of());
	}

	/**
	 * Return the same watch with a schedule.
	 * @param cron six fields, from seconds to days of the week, as for
	 * {@code @Scheduled}, or {@link #NEVER}
	 * @return the watch
	 */
	public Watch cron(String cron) {
		return new Watch(this.id, this.request, cron, this.zone, this.key, this.ignore, this.tolerance, this.confirm,
				this.confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch with the time zone of its schedule.
	 * @param zone a time zone such as {@code Europe/Berlin}
	 * @return the watch
	 */
	public Watch zone(String zone) {
		return new Watch(this.id, this.request, this.cron, zone, this.key, this.ignore, this.tolerance, this.confirm,
				this.confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch with a key: properties whose values together identify a
	 * record of the list, such as an SKU or a URL.
	 * @param key the names of the properties
	 * @return the watch
	 */
	public Watch key(String... key) {
		return new Watch(this.id, this.request, this.cron, this.zone, List.of(key), this.ignore, this.tolerance,
				this.confirm, this.confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch with properties that are not compared.
	 * @param ignore the names of the properties
	 * @return the watch
	 */
	public Watch ignore(String... ignore) {
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, List.of(ignore), this.tolerance,
				this.confirm, this.confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch with a tolerance of a number: it has changed once it differs
	 * by as much from its last published value. From zero or null, any difference is a
	 * change.
	 * @param property the name of the property
	 * @param tolerance the tolerance
	 * @return the watch
	 */
	public Watch tolerance(String property, Tolerance tolerance) {
		Map<String, Tolerance> all = new LinkedHashMap<>(this.tolerance);
		all.put(property, tolerance);
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, this.ignore, all, this.confirm,
				this.confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch with the number of results in a row that must agree on a
	 * change before it is published.
	 * @param confirm the number
	 * @return the watch
	 */
	public Watch confirm(int confirm) {
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, this.ignore, this.tolerance, confirm,
				this.confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch that runs again some time after a result with a change that
	 * is not confirmed, and not only at its next slot. Of {@code confirm} results that
	 * must agree, all but the first may come that early.
	 * @param confirmAfter the time, or null to wait for the next slot
	 * @return the watch
	 */
	public Watch confirmAfter(@Nullable Duration confirmAfter) {
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, this.ignore, this.tolerance,
				this.confirm, confirmAfter, this.acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch, for which an empty result is a result or a missed goal.
	 * @param acceptEmpty whether it is a result
	 * @return the watch
	 */
	public Watch acceptEmpty(boolean acceptEmpty) {
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, this.ignore, this.tolerance,
				this.confirm, this.confirmAfter, acceptEmpty, this.account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch for an account.
	 * @param account the account whose API key the
	 * {@link ai.tinyfish.durable.DurableRunApiKeyProvider} bean supplies, or null for the
	 * client's own
	 * @return the watch
	 */
	public Watch account(@Nullable String account) {
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, this.ignore, this.tolerance,
				this.confirm, this.confirmAfter, this.acceptEmpty, account, this.skipUnchanged, this.selectors);
	}

	/**
	 * Return the same watch, which reads its page with Fetch first, and skips a slot if
	 * the page has not changed. For goals whose answer stands on the page of the URL.
	 * @param skipUnchanged how many slots in a row are skipped; the next one runs anyway
	 * @param selectors CSS selectors of the parts of the page that count; all of it
	 * without them
	 * @return the watch
	 */
	public Watch skipUnchanged(int skipUnchanged, String... selectors) {
		return new Watch(this.id, this.request, this.cron, this.zone, this.key, this.ignore, this.tolerance,
				this.confirm, this.confirmAfter, this.acceptEmpty, this.account, skipUnchanged, List.of(selectors));
	}

}
