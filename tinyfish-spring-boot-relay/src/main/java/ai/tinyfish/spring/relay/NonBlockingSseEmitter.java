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
import java.nio.ByteBuffer;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
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
 * Emitter that writes to one browser with the container's non-blocking output: a browser
 * that does not read holds no thread. The send methods of {@link SseEmitter} would block
 * and are not used; its completion is.
 */
final class NonBlockingSseEmitter extends SseEmitter implements DeferredResultProcessingInterceptor {

	private static final long NO_TIMEOUT = 0;

	private final EventStream events;

	private final Disposable.Swap subscription = Disposables.swap();

	private volatile boolean failed;

	NonBlockingSseEmitter(EventStream events) {
		super(NO_TIMEOUT);
		this.events = events;
		onCompletion(this.subscription::dispose);
		onError((ex) -> this.subscription.dispose());
	}

	@Override
	protected void extendResponse(ServerHttpResponse response) {
		super.extendResponse(response);
		response.getHeaders().setCacheControl(CacheControl.noStore());
		response.getHeaders().set("X-Accel-Buffering", "no");
		HttpServletRequest request = ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes())
			.getRequest();
		if (request.getProtocol().startsWith("HTTP/1")) {
			// otherwise the container would keep a dropped connection
			response.getHeaders().setConnection("close");
		}
		if (HttpMethod.HEAD.matches(request.getMethod())) {
			// otherwise nothing would be written, and a disconnected browser would not be
			// noticed
			complete();
		}
		else {
			WebAsyncUtils.getAsyncManager(request).registerDeferredResultInterceptor(this, this);
		}
	}

	/**
	 * Asynchronous processing has been started, as the output requires. If there are no
	 * events, the response is an error, which is written as usual.
	 */
	@Override
	public <T> void preProcess(NativeWebRequest request, DeferredResult<T> result) throws IOException {
		HttpServletResponse response = request.getNativeResponse(HttpServletResponse.class);
		Assert.state(response != null, "No HttpServletResponse");
		Output output = new Output(response);
		this.subscription.update(this.events.writeTo(output::write).subscribe(null, this::fail, this::complete));
		if (!this.failed) {
			response.getOutputStream().setWriteListener(new Listener(output, this.subscription));
		}
	}

	private void fail(Throwable ex) {
		this.failed = true;
		completeWithError(ex);
	}

	/**
	 * Output to the browser. Either a slice was requested, or the container calls the
	 * listener: there is never more than one thread.
	 */
	private final class Output extends BaseSubscriber<ByteBuffer> {

		private final HttpServletResponse response;

		private final Sinks.Empty<Void> written = Sinks.empty();

		private volatile boolean flushed = true;

		private volatile boolean requested;

		private volatile boolean complete;

		Output(HttpServletResponse response) {
			this.response = response;
		}

		Mono<Void> write(Flux<ByteBuffer> slices) {
			slices.subscribe(this);
			return this.written.asMono().doOnCancel(this::cancel);
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// requested as soon as the stream is ready
		}

		void proceed() throws IOException {
			ServletOutputStream stream = this.response.getOutputStream();
			// if it is not ready, the container calls the listener once it is
			while (stream.isReady()) {
				if (this.flushed) {
					this.requested = true;
					if (this.complete) {
						this.written.tryEmitEmpty();
					}
					request(1);
					return;
				}
				stream.flush();
				this.flushed = true;
			}
		}

		@Override
		protected void hookOnNext(ByteBuffer slice) {
			this.requested = false;
			this.flushed = false;
			try {
				this.response.getOutputStream().write(slice.array(), slice.position(), slice.remaining());
				proceed();
			}
			catch (IOException ex) {
				// the container notices it as well, and ends the request
				NonBlockingSseEmitter.this.subscription.dispose();
			}
		}

		@Override
		protected void hookOnComplete() {
			this.complete = true;
			if (this.requested) {
				this.written.tryEmitEmpty();
			}
		}

		@Override
		protected void hookOnError(Throwable ex) {
			this.written.tryEmitError(ex);
		}

	}

	/**
	 * Listener that the container calls when it is ready again, or when the browser has
	 * disconnected.
	 */
	private record Listener(Output output, Disposable subscription) implements WriteListener {

		@Override
		public void onWritePossible() throws IOException {
			this.output.proceed();
		}

		@Override
		public void onError(Throwable ex) {
			this.subscription.dispose();
		}

	}

}
