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

package ai.tinyfish.internal.call;

import ai.tinyfish.observation.TinyFishCallObservationContext;
import org.jspecify.annotations.Nullable;

/**
 * Context of a call that is sent, with its current values.
 */
final class CallContext extends TinyFishCallObservationContext {

	private volatile int retries;

	private volatile @Nullable Integer status;

	private volatile boolean cancelled;

	private volatile boolean pending = true;

	CallContext(ApiCall<?> call) {
		super(call.operation(), call.isSubmission(), call.runId());
	}

	@Override
	public int getRetries() {
		return this.retries;
	}

	@Override
	public @Nullable Integer getStatus() {
		return this.status;
	}

	@Override
	public boolean isCancelled() {
		return this.cancelled;
	}

	@Override
	public boolean isPending() {
		return this.pending;
	}

	/**
	 * Record a failed attempt that is followed by another.
	 * @param status the status of the answer, or null if there is no answer
	 */
	void retry(@Nullable Integer status) {
		this.retries++;
		this.status = status;
		this.pending = false;
	}

	/**
	 * Record that the next attempt begins.
	 */
	void resume() {
		this.status = null;
		this.pending = true;
	}

	void end(@Nullable Integer status, boolean cancelled) {
		this.status = status;
		this.cancelled = cancelled;
		this.pending = false;
	}

}
