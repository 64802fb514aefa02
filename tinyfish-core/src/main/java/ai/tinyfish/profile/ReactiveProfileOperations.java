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

package ai.tinyfish.profile;

import java.util.List;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConflictException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import reactor.core.publisher.Mono;

/**
 * Operations on stored browser profiles without blocking, as {@link ProfileOperations}
 * describes them. Nothing is sent before there is a subscriber; cancelling closes the
 * connection. Listing, saving and cancelling may be repeated, so that failures are
 * retried; creating a profile and starting a session are repeated only if nothing can
 * have been started.
 *
 * @since 0.1.0
 */
public interface ReactiveProfileOperations {

	/**
	 * Read the profiles of the account.
	 * @return the profiles, in the service's order. Fails with
	 * {@link TinyFishApiException} if there is no usable response
	 */
	Mono<List<Profile>> list();

	/**
	 * Create a profile, which is empty, with each subscription another one. The request
	 * is sent again only if the service has confirmed, or it is certain, that nothing was
	 * created. If the response is lost, or the subscription cancelled, the profile may
	 * exist: {@link #list()} shows it.
	 * @param request the name of the profile, and its settings
	 * @return the profile. Fails with {@link TinyFishConnectionException} if there is no
	 * response (unless it says that it could not connect, there may be a profile), and
	 * with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<Profile> create(ProfileRequest request);

	/**
	 * Start a set-up session with the service's defaults, on an empty page, as
	 * {@link #startSetup(String, SetupSessionRequest)} does.
	 * @param profileId the profile, by the id that the service has given
	 * @return the session, whose id and URLs are secret
	 * @throws IllegalArgumentException if the id is not valid in a path
	 */
	default Mono<SetupSession> startSetup(String profileId) {
		return startSetup(profileId, SetupSessionRequest.defaults());
	}

	/**
	 * Start a set-up session, with each subscription another one. The request is sent
	 * again only if the service has confirmed, or it is certain, that nothing was
	 * started. If the response is lost, or the subscription cancelled, a session may have
	 * been started; the service ends it after its time.
	 * @param profileId the profile, by the id that the service has given
	 * @param request how to start the session
	 * @return the session, whose id and URLs are secret. Fails with
	 * {@link TinyFishNotFoundException} if there is no such profile, with
	 * {@link TinyFishConflictException} if the profile cannot have a session now, with
	 * {@link TinyFishConnectionException} if there is no response (unless it says that it
	 * could not connect, there may be a session), and with {@link TinyFishApiException}
	 * if there is no usable response
	 * @throws IllegalArgumentException if the id is not valid in a path: blank, {@code .}
	 * or {@code ..}, or with control characters
	 */
	Mono<SetupSession> startSetup(String profileId, SetupSessionRequest request);

	/**
	 * Save the logins of a set-up session in its profile without naming sites, as
	 * {@link #save(SetupSession, List)} does.
	 * @param session the session
	 * @return the parts that were saved. Fails as the method with sites does
	 * @throws IllegalArgumentException if one of its ids cannot be sent
	 */
	default Mono<SavedProfile> save(SetupSession session) {
		return save(session, List.of());
	}

	/**
	 * Save the logins of a set-up session in its profile. A failure is retried, as
	 * {@link ProfileOperations#save(SetupSession, List)} explains.
	 * @param session the session, which {@link SetupSession#builder()} creates from
	 * stored ids
	 * @param signedInSites the sites that the user has signed in to, as the user names
	 * them, such as {@code shop.example}; if empty, no sites are sent
	 * @return the parts that were saved. Fails with {@link TinyFishNotFoundException} if
	 * there is no such profile or session, with {@link TinyFishConflictException} if the
	 * session cannot be saved now, and with {@link TinyFishApiException} if there is no
	 * usable response
	 * @throws IllegalArgumentException if the profile's id is not valid in a path, or
	 * that of the session or a site is blank
	 */
	Mono<SavedProfile> save(SetupSession session, List<String> signedInSites);

	/**
	 * Cancel a set-up session without saving it. May be called more than once. A session
	 * that no longer exists after an attempt whose response was lost counts as cancelled.
	 * @param session the session, which {@link SetupSession#builder()} creates from
	 * stored ids
	 * @return completes when it is cancelled. Fails with
	 * {@link TinyFishNotFoundException} if there is no such profile or session, and with
	 * {@link TinyFishApiException} if there is no usable response
	 * @throws IllegalArgumentException if the profile's id is not valid in a path, or
	 * that of the session is blank
	 */
	Mono<Void> cancelSetup(SetupSession session);

}
