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

package ai.tinyfish.benchmarks;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.benchmarks.CpuPerEvent.Subject;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * An application that listens to its runs in one way or another. Its buffer takes all
 * events, so that none is dropped even if the listener is slow.
 */
final class ListeningApplication implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 120;

	private final ConfigurableApplicationContext context;

	private final TinyFishClient client;

	private final Arrivals arrivals;

	/**
	 * Start it.
	 * @param baseUrl of the server
	 * @param subject how it listens
	 */
	ListeningApplication(String baseUrl, Subject subject) {
		Class<? extends Arrivals> listener = switch (subject) {
			case LISTENER -> RunListener.class;
			case EVENT_LISTENER -> Listener.class;
			default -> ConditionalListener.class;
		};
		this.context = new SpringApplicationBuilder(Application.class, listener).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=warn", "tinyfish.base-url=" + baseUrl,
					"tinyfish.api-key=" + Wire.API_KEY, "tinyfish.events.buffer=" + Integer.MAX_VALUE,
					// the server has none
					"tinyfish.run.read-outcome=false")
			.run();
		this.client = this.context.getBean(TinyFishClient.class);
		this.arrivals = this.context.getBean(Arrivals.class);
	}

	/**
	 * Submit a run and wait until its listener was notified of the outcome.
	 * @param goal the script
	 * @return the number of progress events that the listener received
	 */
	int run(String goal) {
		this.client.agent().start(AgentRequest.of(Wire.URL, goal).withTag("measured"));
		return this.arrivals.await();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(TinyFishAutoConfiguration.class)
	static class Application {

	}

	/**
	 * Count of the events that have arrived. There is one run at a time, so that one
	 * thread counts.
	 */
	abstract static class Arrivals {

		private final BlockingQueue<Integer> ended = new ArrayBlockingQueue<>(1);

		private int progress;

		void progress() {
			this.progress++;
		}

		void ended() {
			int count = this.progress;
			// first: the next run begins as soon as this one has ended
			this.progress = 0;
			this.ended.add(count);
		}

		int await() {
			try {
				Integer count = this.ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
				if (count == null) {
					throw new IllegalStateException("The listener was not notified of the outcome");
				}
				return count;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * Listens without Spring's events.
	 */
	static class RunListener extends Arrivals implements TinyFishRunListener {

		@Override
		public void progress(RunContext context, ProgressEvent event) {
			progress();
		}

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			ended();
		}

	}

	/**
	 * Listens to Spring's events.
	 */
	static class Listener extends Arrivals {

		@EventListener
		void on(TinyFishRunProgressEvent event) {
			progress();
		}

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			ended();
		}

	}

	/**
	 * Listens to those of one tag.
	 */
	static class ConditionalListener extends Arrivals {

		@EventListener(condition = "#event.tag == 'measured'")
		void on(TinyFishRunProgressEvent event) {
			progress();
		}

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			ended();
		}

	}

}
