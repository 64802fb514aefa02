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

import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Forwarding of the simulator's deliveries to this application, which the simulator
 * cannot reach at its public URL. Starts after the web server, whose port may be random.
 */
final class SimulatedDeliveries implements SmartLifecycle {

	private final ObjectProvider<TinyFishSimulator> simulator;

	private final @Nullable String publicUrl;

	private final Environment environment;

	private final String[] pathProperties;

	private volatile boolean running;

	/**
	 * Create an instance.
	 * @param simulator the simulator, if there is one
	 * @param publicUrl the beginning of the webhook URLs, or null if not known
	 * @param environment the environment, which has the port once it is known
	 * @param pathProperties the properties with the path below which the application
	 * answers
	 */
	SimulatedDeliveries(ObjectProvider<TinyFishSimulator> simulator, @Nullable String publicUrl,
			Environment environment, String... pathProperties) {
		this.simulator = simulator;
		this.publicUrl = publicUrl;
		this.environment = environment;
		this.pathProperties = pathProperties;
	}

	@Override
	public void start() {
		this.running = true;
		String url = this.publicUrl;
		String port = this.environment.getProperty("local.server.port");
		if (url != null && port != null) {
			this.simulator
				.ifUnique((instance) -> instance.forwardWebhooks(url, "http://127.0.0.1:" + port + localPath()));
		}
	}

	private String localPath() {
		StringBuilder path = new StringBuilder();
		for (String property : this.pathProperties) {
			path.append(this.environment.getProperty(property, "").replaceFirst("/$", ""));
		}
		return path.toString();
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
