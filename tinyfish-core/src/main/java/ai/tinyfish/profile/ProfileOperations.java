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

/**
 * Operations on stored browser profiles. A profile is created empty. In a set-up session
 * a person or a program logs in to sites; the session is then saved in the profile, or
 * cancelled. Runs use a profile by its id. TinyFish's pages and tools describe these
 * operations; its published API description does not have them.
 * <p>
 * Listing, saving and cancelling may be repeated, so that failures are retried; creating
 * a profile and starting a session are repeated only if nothing can have been started.
 *
 * @since 0.1.0
 */
public interface ProfileOperations {

	/**
	 * Read the profiles of the account.
	 * @return the profiles, in the service's order
	 * @throws TinyFishApiException if there is no usable response
	 */
	List<Profile> list();

	/**
	 * Create a profile, which is empty. As far as is known, names need not be unique.
	 * Like the start of a run, the request is sent again only if the service has
	 * confirmed, or it is certain, that nothing was created. If the response is lost, the
	 * profile may exist: {@link #list()} shows it.
	 * @param request the name of the profile, and its settings
	 * @return the profile
	 * @throws TinyFishConnectionException if there is no response; unless it says that it
	 * could not connect, or that nothing was sent, there may be a profile
	 * @throws TinyFishApiException if there is no usable response
	 */
	Profile create(ProfileRequest request);

	/**
	 * Start a set-up session with the service's defaults, on an empty page, as
	 * {@link #startSetup(String, SetupSessionRequest)} does.
	 * @param profileId the profile, by the id that the service has given
	 * @return the session, whose id and URLs are secret
	 * @throws IllegalArgumentException if the id is not valid in a path
	 * @throws TinyFishNotFoundException if there is no such profile
	 * @throws TinyFishApiException if there is no usable response
	 */
	default SetupSession startSetup(String profileId) {
		return startSetup(profileId, SetupSessionRequest.defaults());
	}

	/**
	 * Start a set-up session: a browser in which a person or a program logs in to sites.
	 * The request is sent again only if the service has confirmed, or it is certain, that
	 * nothing was started. If the response is lost, a session may have been started; the
	 * service ends it after its time.
	 * @param profileId the profile, by the id that the service has given
	 * @param request how to start the session
	 * @return the session, whose id and URLs are secret
	 * @throws IllegalArgumentException if the id is not valid in a path: blank, {@code .}
	 * or {@code ..}, or with control characters
	 * @throws TinyFishNotFoundException if there is no such profile
	 * @throws TinyFishConflictException if the profile cannot have a session now
	 * @throws TinyFishConnectionException if there is no response; unless it says that it
	 * could not connect, or that nothing was sent, there may be a session
	 * @throws TinyFishApiException if there is no usable response
	 */
	SetupSession startSetup(String profileId, SetupSessionRequest request);

	/**
	 * Save the logins of a set-up session in its profile without naming sites, as
	 * {@link #save(SetupSession, List)} does.
	 * @param session the session
	 * @return the parts that were saved
	 * @throws IllegalArgumentException if one of its ids cannot be sent
	 * @throws TinyFishNotFoundException if there is no such profile or session
	 * @throws TinyFishConflictException if the session cannot be saved now
	 * @throws TinyFishApiException if there is no usable response
	 */
	default SavedProfile save(SetupSession session) {
		return save(session, List.of());
	}

	/**
	 * Save the logins of a set-up session in its profile. A failure is retried: the same
	 * session is saved into the same profile, so that a second request has no further
	 * effect. It is not documented whether saving ends the session. If the response to
	 * one request is lost and the service responds to the next one that the session does
	 * not exist, this method throws, although the first request may have saved it:
	 * {@link Profile#updatedAt()} shows it.
	 * @param session the session, which {@link SetupSession#builder()} creates from
	 * stored ids
	 * @param signedInSites the sites that the user has signed in to, as the user names
	 * them, such as {@code shop.example}; if empty, no sites are sent
	 * @return the parts that were saved
	 * @throws IllegalArgumentException if the profile's id is not valid in a path, or
	 * that of the session or a site is blank
	 * @throws TinyFishNotFoundException if there is no such profile or session
	 * @throws TinyFishConflictException if the session cannot be saved now
	 * @throws TinyFishApiException if there is no usable response; the session's id is
	 * not in it, even if the response has it
	 */
	SavedProfile save(SetupSession session, List<String> signedInSites);

	/**
	 * Cancel a set-up session without saving it. May be called more than once. A session
	 * that no longer exists after an attempt whose response was lost counts as cancelled.
	 * @param session the session, which {@link SetupSession#builder()} creates from
	 * stored ids
	 * @throws IllegalArgumentException if the profile's id is not valid in a path, or
	 * that of the session is blank
	 * @throws TinyFishNotFoundException if there is no such profile or session
	 * @throws TinyFishApiException if there is no usable response; the session's id is
	 * not in it, even if the response has it
	 */
	void cancelSetup(SetupSession session);

}
