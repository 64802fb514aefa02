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

package ai.tinyfish.internal.call;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.retry.AttemptFailure;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.AnswerTimeoutException;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.support.LogText;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.RestClientException;
import org.springframework.web.reactive.function.client.WebClientException;

/**
 * Creates the {@link AttemptFailure} of an exception of the HTTP stack. Spring's own
 * exceptions are removed from the chain, since they contain the request's headers with
 * the API key.
 */
public final class IoFailures {

	private static final int MAX_CHAIN_LENGTH = 20;

	private static final Pattern PROXY_STATUS = Pattern.compile("status: ([1-5]\\d\\d)\\b");

	private IoFailures() {
	}

	/**
	 * Return the failure of an attempt.
	 * @param settings the settings with the address of the API
	 * @param decision knows whether a request may have been sent; if not, nothing is sent
	 * from now on
	 */
	static AttemptFailure of(ApiCall<?> call, ClientSettings settings, SendDecision decision, Throwable thrown) {
		AttemptFailure failure = of(call, settings, thrown);
		boolean notConnected = failure.kind() == AttemptFailure.Kind.NOT_SENT;
		if (notConnected) {
			decision.notConnected();
		}
		if (decision.giveUp()) {
			return notConnected ? failure : unsent(call, decision, thrown);
		}
		// an earlier request of an interceptor may have been sent
		return notConnected ? AttemptFailure.of(AttemptFailure.Kind.NO_ANSWER, failure.exception()) : failure;
	}

	private static AttemptFailure of(ApiCall<?> call, ClientSettings settings, Throwable thrown) {
		Throwable cause = rootCause(thrown);
		DataBufferLimitException tooLarge = find(thrown, DataBufferLimitException.class);
		if (tooLarge != null) {
			return AttemptFailure.of(AttemptFailure.Kind.UNREADABLE,
					new TinyFishConnectionException(call.operation() + ": " + tooLarge.getMessage(), tooLarge));
		}
		if (find(thrown, ConnectTimeoutException.class) != null) {
			return AttemptFailure.of(AttemptFailure.Kind.NOT_SENT,
					new TinyFishTimeoutException(notConnected(call, settings, thrown) + " in time", cause));
		}
		boolean exhausted = isPoolExhausted(thrown);
		if (exhausted || isConnectFailure(thrown)) {
			return AttemptFailure.of(AttemptFailure.Kind.NOT_SENT, new TinyFishConnectionException(
					exhausted ? call.operation() + ": no connection was free" : notConnected(call, settings, thrown),
					cause));
		}
		if (cause instanceof AnswerTimeoutException) {
			return AttemptFailure.of(AttemptFailure.Kind.NO_ANSWER,
					new TinyFishTimeoutException(call.operation() + ": " + cause.getMessage(), null));
		}
		if (isTimeout(thrown)) {
			return AttemptFailure.of(AttemptFailure.Kind.NO_ANSWER,
					new TinyFishTimeoutException(call.operation() + ": no response in time", cause));
		}
		if (find(thrown, ClientClosedException.class) != null) {
			return AttemptFailure.of(AttemptFailure.Kind.NO_ANSWER, new TinyFishConnectionException(
					call.operation() + ": the client was closed before the response was complete", null));
		}
		String problem = isInterrupt(thrown) ? "interrupted while waiting for the response"
				: "the connection broke before the response was complete";
		return AttemptFailure.of(AttemptFailure.Kind.NO_ANSWER,
				new TinyFishConnectionException(call.operation() + ": " + problem, cause));
	}

	private static String notConnected(ApiCall<?> call, ClientSettings settings, Throwable thrown) {
		URI uri = settings.uriBuilderFactory().expand(call.uriTemplate(), call.uriVariables());
		int port = (uri.getPort() >= 0) ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
		String target = call.operation() + ": could not connect to " + uri.getHost() + ":" + port;
		HttpProxy proxy = settings.connection().proxy();
		String refusal = refusalOfProxy(thrown);
		if (proxy != null || refusal != null) {
			String through = (proxy != null) ? "the proxy " + proxy.host() + ":" + proxy.port()
					: "the proxy of the JVM's system properties";
			return target + " through " + through + ((refusal != null) ? ". " + refusal : "");
		}
		// names the address, which is that of the JVM's proxy if there is one
		ConnectException refused = find(thrown, ConnectException.class);
		return (refused != null && refused.getMessage() != null)
				? target + " (" + LogText.of(refused.getMessage()) + ")" : target;
	}

	/**
	 * Return the status with which a proxy has refused the connection. Netty has it only
	 * in the message.
	 */
	private static @Nullable String refusalOfProxy(Throwable thrown) {
		ProxyConnectException refused = find(thrown, ProxyConnectException.class);
		Matcher status = PROXY_STATUS.matcher((refused != null) ? String.valueOf(refused.getMessage()) : "");
		if (!status.find()) {
			return null;
		}
		HttpStatus known = HttpStatus.resolve(Integer.parseInt(status.group(1)));
		return "The proxy refused the connection: " + status.group(1)
				+ ((known != null) ? " " + known.getReasonPhrase() : "")
				+ ((known == HttpStatus.PROXY_AUTHENTICATION_REQUIRED) ? ". Check its user name and password" : "");
	}

	/**
	 * Return the failure of an attempt that ended before anything was sent. If the
	 * request has not reached our connections, the application or this client is the
	 * reason. Otherwise it is the wait for a connection, which may be shorter the next
	 * time.
	 */
	private static AttemptFailure unsent(ApiCall<?> call, SendDecision decision, Throwable thrown) {
		Throwable root = rootCause(thrown);
		boolean timeout = root instanceof AnswerTimeoutException || isTimeout(thrown);
		Throwable cause = (root instanceof AnswerTimeoutException) ? null : root;
		boolean connecting = decision.hasReachedConnections();
		String problem = !connecting ? "failed before anything was sent" : timeout ? "no connection in time"
				: isInterrupt(thrown) ? "interrupted while waiting for a connection" : "failed while connecting";
		String message = call.operation() + ": " + problem
				+ (connecting ? "; nothing was sent" : "; nothing was started");
		return AttemptFailure.of(connecting ? AttemptFailure.Kind.NOT_SENT : AttemptFailure.Kind.PREVENTED, timeout
				? new TinyFishTimeoutException(message, cause) : new TinyFishConnectionException(message, cause));
	}

	private static boolean isPoolExhausted(Throwable thrown) {
		// Reactor Netty shades these types, so that only their names can be relied on
		return find(thrown, (candidate) -> candidate.getClass().getSimpleName().startsWith("PoolAcquire")) != null;
	}

	private static boolean isConnectFailure(Throwable thrown) {
		return find(thrown, ConnectException.class) != null || find(thrown, UnknownHostException.class) != null
				|| find(thrown, NoRouteToHostException.class) != null
				|| find(thrown, UnresolvedAddressException.class) != null
				|| find(thrown, SSLHandshakeException.class) != null
				|| find(thrown, SSLPeerUnverifiedException.class) != null
				|| find(thrown, NotSslRecordException.class) != null;
	}

	private static boolean isTimeout(Throwable thrown) {
		return find(thrown, TimeoutException.class) != null || find(thrown, SocketTimeoutException.class) != null
				|| find(thrown, io.netty.handler.timeout.TimeoutException.class) != null;
	}

	private static boolean isInterrupt(Throwable thrown) {
		InterruptedIOException interrupted = find(thrown, InterruptedIOException.class);
		return (interrupted != null && interrupted.getCause() instanceof InterruptedException)
				|| find(thrown, InterruptedException.class) != null;
	}

	/**
	 * Return the first exception of the chain that is not Spring's.
	 * @param thrown the exception of the HTTP stack
	 * @return the exception, without the headers of requests
	 */
	public static Throwable rootCause(Throwable thrown) {
		Throwable found = find(thrown, (candidate) -> !(candidate instanceof RestClientException)
				&& !(candidate instanceof WebClientException));
		return (found != null) ? found : new IOException(thrown.getClass().getSimpleName());
	}

	static <X extends Throwable> @Nullable X find(Throwable thrown, Class<X> type) {
		Throwable found = find(thrown, type::isInstance);
		return (found != null) ? type.cast(found) : null;
	}

	private static @Nullable Throwable find(Throwable thrown, Predicate<Throwable> test) {
		Throwable current = thrown;
		for (int i = 0; i < MAX_CHAIN_LENGTH && current != null; i++) {
			if (test.test(current)) {
				return current;
			}
			current = current.getCause();
		}
		return null;
	}

}
