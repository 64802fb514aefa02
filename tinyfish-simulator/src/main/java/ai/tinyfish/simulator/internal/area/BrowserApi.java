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

package ai.tinyfish.simulator.internal.area;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.Fields;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.api.Parameters;
import ai.tinyfish.simulator.internal.chromium.Chromium;
import ai.tinyfish.simulator.internal.chromium.Chromiums;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Browser sessions. They end when they are closed or time out. Each has a browser from
 * when it is connected to, if there is a local one.
 */
final class BrowserApi {

	private static final int MIN_TIMEOUT = 5;

	private static final int MAX_TIMEOUT = 86_400;

	/** Longest timeout of a paid plan. */
	private static final Duration PLAN_MAXIMUM = Duration.ofMinutes(60);

	private final Usage<RunningSession> usage = new Usage<>(RunningSession::startedAt, this::state, this::document);

	private final Map<String, RunningSession> sessions = new LinkedHashMap<>();

	private final Clock clock;

	private final Supplier<String> baseUrl;

	private final Chromiums chromiums;

	BrowserApi(Clock clock, Supplier<String> baseUrl, Chromiums chromiums) {
		this.chromiums = chromiums;
		this.clock = clock;
		this.baseUrl = baseUrl;
	}

	HttpAnswer open(byte[] body) {
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of((body.length > 0) ? body : new byte[] { '{', '}' }, issues);
		String url = fields.text("url");
		if (url != null && !isPage(url)) {
			fields.issue("invalid_format", "url", "Field \"url\" must be a URL or a domain");
		}
		Integer seconds = fields.isNull("timeout_seconds") ? null
				: fields.integer("timeout_seconds", MIN_TIMEOUT, MAX_TIMEOUT);
		if (!issues.isEmpty()) {
			throw ApiException.invalidInput(issues);
		}
		Duration wanted = (seconds != null) ? Duration.ofSeconds(seconds) : PLAN_MAXIMUM;
		RunningSession session = new RunningSession("tf-" + UUID.randomUUID(),
				(url != null) ? withScheme(url) : "about:blank", this.clock.instant(),
				(wanted.compareTo(PLAN_MAXIMUM) < 0) ? wanted : PLAN_MAXIMUM);
		synchronized (this.sessions) {
			this.sessions.put(session.id(), session);
			if (this.sessions.size() > Usage.MAX_KEPT) {
				Iterator<RunningSession> oldest = this.sessions.values().iterator();
				oldest.next().end(this.clock.instant());
				oldest.remove();
			}
		}
		String root = this.baseUrl.get() + "/browser/" + session.id();
		return HttpAnswer.json(201,
				Json.object()
					.put("session_id", session.id())
					.put("cdp_url", root.replaceFirst("http", "ws") + "/cdp")
					.put("base_url", root));
	}

	HttpAnswer close(String id) {
		find(id).end(this.clock.instant());
		return HttpAnswer.noContent();
	}

	/**
	 * Connect to the browser of a session.
	 */
	HttpAnswer connect(String id) {
		RunningSession session = find(id);
		Chromium chromium = session.chromium(this.clock, this.chromiums);
		return (response) -> this.chromiums.connect(chromium, response, session::connected,
				() -> session.disconnected(this.clock));
	}

	/**
	 * Return the open sessions.
	 */
	List<String> open() {
		synchronized (this.sessions) {
			Instant now = this.clock.instant();
			return this.sessions.values()
				.stream()
				.filter((session) -> session.endedAt(now) == null)
				.map(RunningSession::id)
				.toList();
		}
	}

	/**
	 * End all sessions.
	 */
	void endAll() {
		synchronized (this.sessions) {
			this.sessions.values().forEach((session) -> session.end(this.clock.instant()));
		}
	}

	/**
	 * Return the open pages of a session, as listed below its own root.
	 */
	HttpAnswer pages(String id) {
		RunningSession session = find(id);
		if (session.endedAt(this.clock.instant()) != null) {
			throw unknown();
		}
		return pages(session.url(), this.baseUrl.get() + "/browser/" + id);
	}

	/**
	 * Return the one open page of a session.
	 */
	static HttpAnswer pages(String url, String root) {
		ArrayNode pages = JsonNodeFactory.instance.arrayNode();
		pages.addObject().put("url", url).put("devtoolsFrontendUrl", root + "/devtools");
		return HttpAnswer.bytes("application/json", Json.bytes(pages));
	}

	HttpAnswer usage(Map<String, List<String>> query) {
		String id = new Parameters(query).raw("session_id");
		List<RunningSession> all;
		synchronized (this.sessions) {
			all = List.copyOf(this.sessions.values());
		}
		return HttpAnswer.ok(this.usage.page(all, query, Set.of("running", "ended"),
				(session) -> id == null || id.equals(session.id())));
	}

	private RunningSession find(String id) {
		synchronized (this.sessions) {
			RunningSession session = this.sessions.get(id);
			if (session == null) {
				throw unknown();
			}
			return session;
		}
	}

	private static ApiException unknown() {
		return new ApiException(404, "NOT_FOUND", "Browser session not found");
	}

	private String state(RunningSession session) {
		return (session.endedAt(this.clock.instant()) != null) ? "ended" : "running";
	}

	private ObjectNode document(RunningSession session) {
		Instant ended = session.endedAt(this.clock.instant());
		ObjectNode document = Json.object().put("session_id", session.id()).put("user_id", "cus_simulated");
		document.putNull("sub_user_id").put("mode", "tf-browser").put("start_time", Usage.text(session.startedAt()));
		document.put("end_time", Usage.text(ended));
		document.put("duration_ms",
				(ended != null) ? Long.valueOf(Duration.between(session.startedAt(), ended).toMillis()) : null);
		Integer bytes = (ended != null) ? 0 : null;
		document.put("proxy_trg_rx_bytes", bytes).put("proxy_trg_tx_bytes", bytes);
		document.put("status", (ended != null) ? "ended" : "running");
		document.put("created_at", Usage.text(session.startedAt()));
		return document.put("updated_at", Usage.text((ended != null) ? ended : session.startedAt()));
	}

	private static boolean isPage(String url) {
		try {
			URI uri = new URI(withScheme(url));
			return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme());
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	private static String withScheme(String url) {
		return url.contains("://") ? url : "https://" + url;
	}

	/**
	 * A session.
	 */
	private static final class RunningSession {

		private final String id;

		private final String url;

		private final Instant startedAt;

		private final Duration timeout;

		private Instant timeoutAt;

		private @Nullable Instant closedAt;

		private @Nullable Chromium chromium;

		private final Disposable.Swap idle = Disposables.swap();

		private int connections;

		private RunningSession(String id, String url, Instant startedAt, Duration timeout) {
			this.id = id;
			this.url = url;
			this.startedAt = startedAt;
			this.timeout = timeout;
			this.timeoutAt = startedAt.plus(timeout);
		}

		private String id() {
			return this.id;
		}

		private String url() {
			return this.url;
		}

		private Instant startedAt() {
			return this.startedAt;
		}

		private synchronized Chromium chromium(Clock clock, Chromiums chromiums) {
			if (endedAt(clock.instant()) != null) {
				throw unknown();
			}
			if (this.chromium == null) {
				this.chromium = chromiums.start(this.url);
			}
			used(clock);
			return this.chromium;
		}

		private synchronized void connected() {
			this.connections++;
		}

		private synchronized void disconnected(Clock clock) {
			this.connections--;
			used(clock);
		}

		private void used(Clock clock) {
			this.timeoutAt = clock.instant().plus(this.timeout);
			// a moment later, since the clock is not that of the delay
			this.idle.update(Mono.delay(this.timeout.plusSeconds(1)).subscribe((tick) -> endIfIdle(clock.instant())));
		}

		private synchronized void endIfIdle(Instant now) {
			if (endedAt(now) != null) {
				end(now);
			}
		}

		private synchronized void end(Instant now) {
			this.idle.dispose();
			if (endedAt(now) == null) {
				this.closedAt = now;
			}
			if (this.chromium != null) {
				this.chromium.end();
			}
		}

		private synchronized @Nullable Instant endedAt(Instant now) {
			if (this.closedAt != null) {
				return this.closedAt;
			}
			// a connection counts as use
			return (this.connections > 0 || now.isBefore(this.timeoutAt)) ? null : this.timeoutAt;
		}

	}

}
