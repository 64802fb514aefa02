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

package ai.tinyfish.spring.boot.autoconfigure.rules;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.Order;

import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Interceptor beans are asked by both clients, in their order.
 */
class RunInterceptorBeanTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator);

	@Test
	void bothClientsAskTheBeansInTheirOrder() {
		this.contextRunner.withBean("suffix", Suffix.class).withBean("rule", Rule.class).run((context) -> {
			context.getBean(TinyFishClient.class).agent().run(request("Read the price"));
			context.getBean(ReactiveTinyFishClient.class)
				.agent()
				.run(request("Read the stock"))
				.block(Duration.ofSeconds(20));
			assertThat(context.getBean(Rule.class).goals).containsExactly("Read the price now", "Read the stock now");
			assertThat(simulator.journal().submissions("Read the price now")).hasSize(1);
			assertThat(simulator.journal().submissions("Read the stock now")).hasSize(1);
		});
	}

	@Test
	void noInterceptorExistsWithoutBeansAndRules() {
		this.contextRunner
			.run((context) -> assertThat(context.getBeanProvider(TinyFishRunInterceptor.class).stream()).isEmpty());
		this.contextRunner.withPropertyValues("tinyfish.run.max-steps=40")
			.run((context) -> assertThat(context.getBeanProvider(TinyFishRunInterceptor.class).stream()).singleElement()
				.isInstanceOf(RunRules.class));
	}

	@Test
	void theExceptionOfABeanReachesTheCaller() {
		this.contextRunner.withBean(Rule.class).run((context) -> {
			assertThatThrownBy(() -> context.getBean(TinyFishClient.class).agent().run(request("Buy everything")))
				.isInstanceOf(UnsupportedOperationException.class)
				.hasMessage("Nothing is bought");
			assertThat(simulator.journal().submissions("Buy everything")).isEmpty();
		});
	}

	@Order(2)
	static class Rule implements TinyFishRunInterceptor {

		private final List<String> goals = new CopyOnWriteArrayList<>();

		// of the client that asks it
		Rule(TinyFishClient client) {
			assertThat(client).isNotNull();
		}

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			if (submission.request().goal().startsWith("Buy")) {
				throw new UnsupportedOperationException("Nothing is bought");
			}
			this.goals.add(submission.request().goal());
			return submission.request();
		}

	}

	@Order(1)
	static class Suffix implements TinyFishRunInterceptor {

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			AgentRequest request = submission.request();
			return request.toBuilder().goal(request.goal() + " now").build();
		}

	}

}
