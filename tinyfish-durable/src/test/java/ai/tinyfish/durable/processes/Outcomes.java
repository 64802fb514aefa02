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

package ai.tinyfish.durable.processes;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The listeners of an application, which writes each outcome into a table of its own in
 * the transaction in which it is handed over. A second one of the same run would fail.
 */
class Outcomes {

	/** Runs with this in their tag are refused by the listener the first time. */
	static final String FAILS_ONCE = "fails-once";

	private final JdbcClient jdbc;

	private final TransactionTemplate separately;

	private final Holds holds;

	Outcomes(JdbcClient jdbc, PlatformTransactionManager transactionManager, Holds holds) {
		this.jdbc = jdbc;
		this.separately = new TransactionTemplate(transactionManager);
		this.separately.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.holds = holds;
	}

	@EventListener
	void on(DurableRunFinishedEvent event) {
		outcome(event, "DONE");
	}

	@EventListener
	void on(DurableRunErrorEvent event) {
		if (event.getState() == DurableRunState.REFUSED) {
			outcome(event, "REFUSED");
		}
		else {
			insert("notice", event.getDurableId(), event.getState().name());
		}
	}

	@TransactionalEventListener
	void afterCommit(DurableRunFinishedEvent event) {
		called(event, "commit");
		this.holds.pass("commit:" + event.getTag());
	}

	private void outcome(DurableRunEvent event, String state) {
		called(event, "listener");
		if (String.valueOf(event.getTag()).contains(FAILS_ONCE) && calls(event) == 1) {
			throw new IllegalStateException("thrown on purpose");
		}
		insert("outcome", event.getDurableId(), state);
		this.holds.pass("listener:" + event.getTag());
	}

	/**
	 * Note a call so that it stays noted if the transaction is rolled back.
	 */
	private void called(DurableRunEvent event, String listener) {
		this.separately.executeWithoutResult((status) -> insert("listener_call", event.getDurableId(), listener));
	}

	private int calls(DurableRunEvent event) {
		return this.jdbc.sql("select count(*) from listener_call where id = ?")
			.param(event.getDurableId())
			.query(Integer.class)
			.single();
	}

	private void insert(String table, String id, String value) {
		this.jdbc.sql("insert into " + table + " values (?, ?)").params(id, value).update();
	}

}
