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

package ai.tinyfish.spring.relay;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Writes what the relay hands out. A write blocks while a browser does not read, so that
 * it needs a thread; no browser has more than one at a time.
 */
final class DefaultRunEventEmitters implements RunEventEmitters, DisposableBean {

	private static final String THREAD_NAME_PREFIX = "tinyfish-relay-";

	private static final int MAX_THREADS = 32;

	private static final int IDLE_SECONDS = 10;

	private final RunEventRelay relay;

	private final Executor executor;

	private final @Nullable ThreadPoolExecutor pool;

	private DefaultRunEventEmitters(RunEventRelay relay, Executor executor, @Nullable ThreadPoolExecutor pool) {
		this.relay = relay;
		this.executor = executor;
		this.pool = pool;
	}

	/**
	 * Emitters that write on a pool, which has no thread as long as there is nothing to
	 * write.
	 * @param relay tells what there is to write
	 * @param classLoader of the application: a thread would otherwise have that of the
	 * web server's thread that starts it, and keep it
	 */
	static DefaultRunEventEmitters onPlatformThreads(RunEventRelay relay, @Nullable ClassLoader classLoader) {
		CustomizableThreadFactory threadFactory = new CustomizableThreadFactory(THREAD_NAME_PREFIX) {

			@Override
			public Thread createThread(Runnable runnable) {
				Thread thread = super.createThread(runnable);
				thread.setContextClassLoader(classLoader);
				return thread;
			}

		};
		threadFactory.setDaemon(true);
		ThreadPoolExecutor pool = new ThreadPoolExecutor(MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), threadFactory);
		pool.allowCoreThreadTimeOut(true);
		return new DefaultRunEventEmitters(relay, pool, pool);
	}

	/**
	 * Emitters that write on virtual threads, of which there are as many as browsers.
	 */
	static DefaultRunEventEmitters onVirtualThreads(RunEventRelay relay) {
		return new DefaultRunEventEmitters(relay, new VirtualThreadTaskExecutor(THREAD_NAME_PREFIX), null);
	}

	@Override
	public SseEmitter emitter(String runId, @Nullable String lastEventId) {
		Flux<ServerSentEvent<TinyFishRunEvent>> events = this.relay.events(runId, lastEventId);
		// as an executor service it would interrupt a thread that may be about to write
		return new RunEventEmitter(events.publishOn(Schedulers.fromExecutor(this.executor::execute), 1));
	}

	@Override
	public void destroy() {
		if (this.pool != null) {
			this.pool.shutdown();
		}
	}

}
