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

package ai.tinyfish.spring.ai.autoconfigure;

import java.security.Principal;

import io.modelcontextprotocol.spec.HttpHeaders;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Keeps each MCP session for the principal that opened it. For others, it is unknown. A
 * new session is refused if there are too many.
 */
final class McpReactiveSessionFilter implements HandlerFilterFunction<ServerResponse, ServerResponse> {

	private final McpSessions sessions;

	McpReactiveSessionFilter(McpSessions sessions) {
		this.sessions = sessions.filtered();
	}

	/**
	 * Return routes behind this filter.
	 */
	@SuppressWarnings("unchecked")
	RouterFunction<ServerResponse> filter(RouterFunction<?> routes) {
		return ((RouterFunction<ServerResponse>) routes).filter(this);
	}

	@Override
	public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
		return request.principal()
			.map(Principal::getName)
			.defaultIfEmpty("")
			.flatMap((principal) -> filter(request, next, principal));
	}

	private Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next, String principal) {
		String session = request.headers().firstHeader(HttpHeaders.MCP_SESSION_ID);
		HttpStatus refusal = this.sessions.refusal(session, principal);
		if (refusal != null) {
			return ServerResponse.status(refusal).build();
		}
		return next.handle(request).doOnNext((response) -> {
			String opened = response.headers().getFirst(HttpHeaders.MCP_SESSION_ID);
			if (opened != null) {
				this.sessions.open(opened, principal);
			}
			if (session != null && HttpMethod.DELETE.equals(request.method())
					&& response.statusCode().is2xxSuccessful()) {
				this.sessions.end(session);
			}
		});
	}

}
