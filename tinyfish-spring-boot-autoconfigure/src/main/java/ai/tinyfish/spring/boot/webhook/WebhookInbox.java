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

package ai.tinyfish.spring.boot.webhook;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.RunRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Takes the runs that deliveries name, as long as the application runs. Stops after the
 * web server and before the client is closed.
 */
final class WebhookInbox implements SmartLifecycle {

	/** Boot stops web servers 2048 below the default. */
	private static final int PHASE = DEFAULT_PHASE - 4096;

	private final ObjectProvider<ReactiveTinyFishClient> client;

	private final RunRegistry runRegistry;

	private final WebhookLooks.Settings settings;

	private volatile @Nullable WebhookQueue queue;

	WebhookInbox(ObjectProvider<ReactiveTinyFishClient> client, RunRegistry runRegistry,
			WebhookLooks.Settings settings) {
		this.client = client;
		this.runRegistry = runRegistry;
		this.settings = settings;
	}

	/**
	 * Take a run of which somebody says that it has ended.
	 * @return false if that is not possible now
	 */
	boolean accept(String runId) {
		WebhookQueue current = this.queue;
		return current != null && current.accept(runId);
	}

	@Override
	public void start() {
		this.queue = new WebhookQueue(this.client::getObject, this.runRegistry, this.settings);
	}

	@Override
	public void stop(Runnable callback) {
		WebhookQueue current = this.queue;
		this.queue = null;
		if (current != null) {
			current.stop(callback);
		}
		else {
			callback.run();
		}
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public boolean isRunning() {
		return this.queue != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
