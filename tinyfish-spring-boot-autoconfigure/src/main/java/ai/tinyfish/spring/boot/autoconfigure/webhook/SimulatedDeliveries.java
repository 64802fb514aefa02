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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.web.context.WebApplicationContext;

/**
 * Forwarding of the simulator's deliveries to this application, which the simulator
 * cannot reach at its public URL. Begins when the web server has a port, which may be
 * random.
 */
final class SimulatedDeliveries implements ApplicationListener<WebServerInitializedEvent> {

	private final ObjectProvider<TinyFishSimulator> simulator;

	private final @Nullable String publicUrl;

	private final Environment environment;

	/**
	 * Create an instance.
	 * @param simulator the simulator, if there is one
	 * @param publicUrl the beginning of the webhook URLs, or null if not known
	 * @param environment the environment with the path of the application
	 */
	SimulatedDeliveries(ObjectProvider<TinyFishSimulator> simulator, @Nullable String publicUrl,
			Environment environment) {
		this.simulator = simulator;
		this.publicUrl = publicUrl;
		this.environment = environment;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		WebServerApplicationContext context = event.getApplicationContext();
		String url = this.publicUrl;
		// only the actuator's server has a namespace
		if (url != null && context.getServerNamespace() == null) {
			String path = (context instanceof WebApplicationContext)
					? path("server.servlet.context-path") + path("spring.mvc.servlet.path")
					: path("spring.webflux.base-path");
			this.simulator.ifUnique((instance) -> instance.forwardWebhooks(url,
					"http://127.0.0.1:" + event.getWebServer().getPort() + path));
		}
	}

	private String path(String property) {
		return this.environment.getProperty(property, "").replaceFirst("/$", "");
	}

}
