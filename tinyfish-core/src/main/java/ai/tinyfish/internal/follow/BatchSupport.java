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

package ai.tinyfish.internal.follow;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Support of the service for calls about many runs.
 */
final class BatchSupport {

	/** How long a missing call is believed: a gateway may have said it. */
	private static final long BELIEVED = Duration.ofMinutes(1).toNanos();

	private volatile @Nullable Long missingUntil;

	void missing() {
		this.missingUntil = System.nanoTime() + BELIEVED;
	}

	boolean isMissing() {
		Long until = this.missingUntil;
		return until != null && System.nanoTime() - until < 0;
	}

}
