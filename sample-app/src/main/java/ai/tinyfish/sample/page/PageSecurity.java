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

package ai.tinyfish.sample.page;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Filter that lets the browser only load parts of the page, and only frame live views. A
 * request that names another host is refused, or any web site could reach this machine
 * through its own name (DNS rebinding), and so is a form of another site.
 */
@Component
class PageSecurity extends OncePerRequestFilter {

	/** Header that htmx sends, and a form cannot. */
	static final String FROM_SCRIPTS = "HX-Request";

	private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

	private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

	private static final int MISDIRECTED_REQUEST = 421;

	private final String policy;

	PageSecurity(Simulation simulation) {
		// a simulator has no recordings
		String service = simulation.isActive() ? "http://127.0.0.1:*" : "https:; media-src 'self' https:";
		this.policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
				+ "frame-src " + service + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!HOSTS.contains(request.getServerName())) {
			response.sendError(MISDIRECTED_REQUEST);
			return;
		}
		if (!SAFE_METHODS.contains(request.getMethod()) && isFromAnotherSite(request)) {
			response.sendError(HttpServletResponse.SC_FORBIDDEN);
			return;
		}
		response.setHeader("Content-Security-Policy", this.policy);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Referrer-Policy", "same-origin");
		chain.doFilter(request, response);
	}

	/**
	 * Return whether a browser says that another site has sent the request. Other clients
	 * do not say where a request comes from. For them, forms do not start runs, since a
	 * form may be that of another site in an old browser.
	 */
	private static boolean isFromAnotherSite(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null) {
			return !site.equals("same-origin") && !site.equals("none");
		}
		boolean form = request.getServletPath().startsWith("/board/") && request.getHeader(FROM_SCRIPTS) == null;
		return form || CorsUtils.isCorsRequest(request);
	}

}
