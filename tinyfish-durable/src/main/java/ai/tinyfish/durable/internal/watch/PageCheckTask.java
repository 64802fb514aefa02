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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.ProxyType;
import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.durable.internal.store.AccountPauses;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchRow.Check;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.fetch.FetchError;
import ai.tinyfish.fetch.FetchFormat;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchResult;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.support.LogText;
import ai.tinyfish.support.agent.AgentRequestJson;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Fetches the pages of watches whose slots are due, and decides whether they run. Nothing
 * is stored before that: a check that was killed is made again.
 *
 * @param turn held while pages are fetched: one thread of an instance at a time
 */
public record PageCheckTask(WatchTable table, WatchTask watches, Service service, Meters meters, Clock clock,
		Semaphore turn, RepeatedWarnings warnings, AtomicBoolean stopped) implements TaskHandler {

	/** Maximum number of pages in a call. */
	private static final int MAX_TOGETHER = 10;

	private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(20);

	/** A host, without {@code www.} and port. */
	private static final Pattern HOST = Pattern.compile("https?://(?:www\\.)?([^/?#:]*).*");

	private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Z}]+");

	/**
	 * Return the check of a watch.
	 * @throws IllegalArgumentException if Fetch cannot read the page that a run sees
	 */
	static Check check(Watch watch) {
		AgentRequest request = watch.request();
		ProxyConfig proxy = request.proxy();
		if (watch.skipUnchanged() > 0) {
			Assert.isTrue(!Boolean.TRUE.equals(request.useProfile()), "skipUnchanged is not possible with a profile");
			Assert.isTrue(!Boolean.TRUE.equals(request.useVault()), "skipUnchanged is not possible with a vault");
			Assert.isTrue(proxy == null || !ProxyType.CUSTOM.equals(proxy.type()),
					"skipUnchanged is not possible with your own proxy");
			Assert.isTrue(Requests.withoutSecrets(AgentRequestJson.of(request).request()).url().equals(request.url()),
					"skipUnchanged is not possible with a user name in the URL");
			fetch(List.of(request.url()), watch.selectors(), country(proxy));
		}
		return new Check(watch.skipUnchanged(), watch.selectors());
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String account = task.getId().substring(0, task.getId().length() - 1);
		Instant paused = this.service.pausedUntil(Service.fetches(account));
		if (paused != null) {
			return paused;
		}
		if (!this.turn.tryAcquire()) {
			return this.clock.now().plus(FIRST_DELAY);
		}
		try {
			List<WatchRow> waiting = this.table.checked(account, this.clock.now(), MAX_TOGETHER);
			if (waiting.isEmpty()) {
				return null;
			}
			Map<String, @Nullable String> digests = new HashMap<>();
			waiting.stream()
				.collect(Collectors.groupingBy((row) -> List.of(selectors(row), String.valueOf(country(row)))))
				.values()
				.forEach((rows) -> fetch(account, rows, digests));
			if (this.stopped.get()) {
				// an interrupt is not a failed check
				return this.clock.now();
			}
			List<WatchRow> fetched = waiting.stream().filter((row) -> digests.containsKey(row.id())).toList();
			List<String> results = fetched.isEmpty() ? List.of() : this.watches.decide(fetched, digests);
			results.forEach(this.meters::checked);
			return results.isEmpty() ? this.clock.now().plus(FIRST_DELAY) : this.clock.now();
		}
		finally {
			this.turn.release();
		}
	}

	/**
	 * Fetch the pages of watches with the same selectors and country.
	 * @param digests receives the digests by the ids of the watches, null for pages that
	 * could not be fetched
	 */
	private void fetch(String account, List<WatchRow> rows, Map<String, @Nullable String> digests) {
		Set<String> urls = rows.stream()
			.map((row) -> row.definition().url())
			.collect(Collectors.toCollection(LinkedHashSet::new));
		FetchResponse response;
		try {
			response = this.service.fetch(account,
					fetch(List.copyOf(urls), selectors(rows.get(0)), country(rows.get(0))));
		}
		catch (RuntimeException ex) {
			if (AccountPauses.isAsked(ex)) {
				return;
			}
			if (urls.size() > 1 && SubmissionFailures.isRefused(ex)) {
				// one of the pages may be the reason
				urls.forEach((url) -> fetch(account,
						rows.stream().filter((row) -> row.definition().url().equals(url)).toList(), digests));
				return;
			}
			failed(String.valueOf(ex.getClass()), ex.toString());
			rows.forEach((row) -> digests.put(row.id(), null));
			return;
		}
		for (WatchRow row : rows) {
			String url = row.definition().url();
			Stream<FetchResult> results = response.results().stream().filter((result) -> result.url().equals(url));
			String digest = digest(url, results.findFirst().orElse(null));
			digests.put(row.id(), digest);
			if (digest == null) {
				Stream<FetchError> errors = response.errors().stream().filter((error) -> error.url().equals(url));
				failed(row.id(),
						"watch " + row.id() + ": "
								+ errors.findFirst()
									.map(FetchError::error)
									.orElse("no text, no element of a selector, or another host"));
			}
		}
	}

	private void failed(String cause, String reason) {
		logger.atLevel(this.warnings.isFirst("fetch " + cause) ? Level.WARN : Level.DEBUG)
			.log("Pages of watches could not be fetched, so that these run: {}", LogText.of(reason));
	}

	private static FetchRequest fetch(List<String> urls, List<String> selectors, @Nullable ProxyCountryCode country) {
		return FetchRequest.builder()
			.urls(urls)
			.format(FetchFormat.MARKDOWN)
			// a stored copy may be of any age
			.ttl(Duration.ZERO)
			.perUrlTimeout(PAGE_TIMEOUT)
			.includeSelectors(selectors.isEmpty() ? null : selectors)
			.proxyCountryCode(country)
			.build();
	}

	private static List<String> selectors(WatchRow row) {
		return row.definition().check().selectors();
	}

	private static @Nullable ProxyCountryCode country(WatchRow row) {
		return country(Requests.withoutSecrets(row.definition().request()).proxy());
	}

	private static @Nullable ProxyCountryCode country(@Nullable ProxyConfig proxy) {
		return (proxy != null) ? proxy.countryCode() : null;
	}

	/**
	 * Return the digest of the text of a page.
	 * @return the digest, or null if the page is not there as a whole
	 */
	static @Nullable String digest(String url, @Nullable FetchResult page) {
		String text = (page != null) ? page.text() : null;
		if (page == null || !StringUtils.hasText(text) || !page.unmatchedSelectors().isEmpty()
				|| (page.finalUrl() != null && !host(url).equals(host(page.finalUrl())))) {
			return null;
		}
		String plain = WHITE_SPACE.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll(" ").strip();
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(plain.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String host(String url) {
		return HOST.matcher(url.toLowerCase(Locale.ROOT)).replaceFirst("$1");
	}

}
