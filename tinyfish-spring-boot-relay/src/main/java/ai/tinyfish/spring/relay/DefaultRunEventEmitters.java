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

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.util.Assert;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Emitters that never block: the container signals when a connection is writable, so that
 * a browser that does not read holds no thread.
 */
final class DefaultRunEventEmitters implements RunEventEmitters {

	private static final Logger logger = LoggerFactory.getLogger(DefaultRunEventEmitters.class);

	private final RunEventRelay relay;

	private final EventFrames frames;

	private final Duration writeDeadline;

	DefaultRunEventEmitters(RunEventRelay relay, EventFrames frames, Duration writeDeadline) {
		this.relay = relay;
		this.frames = frames;
		this.writeDeadline = writeDeadline;
	}

	@Override
	public SseEmitter emitter(String runId, @Nullable String lastEventId) {
		return (this.relay instanceof DefaultRunEventRelay shared)
				? new Emitter(shared.frames(runId, lastEventId), this.writeDeadline, whenSlow())
				: emitter(this.relay.events(runId, lastEventId));
	}

	@Override
	public SseEmitter emitter(Flux<? extends ServerSentEvent<?>> events) {
		return new Emitter(events.map(this.frames::render), this.writeDeadline, whenSlow());
	}

	private Runnable whenSlow() {
		return (this.relay instanceof DefaultRunEventRelay shared) ? shared.drops().slow()::increment : () -> {
		};
	}

	/**
	 * Emitter that writes to one browser with the container's non-blocking output. The
	 * send methods of {@link SseEmitter} would block and are not used; its completion is.
	 */
	private static final class Emitter extends SseEmitter
			implements DeferredResultProcessingInterceptor, WriteListener {

		private static final long NO_TIMEOUT = 0;

		/**
		 * Bound for one write, since the container copies the bytes that the connection
		 * does not accept.
		 */
		private static final int SLICE = 8 * 1024;

		private static final byte[] NOTHING = new byte[0];

		private final Flux<byte[]> frames;

		private final long writeDeadline;

		private final Runnable whenSlow;

		private final Source source = new Source();

		private final AtomicInteger signals = new AtomicInteger();

		private final AtomicBoolean timer = new AtomicBoolean();

		private volatile @Nullable ServletOutputStream output;

		private volatile byte[] frame = NOTHING;

		private volatile boolean writable;

		private volatile boolean last;

		private volatile @Nullable Throwable failure;

		private volatile @Nullable IOException broken;

		private volatile boolean over;

		private volatile long progressAt = System.nanoTime();

		private int position;

		private boolean flushed = true;

		/**
		 * Create an emitter.
		 * @param frames the events as they are sent
		 * @param writeDeadline time after which a browser is dropped that reads nothing
		 * @param whenSlow called when a browser is dropped for that reason
		 */
		Emitter(Flux<byte[]> frames, Duration writeDeadline, Runnable whenSlow) {
			super(NO_TIMEOUT);
			this.whenSlow = whenSlow;
			this.frames = frames;
			this.writeDeadline = writeDeadline.toNanos();
			onCompletion(this::abandon);
			onError((ex) -> abandon());
		}

		/**
		 * Subscribes to the events only now, so that an emitter that a controller drops
		 * keeps nothing.
		 */
		@Override
		protected void extendResponse(ServerHttpResponse response) {
			super.extendResponse(response);
			response.getHeaders().setCacheControl(CacheControl.noStore());
			response.getHeaders().set("X-Accel-Buffering", "no");
			HttpServletRequest request = ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes())
				.getRequest();
			if (request.getProtocol().startsWith("HTTP/1")) {
				// or the container would keep a connection that was dropped
				response.getHeaders().setConnection("close");
			}
			if (HttpMethod.HEAD.matches(request.getMethod())) {
				// nothing would be written, and a disconnected browser would not be
				// noticed
				end(null);
				return;
			}
			WebAsyncUtils.getAsyncManager(request).registerDeferredResultInterceptor(this, this);
			this.frames.subscribe(this.source);
		}

		/**
		 * Asynchronous processing has been started, as the output requires. Where there
		 * are no events, the answer is an error, which is written as usual.
		 */
		@Override
		public <T> void preProcess(NativeWebRequest request, DeferredResult<T> result) throws IOException {
			HttpServletResponse response = request.getNativeResponse(HttpServletResponse.class);
			Assert.state(response != null, "No HttpServletResponse");
			if (error() == null) {
				ServletOutputStream output = response.getOutputStream();
				this.output = output;
				output.setWriteListener(this);
			}
		}

		@Override
		public void onWritePossible() throws IOException {
			this.writable = true;
			signal();
			IOException broken = this.broken;
			if (broken != null) {
				throw broken;
			}
		}

		@Override
		public void onError(Throwable ex) {
			logger.debug("A browser has disconnected from the events of a run", ex);
			abandon();
		}

		private void abandon() {
			this.over = true;
			this.source.cancel();
			this.frame = NOTHING;
		}

		/**
		 * Write what can be written, on one thread at a time.
		 */
		private void signal() {
			if (this.signals.getAndIncrement() != 0) {
				return;
			}
			int seen = 1;
			do {
				ServletOutputStream output = this.output;
				if (output != null && this.writable && !this.over) {
					try {
						write(output);
					}
					catch (IOException ex) {
						// the container has noticed as well, and ends the request
						logger.debug("A browser has disconnected from the events of a run", ex);
						this.broken = ex;
						abandon();
					}
					catch (RuntimeException ex) {
						end(ex);
					}
				}
				seen = this.signals.addAndGet(-seen);
			}
			while (seen != 0);
		}

		private void write(ServletOutputStream output) throws IOException {
			// if it is not ready, the container calls onWritePossible once it is
			while (!this.over && output.isReady()) {
				// in this order, since the last event comes before the end
				boolean last = this.last;
				byte[] frame = this.frame;
				if (this.position < frame.length) {
					int length = Math.min(SLICE, frame.length - this.position);
					output.write(frame, this.position, length);
					this.position += length;
					this.flushed = false;
					this.progressAt = System.nanoTime();
				}
				else if (!this.flushed) {
					output.flush();
					this.flushed = true;
				}
				else if (frame != NOTHING) {
					this.frame = NOTHING;
					this.position = 0;
					this.source.request(1);
				}
				else {
					if (last) {
						end(error());
					}
					return;
				}
			}
			if (!this.over) {
				waitForBrowser();
			}
		}

		/**
		 * Return the failure of the stream, unless the relay has ended it.
		 */
		private @Nullable Throwable error() {
			return (this.failure instanceof RunWatch.ClosedException) ? null : this.failure;
		}

		private void waitForBrowser() {
			long left = this.writeDeadline - (System.nanoTime() - this.progressAt);
			if (left <= 0 || this.failure != null) {
				logger.debug("A browser is dropped, since it does not read the events of its run");
				if (this.failure == null) {
					// otherwise the relay has dropped it
					this.whenSlow.run();
				}
				end(null);
			}
			else if (this.timer.compareAndSet(false, true)) {
				Schedulers.parallel().schedule(() -> {
					this.timer.set(false);
					signal();
				}, left, TimeUnit.NANOSECONDS);
			}
		}

		private void end(@Nullable Throwable ex) {
			abandon();
			if (ex != null) {
				completeWithError(ex);
			}
			else {
				complete();
			}
		}

		/**
		 * Subscriber that requests one event at a time, so that the run's history is the
		 * only buffer.
		 */
		private final class Source extends BaseSubscriber<byte[]> {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				request(1);
			}

			@Override
			protected void hookOnNext(byte[] frame) {
				Emitter.this.progressAt = System.nanoTime();
				Emitter.this.frame = frame;
				signal();
			}

			@Override
			protected void hookOnComplete() {
				Emitter.this.last = true;
				signal();
			}

			@Override
			protected void hookOnError(Throwable ex) {
				Emitter.this.failure = ex;
				Emitter.this.last = true;
				if (Emitter.this.output == null && error() != null) {
					completeWithError(ex);
				}
				signal();
			}

		}

	}

}
