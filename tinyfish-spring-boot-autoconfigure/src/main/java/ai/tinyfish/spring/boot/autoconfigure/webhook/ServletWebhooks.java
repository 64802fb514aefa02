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

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Endpoint for webhook deliveries with Spring MVC.
 */
record ServletWebhooks(WebhookReceiver receiver) {

	static RouterFunction<ServerResponse> route(WebhookReceiver receiver) {
		return RouterFunctions.route(RequestPredicates.path(receiver.pattern()), new ServletWebhooks(receiver)::handle);
	}

	private ServerResponse handle(ServerRequest request) {
		ServerHttpObservationFilter.findObservationContext(request.servletRequest())
			.ifPresent((context) -> context.setCarrier(new WithoutSecret(request.servletRequest())));
		HttpStatus refusal = this.receiver.refuse(request.method(), request.pathVariable(WebhookReceiver.SECRET),
				request.servletRequest().getContentLengthLong());
		if (refusal != null) {
			return answer(refusal);
		}
		try {
			WebhookContent content = read(request.servletRequest().getInputStream());
			String token = WebhookReceiver.token(request.servletRequest().getQueryString());
			return answer(request, this.receiver.receive(content, token).toFuture());
		}
		catch (IOException ex) {
			// the sender has disconnected, or the body is malformed
			return answer(HttpStatus.BAD_REQUEST);
		}
	}

	/**
	 * Reads the whole body, unless it is too large: the server may cut the connection of
	 * a sender that is still writing.
	 */
	private static WebhookContent read(InputStream body) throws IOException {
		WebhookContent content = new WebhookContent();
		byte[] buffer = new byte[8 * 1024];
		int count = body.read(buffer);
		while (count >= 0 && content.append(buffer, count)) {
			count = body.read(buffer);
		}
		return content;
	}

	/**
	 * Answers asynchronously while the run is proved, unless one of the application's
	 * filters does not support that.
	 */
	private ServerResponse answer(ServerRequest request, CompletableFuture<HttpStatus> status) {
		CompletableFuture<ServerResponse> answer = status.thenApply(this::answer);
		return (answer.isDone() || !request.servletRequest().isAsyncSupported()) ? answer.join()
				: ServerResponse.async(answer);
	}

	/**
	 * Flushed while the request is still active: a stopping server may close connections
	 * without active requests.
	 */
	private ServerResponse answer(HttpStatus status) {
		this.receiver.answered(status);
		ServerResponse.BodyBuilder answer = ServerResponse.status(status);
		if (status == HttpStatus.METHOD_NOT_ALLOWED) {
			answer.allow(HttpMethod.POST);
		}
		if (status != HttpStatus.NO_CONTENT) {
			answer.contentLength(0);
		}
		return answer.build((request, response) -> {
			response.flushBuffer();
			return null;
		});
	}

	private static final class WithoutSecret extends HttpServletRequestWrapper {

		private WithoutSecret(HttpServletRequest request) {
			super(request);
		}

		@Override
		public String getRequestURI() {
			return WebhookReceiver.withoutSecret(super.getRequestURI());
		}

		@Override
		public StringBuffer getRequestURL() {
			return new StringBuffer(WebhookReceiver.withoutSecret(super.getRequestURL().toString()));
		}

	}

}
