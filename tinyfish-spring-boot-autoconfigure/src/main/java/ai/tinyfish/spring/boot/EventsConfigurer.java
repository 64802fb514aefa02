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

package ai.tinyfish.spring.boot;

import java.util.concurrent.Executor;

import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.agent.TinyFishRunListener;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;

/**
 * Has both clients tell the application's listeners, on threads as it wants them.
 */
final class EventsConfigurer {

	/**
	 * Name of the bean by which an application gives an executor of its own. No bean of
	 * ours has it: Boot takes an {@link Executor} bean for the application's executor.
	 */
	static final String EXECUTOR = "tinyFishEventExecutor";

	private final TinyFishProperties.Events properties;

	private final Environment environment;

	private final ObjectProvider<TinyFishRunListener> listeners;

	private final ObjectProvider<Executor> executor;

	EventsConfigurer(TinyFishProperties.Events properties, Environment environment,
			ObjectProvider<TinyFishRunListener> listeners, ObjectProvider<Executor> executor) {
		this.properties = properties;
		this.environment = environment;
		this.listeners = listeners;
		this.executor = executor;
	}

	void configure(TinyFishClientBuilder<?> builder) {
		builder.eventThreads(positive("tinyfish.events.threads", this.properties.getThreads()))
			.eventBuffer(positive("tinyfish.events.buffer", this.properties.getBuffer()))
			// later: a listener may have the client injected
			.runListeners(() -> this.listeners.orderedStream().toList());
		Executor given = this.executor.getIfAvailable();
		if (given != null) {
			builder.eventExecutor(given);
		}
		else if (Threading.VIRTUAL.isActive(this.environment)) {
			builder.eventExecutor(VirtualThreads.executor("tinyfish-events-"));
		}
	}

	private static int positive(String property, int value) {
		if (value < 1) {
			throw new TinyFishConfigurationException(property, "must be 1 or more");
		}
		return value;
	}

}
