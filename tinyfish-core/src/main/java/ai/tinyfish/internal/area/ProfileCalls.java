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

package ai.tinyfish.internal.area;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.Started;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;

/**
 * The calls about profiles, described once. They do not start runs, whose outcome could
 * be unknown: if an answer is lost, the failure itself is thrown.
 */
final class ProfileCalls {

	private ProfileCalls() {
	}

	static ApiCall<List<Profile>> list() {
		return ApiCall.get("profiles.list", "/v1/profiles", (body) -> Json.readItems(body, "profiles", Profile.class))
			.build();
	}

	/**
	 * Describe the creation of a profile. It is not requested twice, since names may not
	 * have to be unique.
	 */
	static ApiCall<Profile> create(ProfileRequest request, RequestBodies bodies) {
		ApiCall.Builder<Profile> call = ApiCall.post("profiles.create", "/v1/profiles", ProfileCalls::readProfile);
		return bodies.write(call, request)
			.submission(Started.PROFILE, (operation, cause) -> cause, (body) -> null)
			.build();
	}

	static ApiCall<SetupSession> startSetup(String profileId, SetupSessionRequest request, RequestBodies bodies) {
		ApiCall.Builder<SetupSession> call = ApiCall
			.post("profiles.startSetup", "/v1/profiles/{id}/setup-session", (body) -> readSession(profileId, body))
			.variable("id", Checks.pathId("profileId", profileId));
		return bodies.write(call, request)
			.opens("url", request.url())
			.submission(Started.SETUP_SESSION, (operation, cause) -> cause, (body) -> null)
			.build();
	}

	static ApiCall<SavedProfile> save(SetupSession session, List<String> signedInSites) {
		for (String site : Checks.entries("signedInSites", signedInSites)) {
			Checks.text("signedInSites", site);
		}
		Map<String, Object> sites = !signedInSites.isEmpty() ? Map.of("signed_in_sites", signedInSites) : Map.of();
		return ofSession(ApiCall.post("profiles.save", "/v1/profiles/{id}/save", ProfileCalls::readSaved), session,
				sites)
			.build();
	}

	/**
	 * Cancel a set-up session.
	 * @return a call whose value has no meaning: it is always the same
	 */
	static ApiCall<Boolean> cancelSetup(SetupSession session) {
		return ofSession(ApiCall.post("profiles.cancelSetup", "/v1/profiles/{id}/setup-session/cancel",
				ProfileCalls::readCancelled), session, Map.of())
			.whenGone(Boolean.TRUE)
			.build();
	}

	/**
	 * Add the session that a call is about, whose id gives access to its browser.
	 */
	private static <T> ApiCall.Builder<T> ofSession(ApiCall.Builder<T> call, SetupSession session,
			Map<String, Object> others) {
		Objects.requireNonNull(session, "session must not be null");
		call.variable("id", Checks.pathId("profileId", session.profileId()));
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("session_id", Checks.text("sessionId", session.sessionId()));
		body.putAll(others);
		return call.body(Json.write(body)).secret(session.sessionId());
	}

	private static Profile readProfile(byte[] body) {
		Profile profile = Json.read(body, Profile.class);
		// also if it is empty or not a text
		Checks.that(!profile.id().isBlank(), "it has no id");
		return profile;
	}

	private static SetupSession readSession(String profileId, byte[] body) {
		SetupSession session = Json.read(body, SetupSession.class);
		Checks.that(!session.sessionId().isBlank(), "it has no session_id");
		return new SetupSession(profileId, session.sessionId(), session.cdpUrl(), session.baseUrl(),
				session.viewerUrl(), session.timeout(), session.expiresAt());
	}

	private static SavedProfile readSaved(byte[] body) {
		Json.requireAnyOf(body, "domains_updated", "domains_failed", "cookie_count", "pages_captured");
		return Json.read(body, SavedProfile.class);
	}

	private static Boolean readCancelled(byte[] body) {
		Json.requireJsonOrNothing(body);
		return Boolean.TRUE;
	}

}
