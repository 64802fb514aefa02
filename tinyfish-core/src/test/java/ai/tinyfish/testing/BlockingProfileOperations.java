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

package ai.tinyfish.testing;

import java.util.List;

import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.ReactiveProfileOperations;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;

/**
 * The reactive operations of profiles in the shape of the blocking ones.
 */
record BlockingProfileOperations(ReactiveProfileOperations operations) implements ProfileOperations {

	@Override
	public List<Profile> list() {
		return Blocking.await(this.operations.list());
	}

	@Override
	public Profile create(ProfileRequest request) {
		return Blocking.await(this.operations.create(request));
	}

	@Override
	public SetupSession startSetup(String profileId) {
		return Blocking.await(this.operations.startSetup(profileId));
	}

	@Override
	public SetupSession startSetup(String profileId, SetupSessionRequest request) {
		return Blocking.await(this.operations.startSetup(profileId, request));
	}

	@Override
	public SavedProfile save(SetupSession session) {
		return Blocking.await(this.operations.save(session));
	}

	@Override
	public SavedProfile save(SetupSession session, List<String> signedInSites) {
		return Blocking.await(this.operations.save(session, signedInSites));
	}

	@Override
	public void cancelSetup(SetupSession session) {
		this.operations.cancelSetup(session).block(Blocking.BOUND);
	}

}
