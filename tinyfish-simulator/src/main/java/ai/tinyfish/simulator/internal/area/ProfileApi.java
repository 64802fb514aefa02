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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.Fields;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Profile API. A set-up session has no browser, and ends when it is saved, cancelled or
 * times out. Saving it adds the site that it was started with to its profile, and the
 * sites that are named as signed in.
 */
final class ProfileApi {

	private static final Set<String> COUNTRIES = Set.of("US", "GB", "CA", "AU", "DE", "FR", "IT", "ES", "NL", "JP",
			"SG", "BR", "IN");

	private static final int MAX_NAME_LENGTH = 100;

	private static final int MIN_TIMEOUT = 5;

	private static final int MAX_TIMEOUT = 86_400;

	private static final int DEFAULT_TIMEOUT = 900;

	private static final String SITES = "signed_in_sites";

	private static final int MAX_SITES = 100;

	/** A made-up number of cookies of each site. */
	private static final int COOKIES = 3;

	private final Map<String, Profile> profiles = new LinkedHashMap<>();

	private final Map<String, ProfileSession> sessions = new LinkedHashMap<>();

	private final Clock clock;

	private final Supplier<String> baseUrl;

	private int made;

	ProfileApi(Clock clock, Supplier<String> baseUrl) {
		this.clock = clock;
		this.baseUrl = baseUrl;
	}

	synchronized HttpAnswer list() {
		ObjectNode answer = Json.object();
		ArrayNode array = answer.putArray("profiles");
		this.profiles.values().forEach((profile) -> array.add(profile.document()));
		return HttpAnswer.ok(answer);
	}

	synchronized HttpAnswer create(byte[] body) {
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of(body, issues);
		String name = fields.requiredText("name");
		if (name != null && name.length() > MAX_NAME_LENGTH) {
			fields.issue("too_big", "name",
					"Field \"name\" must have at most %d characters".formatted(MAX_NAME_LENGTH));
		}
		String country = fields.isNull("proxy_country_code") ? null : fields.oneOf("proxy_country_code", COUNTRIES);
		Boolean isDefault = fields.flag("set_as_default");
		if (!issues.isEmpty() || name == null) {
			throw ApiException.invalidInput(issues);
		}
		this.made++;
		Profile profile = new Profile("prof_" + this.made, name, country, this.clock.instant());
		if (Boolean.TRUE.equals(isDefault)) {
			this.profiles.values().forEach((other) -> other.isDefault = false);
			profile.isDefault = true;
		}
		keep(this.profiles, profile.id, profile);
		return HttpAnswer.ok(profile.document());
	}

	synchronized HttpAnswer startSetup(String id, byte[] body) {
		Profile profile = find(id);
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of((body.length > 0) ? body : new byte[] { '{', '}' }, issues);
		String url = fields.text("url");
		fields.uri("url", url, Set.of("http", "https"));
		Integer seconds = fields.integer("timeout_seconds", MIN_TIMEOUT, MAX_TIMEOUT);
		if (!issues.isEmpty()) {
			throw ApiException.invalidInput(issues);
		}
		int timeout = (seconds != null) ? seconds : DEFAULT_TIMEOUT;
		ProfileSession session = new ProfileSession("tf-" + UUID.randomUUID(), profile, url,
				this.clock.instant().plus(Duration.ofSeconds(timeout)));
		keep(this.sessions, session.id, session);
		String root = root(session.id);
		return HttpAnswer.ok(Json.object()
			.put("session_id", session.id)
			.put("cdp_url", root.replaceFirst("http", "ws") + "/cdp")
			.put("base_url", root)
			.put("viewer_url", root + "/view")
			.put("timeout_seconds", timeout)
			.put("expires_at", session.expiresAt.toString()));
	}

	synchronized HttpAnswer save(String id, byte[] body) {
		Profile found = find(id);
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of(body, issues);
		List<String> sites = fields.has(SITES) ? fields.requiredTexts(SITES, MAX_SITES) : List.of();
		ProfileSession session = end(found, fields, issues);
		session.profile.sites.addAll(sites);
		ObjectNode answer = Json.object();
		ArrayNode updated = answer.putArray("domains_updated");
		answer.putArray("domains_failed");
		String domain = session.domain();
		if (domain != null) {
			updated.add(domain);
			session.profile.domains.add(domain);
		}
		session.profile.updatedAt = this.clock.instant();
		return HttpAnswer.ok(answer.put("cookie_count", updated.size() * COOKIES).put("pages_captured", 1));
	}

	synchronized HttpAnswer cancelSetup(String id, byte[] body) {
		Profile found = find(id);
		List<Issue> issues = new ArrayList<>();
		end(found, Fields.of(body, issues), issues);
		return HttpAnswer.ok(Json.object());
	}

	/**
	 * Return whether there is an open session.
	 */
	synchronized boolean hasSession(String sessionId) {
		return open(sessionId) != null;
	}

	/**
	 * Return the open pages of a session, as listed below its own root.
	 */
	synchronized HttpAnswer pages(String sessionId) {
		ProfileSession session = open(sessionId);
		if (session == null) {
			throw unknownSession();
		}
		return BrowserApi.pages((session.url != null) ? session.url : "about:blank", root(sessionId));
	}

	private Profile find(String id) {
		Profile profile = this.profiles.get(id);
		if (profile == null) {
			throw new ApiException(404, "NOT_FOUND", "Profile not found");
		}
		return profile;
	}

	/**
	 * End the open session that a request names.
	 */
	private ProfileSession end(Profile profile, Fields fields, List<Issue> issues) {
		String sessionId = fields.requiredText("session_id");
		if (!issues.isEmpty() || sessionId == null) {
			throw ApiException.invalidInput(issues);
		}
		ProfileSession session = open(sessionId);
		if (session == null || session.profile != profile) {
			throw unknownSession();
		}
		this.sessions.remove(sessionId);
		return session;
	}

	private @Nullable ProfileSession open(String sessionId) {
		ProfileSession session = this.sessions.get(sessionId);
		return (session != null && this.clock.instant().isBefore(session.expiresAt)) ? session : null;
	}

	private String root(String sessionId) {
		return this.baseUrl.get() + "/browser/" + sessionId;
	}

	private static ApiException unknownSession() {
		return new ApiException(404, "NOT_FOUND", "Setup session not found");
	}

	private static <T> void keep(Map<String, T> all, String id, T added) {
		all.put(id, added);
		if (all.size() > Usage.MAX_KEPT) {
			all.remove(all.keySet().iterator().next());
		}
	}

	/**
	 * A profile.
	 */
	private static final class Profile {

		private final String id;

		private final String name;

		private final @Nullable String country;

		private final Instant createdAt;

		private final Set<String> domains = new TreeSet<>();

		private final Set<String> sites = new TreeSet<>();

		private Instant updatedAt;

		private boolean isDefault;

		private Profile(String id, String name, @Nullable String country, Instant createdAt) {
			this.id = id;
			this.name = name;
			this.country = country;
			this.createdAt = createdAt;
			this.updatedAt = createdAt;
		}

		private ObjectNode document() {
			ObjectNode document = Json.object();
			this.sites.forEach(document.putArray(SITES)::add);
			return document.put("id", this.id)
				.put("name", this.name)
				.put("proxy_country_code", this.country)
				.put("fingerprint_seed", "seed-" + this.id)
				.put("domain_count", this.domains.size())
				.put("created_at", this.createdAt.toString())
				.put("updated_at", this.updatedAt.toString())
				.put("is_default", this.isDefault);
		}

	}

	/**
	 * A set-up session.
	 */
	private static final class ProfileSession {

		private final String id;

		private final Profile profile;

		private final @Nullable String url;

		private final Instant expiresAt;

		private ProfileSession(String id, Profile profile, @Nullable String url, Instant expiresAt) {
			this.id = id;
			this.profile = profile;
			this.url = url;
			this.expiresAt = expiresAt;
		}

		/**
		 * Return the site that it was started with, or {@code null} if it has no site.
		 */
		private @Nullable String domain() {
			return (this.url != null) ? URI.create(this.url).getHost() : null;
		}

	}

}
