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

package ai.tinyfish.internal.account;

import java.util.List;

import ai.tinyfish.internal.area.OperationExecutor;
import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;

/**
 * Executes the calls about profiles on the calling thread.
 */
public final class DefaultProfileOperations implements ProfileOperations {

	private final OperationExecutor executor;

	public DefaultProfileOperations(OperationExecutor executor) {
		this.executor = executor;
	}

	@Override
	public List<Profile> list() {
		return this.executor.execute(ProfileCalls.list());
	}

	@Override
	public Profile create(ProfileRequest request) {
		return this.executor.execute(ProfileCalls.create(request, this.executor.bodies()));
	}

	@Override
	public SetupSession startSetup(String profileId, SetupSessionRequest request) {
		return this.executor.execute(ProfileCalls.startSetup(profileId, request, this.executor.bodies()));
	}

	@Override
	public SavedProfile save(String profileId, String sessionId, List<String> signedInSites) {
		return this.executor.execute(ProfileCalls.save(profileId, sessionId, signedInSites));
	}

	@Override
	public void cancelSetup(String profileId, String sessionId) {
		this.executor.execute(ProfileCalls.cancelSetup(profileId, sessionId));
	}

}
