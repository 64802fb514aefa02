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
import java.util.function.Supplier;

import ai.tinyfish.internal.area.RequestBodies;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.settings.ClientSettings;
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

	private final BlockingExecutor executor;

	private final Supplier<String> apiKey;

	private final RequestBodies bodies;

	public DefaultProfileOperations(BlockingExecutor executor, Supplier<String> apiKey, ClientSettings settings) {
		this.executor = executor;
		this.apiKey = apiKey;
		this.bodies = RequestBodies.of(settings);
	}

	@Override
	public List<Profile> list() {
		return execute(ProfileCalls.list());
	}

	@Override
	public Profile create(ProfileRequest request) {
		return execute(ProfileCalls.create(request, this.bodies));
	}

	@Override
	public SetupSession startSetup(String profileId, SetupSessionRequest request) {
		return execute(ProfileCalls.startSetup(profileId, request, this.bodies));
	}

	@Override
	public SavedProfile save(String profileId, String sessionId, List<String> signedInSites) {
		return execute(ProfileCalls.save(profileId, sessionId, signedInSites));
	}

	@Override
	public void cancelSetup(String profileId, String sessionId) {
		execute(ProfileCalls.cancelSetup(profileId, sessionId));
	}

	private <T> T execute(ApiCall<T> call) {
		return this.executor.execute(call, this.apiKey.get());
	}

}
