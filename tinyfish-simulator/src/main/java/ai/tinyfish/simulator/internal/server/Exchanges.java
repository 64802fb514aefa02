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

package ai.tinyfish.simulator.internal.server;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.channel.Channel;

/**
 * Requests that are not completely answered.
 */
final class Exchanges {

	private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

	Exchange begin(Channel channel) {
		Exchange exchange = new Exchange(channel, new CompletableFuture<>());
		this.open.add(exchange);
		return exchange;
	}

	void end(Exchange exchange) {
		this.open.remove(exchange);
		// after the remaining work on this thread for the end of the answer
		exchange.channel().eventLoop().execute(() -> exchange.done().complete(null));
	}

	List<Exchange> open() {
		return List.copyOf(this.open);
	}

	/**
	 * Wait for the end of exchanges, and close the connections of those that do not end
	 * in time.
	 * @param exchanges the exchanges
	 * @param grace how long to wait before connections are closed
	 * @param timeout how long to wait after that
	 */
	static void finish(List<Exchange> exchanges, Duration grace, Duration timeout) {
		if (!await(exchanges, grace)) {
			for (Exchange exchange : exchanges) {
				if (!exchange.done().isDone()) {
					exchange.channel().close();
				}
			}
			await(exchanges, timeout);
		}
	}

	private static boolean await(List<Exchange> exchanges, Duration timeout) {
		try {
			CompletableFuture.allOf(exchanges.stream().map(Exchange::done).toArray(CompletableFuture[]::new))
				.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Request and its answer.
	 *
	 * @param channel the connection
	 * @param done completed once the answer has ended
	 */
	record Exchange(Channel channel, CompletableFuture<Void> done) {
	}

}
