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

package ai.tinyfish.recipes;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.DurableRuns;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Purchases {

	private final DurableRuns runs;

	private final JdbcClient jdbc;

	Purchases(DurableRuns runs, JdbcClient jdbc) {
		this.runs = runs;
		this.jdbc = jdbc;
	}

	@Transactional
	public void request(String id, String goal, String person) {
		this.jdbc.sql("insert into purchase (id, goal, requested_by) values (?, ?, ?)")
			.params(id, goal, person)
			.update();
	}

	@Transactional
	public void approve(String id, String person) {
		int approved = this.jdbc.sql("""
				update purchase set approved_by = ?
				where id = ? and approved_by is null and requested_by <> ?""").params(person, id, person).update();
		if (approved == 0) {
			throw new IllegalStateException("Purchase %s is not open, or %s has requested it".formatted(id, person));
		}
		String goal = this.jdbc.sql("select goal from purchase where id = ?").param(id).query(String.class).single();
		this.runs.submit(AgentRequest.of("https://shop.example/", goal).withTag(id));
	}

	/**
	 * Refuses each run that was not approved. An approval allows one run.
	 */
	@Component
	static class ApprovalInterceptor implements TinyFishRunInterceptor {

		private final JdbcClient jdbc;

		ApprovalInterceptor(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			AgentRequest request = submission.request();
			int used = this.jdbc.sql("""
					update purchase set used = true
					where id = ? and goal = ? and approved_by is not null and not used""")
				.params(request.tag(), request.goal())
				.update();
			if (used == 0) {
				throw new IllegalStateException("Run " + request.tag() + " is not approved");
			}
			return request;
		}

	}

}
