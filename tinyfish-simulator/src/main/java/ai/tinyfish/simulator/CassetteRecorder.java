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

package ai.tinyfish.simulator;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Strategy interface for recording the runs that a cassette lacks.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CassetteRecorder {

	/**
	 * Record a run, and write it to the file. Called on a network thread: it must be safe
	 * for use by several threads and must not block.
	 * @param apiKey the key that the run was submitted with
	 * @param body the request as it was received, JSON with its secrets
	 * @param request the request as the file is to have it, without secrets
	 * @return the recording
	 */
	Recording record(String apiKey, byte[] body, Map<String, Object> request);

	/**
	 * Recording of a run.
	 *
	 * @param accepted completed once the run has begun
	 * @param entry completed with the run as the file has it, in JSON; a refusal only
	 * without {@code accepted}. If it fails, the run fails
	 * @param cancel cancels the run, without waiting; called on a thread of the simulator
	 */
	record Recording(CompletableFuture<?> accepted, CompletableFuture<String> entry, Runnable cancel) {
	}

}
