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
import java.util.Objects;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Filter of the endpoint of an MCP server, after those of Spring Security.
 */
final class McpWebFilter implements WebFilter {

	private final McpEndpoint endpoint;

	McpWebFilter(McpEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!this.endpoint.matches(exchange.getRequest().getPath().pathWithinApplication())) {
			return chain.filter(exchange);
		}
		return exchange.getPrincipal()
			.map(Principal::getName)
			.defaultIfEmpty("")
			.flatMap((principal) -> filter(exchange, chain, principal));
	}

	private Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain, String principal) {
		ServerHttpRequest request = exchange.getRequest();
		ServerHttpResponse response = exchange.getResponse();
		String session = request.getHeaders().getFirst(McpEndpoint.SESSION_HEADER);
		HttpStatusCode refusal = this.endpoint.refusal(request.getHeaders().getFirst(HttpHeaders.ORIGIN), session,
				principal);
		if (refusal != null) {
			response.setStatusCode(refusal);
			return response.setComplete();
		}
		response.beforeCommit(() -> Mono.fromRunnable(() -> {
			String opened = response.getHeaders().getFirst(McpEndpoint.SESSION_HEADER);
			if (opened != null) {
				this.endpoint.opened(opened, principal);
			}
			this.endpoint.answered(request.getMethod(), session,
					Objects.requireNonNullElse(response.getStatusCode(), HttpStatus.OK));
		}));
		return chain.filter(exchange);
	}

}
