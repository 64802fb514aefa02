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
package ai.tinyfish.agent;

import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Submitted run, as passed to interceptors.
 *
 * @since 0.1.0
 * @see TinyFishRunInterceptor
 */
public final class RunSubmission {

	private final String id;

	private final String operation;

	private final AgentRequest request;

	private final @Nullable String account;

	private RunSubmission(String id, String operation, AgentRequest request, @Nullable String account) {
		this.id = Objects.requireNonNull(id, "id must not be null");
		this.operation = Objects.requireNonNull(operation, "operation must not be null");
		this.request = Objects.requireNonNull(request, "request must not be null");
		this.account = account;
	}

	/**
	 * Create a submission with a random id, such as for a test of an interceptor.
	 * @param operation the operation of the client, such as {@code agent.run}
	 * @param request the request
	 * @return the submission
	 */
	public static RunSubmission of(String operation, AgentRequest request) {
		return new RunSubmission(UUID.randomUUID().toString(), operation, request, null);
	}

	/**
	 * Return a copy with another id.
	 * @param id the id of the submission
	 * @return the copy
	 */
	public RunSubmission withId(String id) {
		return new RunSubmission(id, this.operation, this.request, this.account);
	}

	/**
	 * Return a copy for an account.
	 * @param account the name of the account, or null for that of the application
	 * @return the copy
	 */
	public RunSubmission withAccount(@Nullable String account) {
		return new RunSubmission(this.id, this.operation, this.request, account);
	}

	/**
	 * Return a copy with another request.
	 * @param request the request
	 * @return the copy
	 */
	public RunSubmission withRequest(AgentRequest request) {
		return new RunSubmission(this.id, this.operation, request, this.account);
	}

	/**
	 * Return the id of the submission, the same in all calls for it. It is not the run
	 * id, which is not known before the service has answered.
	 * @return a random id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the operation: {@code agent.run}, {@code agent.stream}, {@code agent.start},
	 * {@code agent.queue}, {@code agent.queueAll}, {@code durable.submit}, or
	 * {@code durable.resubmit}.
	 * @return the name of the operation
	 */
	public String operation() {
		return this.operation;
	}

	/**
	 * Return the request, as changed so far.
	 * @return the request
	 */
	public AgentRequest request() {
		return this.request;
	}

	/**
	 * Return the name of the account that the run belongs to. Only durable runs have one.
	 * @return the name, or null for the account of the application
	 */
	public @Nullable String account() {
		return this.account;
	}

	/**
	 * Return a short description without secrets.
	 */
	@Override
	public String toString() {
		return "RunSubmission[" + this.id + ", " + this.operation + ", " + this.request + "]";
	}

}
