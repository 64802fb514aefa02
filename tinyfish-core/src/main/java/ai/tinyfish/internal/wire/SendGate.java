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

package ai.tinyfish.internal.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.NettyOutbound;

/**
 * Gate that is opened when a request can be written, on the thread that waits for its
 * response. Opening it may take as long as a transaction, and may fail. The gate is in
 * the attributes of the requests.
 */
public final class SendGate {

	private static final String ATTRIBUTE = SendGate.class.getName();

	private final Runnable opening;

	private final Runnable written;

	private final boolean connected;

	/**
	 * Create a new gate.
	 * @param opening opens it; if it throws, the request is not sent
	 * @param written called when a request has been written, or, if the last interceptor
	 * has opened it, at once
	 * @param connected whether it is opened when there is a connection. This is only
	 * possible if our own connections certainly receive the request. Otherwise the last
	 * interceptor opens it
	 */
	public SendGate(Runnable opening, Runnable written, boolean connected) {
		this.opening = opening;
		this.written = written;
		this.connected = connected;
	}

	/**
	 * Add this gate to a request.
	 * @param attributes the request's attributes
	 */
	public void putInto(Map<String, Object> attributes) {
		attributes.put(ATTRIBUTE, this);
	}

	private static @Nullable SendGate of(Map<String, Object> attributes) {
		return (attributes.get(ATTRIBUTE) instanceof SendGate gate) ? gate : null;
	}

	/**
	 * Open the gate of a request, if this is the task of the last interceptor. It stays
	 * closed for an attempt that another interceptor repeats although it may have been
	 * sent.
	 * @param attributes the request's attributes
	 * @param decision whether the attempt is sent, or null
	 */
	static void intercept(Map<String, Object> attributes, @Nullable SendDecision decision) throws IOException {
		SendGate gate = of(attributes);
		if (gate != null && decision != null && decision.mayHaveSent()) {
			throw new IOException("The request may have been sent before, and an interceptor has repeated it");
		}
		if (gate != null && !gate.connected) {
			gate.opening.run();
			// other connections do not report when they have written it
			gate.written.run();
		}
	}

	/**
	 * Return the passage of a request through its gate.
	 * @param attributes the request's attributes
	 * @return the passage, or null if there is no gate
	 */
	static @Nullable Passage passage(Map<String, Object> attributes) {
		SendGate gate = of(attributes);
		return (gate != null) ? new Passage(gate) : null;
	}

	/**
	 * Passage of one request through its gate.
	 */
	static final class Passage {

		private final SendGate gate;

		private final CompletableFuture<Void> arrived = new CompletableFuture<>();

		private final CompletableFuture<Void> opened = new CompletableFuture<>();

		private Passage(SendGate gate) {
			this.gate = gate;
			if (!gate.connected) {
				this.opened.complete(null);
			}
		}

		/**
		 * Write the body, and the head with it, when the gate is open.
		 */
		Mono<Void> write(NettyOutbound connection, Mono<ByteBuf> body) {
			Mono<ByteBuf> waiting = Mono.defer(() -> {
				this.arrived.complete(null);
				return Mono.fromFuture(this.opened, true).then(body);
			});
			Mono<Void> written = connection.send(waiting).then();
			return this.gate.connected ? written.doOnSuccess((none) -> this.gate.written.run()) : written;
		}

		/**
		 * Wait for a connection, and open the gate.
		 * @param answer the answer, which may fail before
		 * @param decision the decision, reverted if the gate is not opened
		 */
		void open(CompletableFuture<?> answer, SendDecision decision, Duration timeout)
				throws ExecutionException, InterruptedException, TimeoutException {
			if (this.opened.isDone()) {
				return;
			}
			CompletableFuture.anyOf(this.arrived, answer).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			if (answer.isDone()) {
				return;
			}
			try {
				this.gate.opening.run();
			}
			catch (Throwable ex) {
				decision.notSent();
				throw ex;
			}
			if (answer.isDone()) {
				// the connection was lost, and nothing was written
				decision.notSent();
				return;
			}
			this.opened.complete(null);
		}

	}

}
