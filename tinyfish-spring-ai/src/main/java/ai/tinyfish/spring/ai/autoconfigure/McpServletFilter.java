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

import java.io.IOException;
import java.security.Principal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Filter of the endpoint of an MCP server, after those of Spring Security.
 */
final class McpServletFilter extends OncePerRequestFilter {

	private final McpEndpoint endpoint;

	McpServletFilter(McpEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		// as the dispatcher of Spring MVC finds it
		return !this.endpoint.matches(ServletRequestPathUtils.parse(request).pathWithinApplication());
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Principal user = request.getUserPrincipal();
		String principal = (user != null) ? user.getName() : "";
		String session = request.getHeader(McpEndpoint.SESSION_HEADER);
		HttpStatusCode refusal = this.endpoint.refusal(request.getHeader(HttpHeaders.ORIGIN), session, principal);
		if (refusal != null) {
			response.setStatus(refusal.value());
			return;
		}
		chain.doFilter(request, (session == null) ? new OpeningResponse(response, principal) : response);
		this.endpoint.answered(HttpMethod.valueOf(request.getMethod()), session,
				HttpStatusCode.valueOf(response.getStatus()));
	}

	/**
	 * Response that may contain the id of a new session.
	 */
	private final class OpeningResponse extends HttpServletResponseWrapper {

		private final String principal;

		OpeningResponse(HttpServletResponse response, String principal) {
			super(response);
			this.principal = principal;
		}

		@Override
		public void setHeader(String name, String value) {
			open(name, value);
			super.setHeader(name, value);
		}

		@Override
		public void addHeader(String name, String value) {
			open(name, value);
			super.addHeader(name, value);
		}

		private void open(String name, String value) {
			if (McpEndpoint.SESSION_HEADER.equalsIgnoreCase(name)) {
				McpServletFilter.this.endpoint.opened(value, this.principal);
			}
		}

	}

}
