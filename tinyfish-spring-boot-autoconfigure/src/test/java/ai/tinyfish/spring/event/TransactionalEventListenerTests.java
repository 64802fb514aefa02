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

package ai.tinyfish.spring.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners and transactions, without a transaction around the publication of events.
 */
class TransactionalEventListenerTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final Transactions transactions = new Transactions();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withUserConfiguration(TransactionConfiguration.class)
		.withBean(Transactions.class, () -> this.transactions);

	@Test
	void transactionalListenersAreSkippedUnlessTheyAllowForNoTransaction() {
		this.contextRunner.withBean(Listeners.class).run((context) -> {
			client(context).agent().run(request(TWO_STEPS));
			awaitLog("plain, in no transaction");
			assertThat(this.transactions.log).containsExactly("fallback, in no transaction",
					"plain, in no transaction");
		});
	}

	@Test
	void aListenerMayHaveATransactionOfItsOwn() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			client(context).agent().run(request(TWO_STEPS).withTag("order-42"));
			awaitLog("commit");
			assertThat(this.transactions.log).containsExactly("begin", "save order-42, in a transaction", "commit");
		});
	}

	@Test
	void aTransactionOfAListenerThatThrowsIsRolledBack() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			assertThat(client(context).agent().run(request(TWO_STEPS).withTag("broken")).isCompleted()).isTrue();
			awaitLog("rollback");
			assertThat(this.transactions.log).containsExactly("begin", "save broken, in a transaction", "rollback");
		});
	}

	@Test
	void eventsThatAListenerPublishesInItsTransactionReachTransactionalListeners() {
		this.contextRunner.withBean(PublishingOrders.class).run((context) -> {
			client(context).agent().run(request(TWO_STEPS).withTag("order-42"));
			awaitLog("order-42 saved");
			assertThat(this.transactions.log).containsExactly("begin", "commit", "order-42 saved");
		});
	}

	private void awaitLog(String entry) {
		await().atMost(SOON).untilAsserted(() -> assertThat(this.transactions.log).contains(entry));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class TransactionConfiguration {

	}

	/**
	 * Takes note of the ends of transactions.
	 */
	static class Transactions extends AbstractPlatformTransactionManager {

		final transient List<String> log = new CopyOnWriteArrayList<>();

		void note(String event) {
			this.log.add(event + (TransactionSynchronizationManager.isActualTransactionActive() ? ", in a transaction"
					: ", in no transaction"));
		}

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.log.add("begin");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.log.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.log.add("rollback");
		}

	}

	static class Listeners {

		private final Transactions transactions;

		Listeners(Transactions transactions) {
			this.transactions = transactions;
		}

		@TransactionalEventListener
		void transactional(TinyFishRunFinishedEvent event) {
			this.transactions.note("transactional");
		}

		@Order(1)
		@TransactionalEventListener(fallbackExecution = true)
		void fallback(TinyFishRunFinishedEvent event) {
			this.transactions.note("fallback");
		}

		@Order
		@EventListener
		void plain(TinyFishRunFinishedEvent event) {
			this.transactions.note("plain");
		}

	}

	static class Orders {

		private final Transactions transactions;

		Orders(Transactions transactions) {
			this.transactions = transactions;
		}

		@EventListener
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void on(TinyFishRunFinishedEvent event) {
			this.transactions.note("save " + event.getTag());
			if ("broken".equals(event.getTag())) {
				throw new IllegalStateException("The order cannot be saved");
			}
		}

	}

	static class PublishingOrders {

		private final Transactions transactions;

		private final ApplicationEventPublisher publisher;

		PublishingOrders(Transactions transactions, ApplicationEventPublisher publisher) {
			this.transactions = transactions;
			this.publisher = publisher;
		}

		@EventListener
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void on(TinyFishRunFinishedEvent event) {
			this.publisher.publishEvent(new OrderSaved(String.valueOf(event.getTag())));
		}

		@TransactionalEventListener
		public void afterCommit(OrderSaved saved) {
			this.transactions.log.add(saved.order() + " saved");
		}

	}

	record OrderSaved(String order) {

	}

}
