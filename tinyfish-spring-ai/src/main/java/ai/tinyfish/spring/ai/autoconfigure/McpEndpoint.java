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

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityException;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityValidator;
import io.modelcontextprotocol.spec.HttpHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Endpoint of an MCP server: refuses requests of browsers from other origins, and
 * requests for sessions of other principals.
 */
final class McpEndpoint {

	static final String SESSION_HEADER = HttpHeaders.MCP_SESSION_ID;

	private final PathPattern path;

	private final ServerTransportSecurityValidator originCheck;

	private final McpSessions sessions;

	/**
	 * Create an endpoint.
	 * @param path the path within the application
	 * @param allowedOrigins the origins of browsers that are not refused, or null
	 * @param sessions the sessions
	 */
	McpEndpoint(String path, @Nullable List<String> allowedOrigins, McpSessions sessions) {
		this.path = PathPatternParser.defaultInstance.parse(path);
		this.originCheck = DefaultServerTransportSecurityValidator.builder()
			.allowedOrigins(Objects.requireNonNullElse(allowedOrigins, List.of()))
			.build();
		this.sessions = sessions;
	}

	boolean matches(PathContainer path) {
		return this.path.matches(path);
	}

	/**
	 * Return the status that refuses a request, or null to admit it.
	 * @param origin the origin of a request from a browser, or null
	 * @param session the session that the request names, or null if it can only open one
	 * @param principal the name of its principal, empty without one
	 */
	@Nullable HttpStatusCode refusal(@Nullable String origin, @Nullable String session, String principal) {
		try {
			this.originCheck.validateHeaders((origin != null) ? Map.of("Origin", List.of(origin)) : Map.of());
		}
		catch (ServerTransportSecurityException ex) {
			return HttpStatusCode.valueOf(ex.getStatusCode());
		}
		return this.sessions.refusal(session, principal);
	}

	/**
	 * Add a session before its client receives its id.
	 */
	void opened(String session, String principal) {
		this.sessions.open(session, principal);
	}

	/**
	 * Remove a session that its client has ended.
	 */
	void answered(HttpMethod method, @Nullable String session, HttpStatusCode status) {
		if (session != null && HttpMethod.DELETE.equals(method) && status.is2xxSuccessful()) {
			this.sessions.end(session);
		}
	}

}
